/* ROOT_PROPAGATION, OPEN_ROOT, PIVOT_ROOT, ROOT_READONLY. */
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "../path.h"
#include "../stage.h"
#include "../syscalls.h"
#include "mount.h"
#include "steps.h"

int step_root_propagation(struct context *c, const struct oci_step *s)
{
	struct mount_attr attr = { .propagation = s->n[0] & ~(uint64_t)MS_REC };

	if (sys_mount_setattr(AT_FDCWD, "/", (s->n[0] & MS_REC) != 0 ? AT_RECURSIVE : 0, &attr) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, "/");
	return 0;
}

/* Makes the mount that holds the directory private: EINVAL until the walk up reaches its root. */
static int make_parent_private(struct context *c, int directory, const char *path)
{
	cleanup_close int at = fcntl(directory, F_DUPFD_CLOEXEC, 0);

	for (int depth = 0; at >= 0 && depth < PATH_MAX / 2; depth++) {
		int up;

		if (set_attributes(at, 0, 0, MS_PRIVATE, false) == 0)
			return 0;
		if (errno != EINVAL)
			break;
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close_quietly(&at);
		at = up;
	}
	return fail(c, OCI_OP_MOUNT_SETATTR, path);
}

/* A descriptor from outside belongs to another mount namespace: it only says which directory the path must lead to. */
static int check_given(struct context *c, int given, int directory, const char *path)
{
	struct stat expected, found;

	if (fstat(given, &expected) != 0 || fstat(directory, &found) != 0)
		return fail(c, OCI_OP_STAT, path);
	if (expected.st_dev != found.st_dev || expected.st_ino != found.st_ino)
		return fail_with(c, ESTALE, OCI_OP_VERIFY, path, "is not the directory that it was");
	return 0;
}

static int open_directory(struct context *c, const struct oci_step *s, const char *path)
{
	const int given = step_fd(c, s);
	cleanup_close int directory = path == NULL ? fcntl(given, F_DUPFD_CLOEXEC, 0) : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result;

	if (directory < 0)
		return fail(c, OCI_OP_OPEN, path);
	if (given >= 0 && path != NULL && check_given(c, given, directory, path) != 0)
		return -1;
	if (s->n[2] == 1 && make_parent_private(c, directory, path) != 0)
		return -1;
	result = directory;
	directory = -1;
	return result;
}

int step_open_root(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);

	close_quietly(&c->root);
	if (s->n[1] == 1) {
		slots_close_before(c, c->step + 1);
		c->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		return c->root < 0 ? fail(c, OCI_OP_OPEN, "/") : 0;
	}
	cleanup_close int directory = open_directory(c, s, path);
	if (directory < 0)
		return -1;
	if (s->n[1] == 2) {
		c->root = directory;
		directory = -1;
		slots_close_before(c, c->step + 1);
		return 0;
	}
	cleanup_close int tree = sys_open_tree(directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	if (set_attributes(tree, 0, 0, s->n[0], (s->n[0] & MS_REC) != 0) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	if (sys_move_mount(tree, directory) != 0)
		return fail(c, OCI_OP_MOVE_MOUNT, path);
	c->root = tree;
	tree = -1;
	/* Namespaces and cgroups have been joined; their descriptors are closed before the container's files are opened. */
	slots_close_before(c, c->step + 1);
	return 0;
}

/*
 * The old root stays below the new one. While it has an unmasked /proc or /sys, the kernel lets a nested user namespace
 * mount another (mount_too_revealing in fs/namespace.c). A mount that may not be unmounted is covered.
 */
static int hide_kernel(struct context *c, const char *path, unsigned long magic)
{
	cleanup_close int there = -1;
	struct statfs fs;

	while (sys_umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
	there = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (there < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : fail(c, OCI_OP_OPEN, path);
	if (fstatfs(there, &fs) != 0)
		return fail(c, OCI_OP_FSTATFS, path);
	if ((unsigned long)fs.f_type != magic)
		return 0;
	return cover(c, there, path);
}

static int move_root(struct context *c)
{
	cleanup_close int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (old < 0)
		return fail(c, OCI_OP_OPEN, "/");
	if (hide_kernel(c, "/proc", PROC_SUPER_MAGIC) != 0 || hide_kernel(c, "/sys", SYSFS_MAGIC) != 0)
		return -1;
	if (sys_move_mount(c->root, old) != 0)
		return fail(c, OCI_OP_MOVE_MOUNT, "/");
	if (chroot(".") != 0)
		return fail(c, OCI_OP_CHROOT, ".");
	return chdir("/") == 0 ? 0 : fail(c, OCI_OP_CHDIR, "/");
}

/*
 * "." twice: the old root ends up on top of the new one, from where it is detached (pivot_root(2), NOTES). umount2 resolves
 * "." to the mount on top, mount_setattr does not: the old root is held for that.
 */
int step_pivot_root(struct context *c, const struct oci_step *s)
{
	cleanup_close int old = -1;

	path_forget(c);
	if (fchdir(c->root) != 0)
		return fail(c, OCI_OP_CHDIR, "root");
	if (s->n[0] == 1)
		return move_root(c);
	if (s->n[0] == 2) {
		if (chroot(".") != 0)
			return fail(c, OCI_OP_CHROOT, ".");
		return chdir("/") == 0 ? 0 : fail(c, OCI_OP_CHDIR, "/");
	}
	if (s->n[1] != 0) {
		old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (old < 0)
			return fail(c, OCI_OP_OPEN, "/");
	}
	if (sys_pivot_root(".", ".") != 0)
		return fail(c, OCI_OP_PIVOT_ROOT, "root");
	if (old >= 0 && set_attributes(old, 0, 0, s->n[1], (s->n[1] & MS_REC) != 0) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, "old root");
	if (sys_umount2(".", MNT_DETACH) != 0)
		return fail(c, OCI_OP_UMOUNT2, "old root");
	return chdir("/") == 0 ? 0 : fail(c, OCI_OP_CHDIR, "/");
}

int step_root_readonly(struct context *c, const struct oci_step *s)
{
	(void)s;
	if (set_attributes(c->root, MOUNT_ATTR_RDONLY, 0, 0, false) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, "root");
	return 0;
}
