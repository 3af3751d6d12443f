/* MASK, READONLY_PATH and the device that files are masked with. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../path.h"
#include "../syscalls.h"
#include "mount.h"
#include "steps.h"

int step_open_devnull(struct context *c, const struct oci_step *s)
{
	struct stat st;
	int fd = open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC);

	(void)s;
	if (fd < 0)
		return fail(c, OCI_OP_OPEN, "/dev/null");
	if (fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3)) {
		close(fd);
		return fail_with(c, ENODEV, OCI_OP_VERIFY, "/dev/null", "is not the null device");
	}
	c->null.fd = sys_open_tree(fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	close(fd);
	return c->null.fd < 0 ? fail(c, OCI_OP_OPEN_TREE, "/dev/null") : 0;
}

/* The first time the mount itself, afterwards clones: kernels before 6.15 refuse to clone a detached mount. */
static int attach_shared(struct context *c, struct shared_mount *shared, int target, const char *path)
{
	if (!shared->attached) {
		if (sys_move_mount(shared->fd, target) != 0)
			return fail(c, OCI_OP_MOVE_MOUNT, path);
		shared->attached = true;
		return 0;
	}
	cleanup_close int clone = sys_open_tree(shared->fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (clone < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	if (sys_move_mount(clone, target) != 0)
		return fail(c, OCI_OP_MOVE_MOUNT, path);
	return 0;
}

static bool may_be_missing(const struct oci_step *s)
{
	return (s->flags & OCI_STEP_IGNORE_ENOENT) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

int step_mask(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	struct stat st;
	cleanup_close int target = root_open(c, path, O_PATH, 0, 0);

	if (target < 0)
		return may_be_missing(s) ? 0 : fail(c, OCI_OP_OPENAT2, path);
	if (fstat(target, &st) != 0)
		return fail(c, OCI_OP_STAT, path);
	if (!S_ISDIR(st.st_mode)) {
		if (c->null.fd < 0)
			return fail_with(c, EBADF, OCI_OP_IMAGE, path, "no OPEN_DEVNULL before it");
		return attach_shared(c, &c->null, target, path);
	}
	if (c->empty.fd < 0)
		c->empty.fd = empty_tmpfs();
	if (c->empty.fd < 0)
		return fail(c, OCI_OP_FSMOUNT, "tmpfs");
	return attach_shared(c, &c->empty, target, path);
}

int step_readonly_path(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	cleanup_close int target = root_open(c, path, O_PATH, 0, 0);

	if (target < 0)
		return may_be_missing(s) ? 0 : fail(c, OCI_OP_OPENAT2, path);
	cleanup_close int tree = sys_open_tree(target, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	if (set_attributes(tree, MOUNT_ATTR_RDONLY, 0, 0, true) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	if (sys_move_mount(tree, target) != 0)
		return fail(c, OCI_OP_MOVE_MOUNT, path);
	return 0;
}
