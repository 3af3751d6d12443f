/* ROOT_PROPAGATION, OPEN_ROOT, PIVOT_ROOT, ROOT_READONLY. */
#include <sys/mount.h>

#include "../syscalls.h"
#include "mount.h"
#include "steps.h"

int step_root_propagation(struct context *c, const struct oci_step *s)
{
	struct mount_attr attr = { .propagation = s->n[0] & ~(uint64_t)MS_REC };

	if (sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, "/");
	return 0;
}

/* The mount that holds the directory becomes private: its top is what mount(2) would find, so the old call is made on a descriptor's path. */
static int make_parent_private(struct context *c, int fd, const char *path)
{
	struct mount_attr attr = { .propagation = MS_PRIVATE };

	if (sys_mount_setattr(fd, "", AT_EMPTY_PATH, &attr) == 0 || errno != EINVAL)
		return 0;
	/* Not the root of its mount: walk up until one is. */
	cleanup_close int at = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (int depth = 0; at >= 0 && depth < 4096; depth++) {
		int up;

		if (sys_mount_setattr(at, "", AT_EMPTY_PATH, &attr) == 0)
			return 0;
		if (errno != EINVAL)
			break;
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = up;
	}
	return fail(c, OCI_OP_MOUNT_SETATTR, path);
}

int step_open_root(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	int given = step_fd(c, s);

	if (s->n[1] == 1) {
		c->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		return c->root < 0 ? fail(c, OCI_OP_OPEN, "/") : 0;
	}
	cleanup_close int directory = given >= 0 ? fcntl(given, F_DUPFD_CLOEXEC, 0) : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return fail(c, OCI_OP_OPEN, path);
	if (s->n[2] == 1 && make_parent_private(c, directory, path) < 0)
		return -1;
	cleanup_close int tree = sys_open_tree(directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	if (set_attributes(tree, 0, 0, s->n[0], (s->n[0] & MS_REC) != 0) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	if (sys_move_mount(tree, directory) != 0)
		return fail(c, OCI_OP_MOVE_MOUNT, path);
	c->root = tree;
	tree = -1;
	return 0;
}

int step_pivot_root(struct context *c, const struct oci_step *s)
{
	if (fchdir(c->root) != 0)
		return fail(c, OCI_OP_CHDIR, "root");
	if (s->n[0] == 1) {
		if (mount(".", "/", NULL, MS_MOVE, NULL) != 0)
			return fail(c, OCI_OP_MOUNT, "MS_MOVE of the root");
		if (chroot(".") != 0)
			return fail(c, OCI_OP_CHROOT, ".");
		return chdir("/") != 0 ? fail(c, OCI_OP_CHDIR, "/") : 0;
	}
	/* "." twice: the old root ends up on top of the new one, from where it is detached (pivot_root(2), NOTES). */
	if (sys_pivot_root(".", ".") != 0)
		return fail(c, OCI_OP_PIVOT_ROOT, NULL);
	if (s->n[1] != 0) {
		struct mount_attr attr = { .propagation = s->n[1] & ~(uint64_t)MS_REC };

		if (sys_mount_setattr(AT_FDCWD, ".", (s->n[1] & MS_REC) != 0 ? AT_RECURSIVE : 0, &attr) != 0)
			return fail(c, OCI_OP_MOUNT_SETATTR, "old root");
	}
	if (sys_umount2(".", MNT_DETACH) != 0)
		return fail(c, OCI_OP_UMOUNT2, "old root");
	return chdir("/") != 0 ? fail(c, OCI_OP_CHDIR, "/") : 0;
}

int step_root_readonly(struct context *c, const struct oci_step *s)
{
	(void)s;
	if (set_attributes(c->root, MOUNT_ATTR_RDONLY, 0, 0, false) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, "root");
	return 0;
}
