/* MOUNT, BIND, SETATTR, MKDIR: filesystems at their places, by descriptors only. */
#include "mount.h"

#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "../image.h"
#include "../path.h"
#include "../syscalls.h"
#include "../text.h"
#include "steps.h"

#define PROPAGATIONS (MS_SHARED | MS_SLAVE | MS_PRIVATE | MS_UNBINDABLE)

int set_attributes(int fd, uint64_t set, uint64_t clear, uint64_t propagation, bool recursive)
{
	struct mount_attr attr = { .attr_set = set, .attr_clr = clear, .propagation = propagation & PROPAGATIONS };

	if (set == 0 && clear == 0 && attr.propagation == 0)
		return 0;
	return sys_mount_setattr(fd, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr);
}

/* The kernel explains refused options in the context's log: "e tmpfs: Unknown parameter 'x'". */
static int fail_fs(struct context *c, int fs, enum oci_op op, const char *type, const char *option)
{
	int error = errno;
	char log[160];
	ssize_t n = read(fs, log, sizeof(log) - 1);

	if (n <= 2)
		return fail_with(c, error, op, type, option);
	log[n] = '\0';
	return fail_with(c, error, op, type, log + 2);
}

static int configure(struct context *c, int fs, const char *type, const struct oci_blob *options, const char *source)
{
	const char *option = options == NULL ? NULL : list_first(options);
	uint32_t count = options == NULL ? 0 : list_count(options);

	if (source != NULL && sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", source) != 0)
		return fail_fs(c, fs, OCI_OP_FSCONFIG, type, source);
	for (; count > 0; count--, option = list_next(option)) {
		const char *equals = strchr(option, '=');
		char key[64];
		int result;

		if (equals == NULL) {
			result = sys_fsconfig(fs, FSCONFIG_SET_FLAG, option, NULL);
		} else if (equals == option || (size_t)(equals - option) >= sizeof(key)) {
			return fail_with(c, EINVAL, OCI_OP_FSCONFIG, type, option);
		} else {
			memcpy(key, option, (size_t)(equals - option));
			key[equals - option] = '\0';
			result = sys_fsconfig(fs, FSCONFIG_SET_STRING, key, equals + 1);
		}
		if (result != 0)
			return fail_fs(c, fs, OCI_OP_FSCONFIG, type, option);
	}
	return 0;
}

static int add_mode(struct context *c, int fs, int target, const char *type)
{
	char mode[16];
	struct text t = text_in(mode, sizeof(mode));
	struct stat st;

	if (fstat(target, &st) != 0)
		return fail(c, OCI_OP_STAT, type);
	for (int shift = 9; shift >= 0; shift -= 3)
		text_add_number(&t, (st.st_mode >> shift) & 7);
	if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", mode) != 0)
		return fail_fs(c, fs, OCI_OP_FSCONFIG, type, mode);
	return 0;
}

/* Only what is meant for procfs may land on it: elsewhere such a target is a name that was tricked. */
static int check_proc(struct context *c, const struct oci_step *s, int target, const char *path)
{
	struct statfs fs;

	if ((s->flags & OCI_F_ON_PROC) != 0)
		return 0;
	if (fstatfs(target, &fs) != 0)
		return fail(c, OCI_OP_STAT, path);
	if (fs.f_type == PROC_SUPER_MAGIC)
		return fail_with(c, EPERM, OCI_OP_VERIFY, path, "is on procfs");
	return 0;
}

static int attach(struct context *c, const struct oci_step *s, int mount, int target, const char *path, uint64_t propagation)
{
	if (check_proc(c, s, target, path) < 0)
		return -1;
	if (sys_move_mount(mount, target) != 0)
		return fail(c, OCI_OP_MOVE_MOUNT, path);
	if (set_attributes(mount, 0, 0, propagation, (propagation & MS_REC) != 0) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	return 0;
}

int step_mount(struct context *c, const struct oci_step *s)
{
	const char *type = step_string(c, s, 0), *path = step_string(c, s, 3);
	cleanup_close int target = root_target(c, s, path, s->n[1] == 0 ? 0755 : (unsigned)s->n[1], false);
	if (target < 0)
		return -1;
	cleanup_close int fs = sys_fsopen(type);
	if (fs < 0)
		return fail(c, OCI_OP_FSOPEN, type);
	if (configure(c, fs, type, step_blob(c, s, 1), step_string(c, s, 2)) < 0)
		return -1;
	if (s->n[3] == 1 && add_mode(c, fs, target, type) < 0)
		return -1;
	if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0)
		return fail_fs(c, fs, OCI_OP_FSCONFIG, type, path);
	cleanup_close int mount = sys_fsmount(fs, (unsigned)s->n[0]);
	if (mount < 0)
		return fail_fs(c, fs, OCI_OP_FSMOUNT, type, path);
	return attach(c, s, mount, target, path, s->n[2]);
}

static int bind_source(struct context *c, const struct oci_step *s, const char *source)
{
	int given = step_fd(c, s);
	unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | ((s->flags & OCI_F_RECURSIVE) != 0 ? AT_RECURSIVE : 0) |
			 ((s->flags & OCI_F_SRC_NOFOLLOW) != 0 ? AT_SYMLINK_NOFOLLOW : 0);
	int tree = given >= 0 ? sys_open_tree(given, "", flags | AT_EMPTY_PATH) : sys_open_tree(AT_FDCWD, source, flags);

	return tree < 0 ? fail(c, OCI_OP_OPEN_TREE, source) : tree;
}

static int check_source(struct context *c, const struct oci_step *s, int tree, const char *source, bool *file)
{
	struct statfs fs;
	struct stat st;

	if (fstat(tree, &st) != 0)
		return fail(c, OCI_OP_STAT, source);
	*file = !S_ISDIR(st.st_mode);
	if ((s->flags & OCI_F_SOURCE_PROC) == 0)
		return 0;
	if (fstatfs(tree, &fs) != 0 || fs.f_type != PROC_SUPER_MAGIC || st.st_ino != 1)
		return fail_with(c, EPERM, OCI_OP_VERIFY, source, "is not procfs");
	return 0;
}

/* Flags that an unprivileged user may not clear stay as they are (mount_namespaces(7)). */
static int attributes_or_locked(int tree, const struct oci_step *s)
{
	bool recursive = (s->flags & OCI_F_ATTR_RECURSIVE) != 0;

	if (set_attributes(tree, s->n[0], s->n[1], 0, recursive) == 0)
		return 0;
	if (errno != EPERM || s->n[1] == 0 || s->n[0] == 0)
		return -1;
	return set_attributes(tree, s->n[0], 0, 0, recursive);
}

int step_bind(struct context *c, const struct oci_step *s)
{
	const char *source = step_string(c, s, 0), *path = step_string(c, s, 1);
	int ids = slot_fd(c, (int64_t)s->n[3]);
	bool file = false;
	cleanup_close int tree = bind_source(c, s, source);
	if (tree < 0 || check_source(c, s, tree, source, &file) < 0)
		return -1;
	cleanup_close int target = root_target(c, s, path, 0755, file);
	if (target < 0)
		return -1;
	if (ids >= 0) {
		struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)ids };

		if (sys_mount_setattr(tree, "", AT_EMPTY_PATH | ((s->flags & OCI_F_RECURSIVE) != 0 ? AT_RECURSIVE : 0), &attr) != 0)
			return fail_detail(c, OCI_OP_MOUNT_SETATTR, path, "this filesystem refuses id mapping");
	}
	if (attributes_or_locked(tree, s) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	return attach(c, s, tree, target, path, s->n[2]);
}

int step_setattr(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	bool recursive = (s->flags & OCI_F_ATTR_RECURSIVE) != 0 || (s->n[2] & MS_REC) != 0;
	cleanup_close int target = root_open(c, path, O_PATH, 0, 0);

	if (target < 0)
		return fail(c, OCI_OP_OPENAT2, path);
	if (set_attributes(target, s->n[0], s->n[1], s->n[2], recursive) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	return 0;
}

int step_mkdir(struct context *c, const struct oci_step *s)
{
	cleanup_close int fd = root_mkdir(c, step_string(c, s, 0), (unsigned)s->n[0], 0);

	return fd < 0 ? -1 : 0;
}

int empty_tmpfs(void)
{
	cleanup_close int fs = sys_fsopen("tmpfs");

	if (fs < 0 || sys_fsconfig(fs, FSCONFIG_SET_STRING, "size", "0") != 0 || sys_fsconfig(fs, FSCONFIG_SET_STRING, "nr_inodes", "1") != 0 ||
	    sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0)
		return -1;
	return sys_fsmount(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}
