/* CONSOLE: a pseudo-terminal from the container's own devpts, verified before it is used (CVE-2025-52565). */
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>

#include "../channel.h"
#include "../path.h"
#include "../syscalls.h"
#include "mount.h"
#include "steps.h"

#define DEVPTS_ROOT_INO 1
#define PTMX_INO 2

/* Holds the directory and verifies that it is the root of a devpts before opening anything in it: opening an unknown device can have side effects. */
static int open_master(struct context *c, const char *path, uint16_t flags)
{
	const char *name;
	const int directory = path_parent(c, path, flags, &name);
	struct statfs fs;
	struct stat st;
	int fd;

	if (directory < 0)
		return -1;
	if (fstatfs(directory, &fs) != 0 || fstat(directory, &st) != 0)
		return fail(c, OCI_OP_STAT, path);
	if (fs.f_type != DEVPTS_SUPER_MAGIC || st.st_ino != DEVPTS_ROOT_INO)
		return fail_with(c, ENODEV, OCI_OP_VERIFY, path, "is not in a devpts");
	fd = path_open_beneath(directory, name, O_RDWR | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0)
		return fail(c, OCI_OP_OPENAT2, path);
	if (fstat(fd, &st) != 0) {
		fail(c, OCI_OP_STAT, path);
		close(fd);
		return -1;
	}
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2) || st.st_ino != PTMX_INO) {
		close(fd);
		return fail_with(c, ENODEV, OCI_OP_VERIFY, path, "is not the terminal multiplexer");
	}
	return fd;
}

/* Binds over a new file, or over an existing one that is not a link; never opens for writing, never through a link (CVE-2026-88264). */
static int bind_console(struct context *c, int slave, const char *path, uint16_t flags)
{
	const char *name;
	const int parent = path_parent(c, path, flags, &name);
	cleanup_close int file = -1;
	struct stat st;

	if (parent < 0)
		return -1;
	file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0620);
	if (file < 0 && errno == EEXIST) {
		file = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (file >= 0 && fstat(file, &st) != 0)
			return fail(c, OCI_OP_STAT, path);
		if (file >= 0 && (S_ISLNK(st.st_mode) || S_ISDIR(st.st_mode)))
			return fail_with(c, S_ISLNK(st.st_mode) ? ELOOP : EISDIR, OCI_OP_VERIFY, path, "is not a file");
	}
	if (file < 0)
		return fail(c, OCI_OP_OPEN, path);
	return attach_clone(c, slave, file, path);
}

static int hand_over(struct context *c, const struct oci_step *s, int master)
{
	static const char name[] = "/dev/ptmx";
	struct oci_msg m = { .type = OCI_MSG_CONSOLE };

	if (step_fd(c, s) < 0)
		return channel_send(c, &m, master);
	return send_descriptor(step_fd(c, s), name, sizeof(name) - 1, master) == 0 ? 0 : fail(c, OCI_OP_SENDMSG, "console socket");
}

static int become_terminal(struct context *c, int slave)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (dup2(slave, fd) < 0)
			return fail(c, OCI_OP_DUP, "terminal");
	return ioctl(STDIN_FILENO, TIOCSCTTY, 0) == 0 ? 0 : fail(c, OCI_OP_IOCTL, "TIOCSCTTY");
}

/* The terminal that shows the output adds the carriage return itself. */
static int keep_newlines(struct context *c, int slave)
{
	struct termios mode;

	if (ioctl(slave, TCGETS, &mode) != 0)
		return fail(c, OCI_OP_IOCTL, "TCGETS");
	mode.c_oflag &= ~(tcflag_t)ONLCR;
	return ioctl(slave, TCSETS, &mode) == 0 ? 0 : fail(c, OCI_OP_IOCTL, "TCSETS");
}

int step_console(struct context *c, const struct oci_step *s)
{
	const struct winsize size = { .ws_row = (unsigned short)s->n[0], .ws_col = (unsigned short)s->n[1] };
	const int unlock = 0;
	cleanup_close int master = open_master(c, step_string(c, s, 0), s->flags), slave = -1;

	if (master < 0)
		return -1;
	if (ioctl(master, TIOCSPTLCK, &unlock) != 0)
		return fail(c, OCI_OP_IOCTL, "TIOCSPTLCK");
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return fail(c, OCI_OP_IOCTL, "TIOCGPTPEER");
	if (s->n[0] != 0 && s->n[1] != 0 && ioctl(master, TIOCSWINSZ, &size) != 0)
		return fail(c, OCI_OP_IOCTL, "TIOCSWINSZ");
	if (s->n[4] == 1 && keep_newlines(c, slave) != 0)
		return -1;
	/* An id that the user namespace does not map can't own it; the terminal works anyway. */
	if ((s->n[2] != 0 || (gid_t)s->n[3] != (gid_t)-1) && fchown(slave, (uid_t)s->n[2], (gid_t)s->n[3]) != 0 && errno != EPERM && errno != EINVAL)
		return fail(c, OCI_OP_FCHOWN, "terminal");
	if ((s->flags & OCI_F_NO_CONSOLE_NODE) == 0 && bind_console(c, slave, step_string(c, s, 1), s->flags) != 0)
		return -1;
	return hand_over(c, s, master) == 0 ? become_terminal(c, slave) : -1;
}
