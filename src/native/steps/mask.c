/* MASK, READONLY_PATH and the device that files are masked with. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../path.h"
#include "../syscalls.h"
#include "mount.h"
#include "steps.h"

/* Opened in the host's tree and cloned there: the container's own node is never trusted (CVE-2025-31133). */
int step_open_devnull(struct context *c, const struct oci_step *s)
{
	cleanup_close int fd = sys_open_tree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	struct stat st;

	(void)s;
	if (fd < 0)
		return fail(c, OCI_OP_OPEN_TREE, "/dev/null");
	if (fstat(fd, &st) != 0)
		return fail(c, OCI_OP_STAT, "/dev/null");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return fail_with(c, ENODEV, OCI_OP_VERIFY, "/dev/null", "is not the null device");
	close_quietly(&c->null.fd);
	c->null = (struct shared_mount){ .fd = fd, .attached = false };
	fd = -1;
	return 0;
}

static int make_empty(struct context *c)
{
	cleanup_close int fs = sys_fsopen("tmpfs");

	if (fs < 0)
		return fail(c, OCI_OP_FSOPEN, "tmpfs");
	if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "nr_inodes", "1") != 0 || sys_fsconfig(fs, FSCONFIG_SET_FLAG, "ro", NULL) != 0 ||
	    sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0)
		return fail(c, OCI_OP_FSCONFIG, "tmpfs");
	c->empty.fd = sys_fsmount(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	return c->empty.fd < 0 ? fail(c, OCI_OP_FSMOUNT, "tmpfs") : 0;
}

/* Attaches the mount itself the first time, then clones of the attached one: kernels before 6.15 can't clone a detached mount. */
static int attach_shared(struct context *c, struct shared_mount *shared, int target, const char *path)
{
	if (shared->attached)
		return attach_clone(c, shared->fd, target, path);
	if (attach(c, shared->fd, target, path) != 0)
		return -1;
	shared->attached = true;
	return 0;
}

/* path_target has recorded every failure except a target that may be missing. */
static int skip_missing(const struct oci_step *s)
{
	return (s->flags & OCI_STEP_IGNORE_ENOENT) != 0 && errno == ENOENT ? 0 : -1;
}

int cover(struct context *c, int target, const char *path)
{
	if (c->empty.fd < 0 && make_empty(c) != 0)
		return -1;
	return attach_shared(c, &c->empty, target, path);
}

int step_mask(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	cleanup_close int target = path_target(c, path, s->flags, 0, false, NULL);
	struct stat st;

	if (target < 0)
		return skip_missing(s);
	if (fstat(target, &st) != 0)
		return fail(c, OCI_OP_STAT, path);
	if (S_ISDIR(st.st_mode))
		return cover(c, target, path);
	if (c->null.fd < 0)
		return fail_with(c, EBADF, OCI_OP_IMAGE, path, "mask without OPEN_DEVNULL");
	return attach_shared(c, &c->null, target, path);
}

int step_readonly_path(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	cleanup_close int target = path_target(c, path, s->flags, 0, false, NULL), tree = -1;

	if (target < 0)
		return skip_missing(s);
	tree = sys_open_tree(target, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	if (set_attributes(tree, MOUNT_ATTR_RDONLY, 0, 0, true) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	return attach(c, tree, target, path);
}
