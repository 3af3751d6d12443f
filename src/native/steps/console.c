/* CONSOLE: a pseudo-terminal out of the container's own devpts, verified before it is used. */
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "../channel.h"
#include "../path.h"
#include "../syscalls.h"
#include "steps.h"

#define PTMX_INO 2

static int open_master(struct context *c, const char *path)
{
	struct statfs fs;
	struct stat st;
	int fd = root_open(c, path, O_RDWR | O_NOCTTY | O_NOFOLLOW, 0, 0);

	if (fd < 0)
		return fail(c, OCI_OP_OPENAT2, path);
	if (fstatfs(fd, &fs) != 0 || fs.f_type != DEVPTS_SUPER_MAGIC || fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode) ||
	    st.st_rdev != makedev(5, 2) || st.st_ino != PTMX_INO) {
		close(fd);
		return fail_with(c, ENODEV, OCI_OP_VERIFY, path, "is not the multiplexor of a devpts");
	}
	return fd;
}

static int bind_console(struct context *c, int slave, const char *path)
{
	const char *base;
	int parent = root_parent(c, path, &base);

	if (parent < 0)
		return -1;
	cleanup_close int file = openat(parent, base, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0620);
	if (file < 0 && errno == EEXIST) {
		/* What is there is replaced unless it can be a mount's target as it is. */
		struct stat st;

		if (fstatat(parent, base, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)) {
			if (unlinkat(parent, base, 0) != 0)
				return fail(c, OCI_OP_UNLINKAT, path);
			file = openat(parent, base, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0620);
		} else {
			file = openat(parent, base, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		}
	}
	if (file < 0)
		return fail(c, OCI_OP_OPEN, path);
	cleanup_close int tree = sys_open_tree(slave, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	return sys_move_mount(tree, file) != 0 ? fail(c, OCI_OP_MOVE_MOUNT, path) : 0;
}

static int hand_over(struct context *c, const struct oci_step *s, int master)
{
	static const char name[] = "/dev/ptmx";
	int socket = step_fd(c, s);

	if (socket < 0) {
		struct oci_msg m = { .type = OCI_MSG_CONSOLE };

		return channel_send(c, &m, master);
	}
	if (send_descriptor(socket, name, sizeof(name) - 1, master) != 0)
		return fail(c, OCI_OP_SENDMSG, "console socket");
	return 0;
}

int step_console(struct context *c, const struct oci_step *s)
{
	struct winsize size = { .ws_row = (unsigned short)s->n[0], .ws_col = (unsigned short)s->n[1] };
	int unlock = 0;
	cleanup_close int master = open_master(c, step_string(c, s, 0));
	if (master < 0)
		return -1;
	if (ioctl(master, TIOCSPTLCK, &unlock) != 0)
		return fail(c, OCI_OP_IOCTL, "unlock the terminal");
	cleanup_close int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return fail(c, OCI_OP_IOCTL, "TIOCGPTPEER");
	if (s->n[0] != 0 && s->n[1] != 0 && ioctl(master, TIOCSWINSZ, &size) != 0)
		return fail(c, OCI_OP_IOCTL, "TIOCSWINSZ");
	if (fchown(slave, (uid_t)s->n[2], (gid_t)s->n[3]) != 0 && errno != EPERM && errno != EINVAL)
		return fail(c, OCI_OP_FCHOWN, "terminal");
	if ((s->flags & OCI_F_NO_CONSOLE_NODE) == 0 && bind_console(c, slave, step_string(c, s, 1)) < 0)
		return -1;
	if (hand_over(c, s, master) < 0)
		return -1;
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(slave, fd) < 0)
			return fail(c, OCI_OP_DUP, "terminal");
	if (ioctl(0, TIOCSCTTY, 0) != 0)
		return fail(c, OCI_OP_IOCTL, "TIOCSCTTY");
	return 0;
}
