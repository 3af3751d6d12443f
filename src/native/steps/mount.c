/* MOUNT, BIND, SETATTR, MKDIR: filesystems at their places, by descriptors only. */
#include "mount.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "../change.h"
#include "../image.h"
#include "../path.h"
#include "../proc.h"
#include "../sources.h"
#include "../syscalls.h"
#include "../text.h"
#include "copy.h"
#include "steps.h"

#define PROPAGATIONS (MS_SHARED | MS_SLAVE | MS_PRIVATE | MS_UNBINDABLE)
#define MAX_KEY 64

int set_attributes(int fd, uint64_t set, uint64_t clear, uint64_t propagation, bool recursive)
{
	struct mount_attr attr = { .attr_set = set, .attr_clr = clear, .propagation = propagation & PROPAGATIONS };

	if (set == 0 && clear == 0 && attr.propagation == 0)
		return 0;
	return sys_mount_setattr(fd, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr);
}

static int is_directory(int fd)
{
	struct stat st;

	return fstat(fd, &st) != 0 ? -1 : S_ISDIR(st.st_mode);
}

/* The kernel has one errno for every mismatch. mount(2) returned ENOTDIR, from which Docker derives its advice. */
static int fail_attach(struct context *c, int mount, int target, const char *path)
{
	const int error = errno, directory = is_directory(mount), on_directory = is_directory(target);

	errno = error;
	if (directory < 0 || on_directory < 0 || directory == on_directory)
		return fail(c, OCI_OP_MOVE_MOUNT, path);
	errno = ENOTDIR;
	return fail_detail(c, OCI_OP_MOVE_MOUNT, path, directory ? "a directory can't be mounted on a file" : "a file can't be mounted on a directory");
}

int attach(struct context *c, int mount, int target, const char *path)
{
	if (sys_move_mount(mount, target) != 0)
		return fail_attach(c, mount, target, path);
	path_forget(c);
	return 0;
}

int attach_clone(struct context *c, int source, int target, const char *path)
{
	cleanup_close int tree = sys_open_tree(source, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

	return tree < 0 ? fail(c, OCI_OP_OPEN_TREE, path) : attach(c, tree, target, path);
}

/* The kernel explains in the context's log, one message per read: "e tmpfs: Unknown parameter 'x'". The last one counts. */
static int fail_fs(struct context *c, int fs, enum oci_op op, const char *path, const char *option)
{
	const int error = errno;
	char log[160];
	ssize_t n, length = 0;

	for (int i = 0; i < 16 && (n = read(fs, log, sizeof(log) - 1)) > 0; i++)
		length = n;
	while (length > 0 && log[length - 1] == '\n')
		length--;
	log[length] = '\0';
	return fail_with(c, error, op, path, length > 2 ? log + 2 : option);
}

static int configure_one(struct context *c, int fs, const char *path, const char *option)
{
	const char *equals = strchr(option, '=');
	size_t length = equals == NULL ? 0 : (size_t)(equals - option);
	char key[MAX_KEY];
	int result;

	if (equals == NULL) {
		result = sys_fsconfig(fs, FSCONFIG_SET_FLAG, option, NULL);
	} else {
		if (length == 0 || length >= sizeof(key))
			return fail_with(c, EINVAL, OCI_OP_FSCONFIG, path, option);
		memcpy(key, option, length);
		key[length] = '\0';
		result = sys_fsconfig(fs, FSCONFIG_SET_STRING, key, equals + 1);
	}
	return result == 0 ? 0 : fail_fs(c, fs, OCI_OP_FSCONFIG, path, option);
}

/* Adds "mode=" with the permissions of the target. */
static int keep_mode(struct context *c, int fs, int target, const char *path)
{
	char mode[16] = "mode=";
	struct text t = text_in(mode + 5, sizeof(mode) - 5);
	struct stat st;

	if (fstat(target, &st) != 0)
		return fail(c, OCI_OP_STAT, path);
	for (int shift = 9; shift >= 0; shift -= 3)
		text_add_number(&t, st.st_mode >> shift & 7);
	return configure_one(c, fs, path, mode);
}

/* Sets the parameters in s1. */
static int configure_all(struct context *c, int fs, const struct oci_step *s, const char *path)
{
	const struct oci_blob *options = step_blob(c, s, 1);
	const char *option = options == NULL ? NULL : list_first(options);

	for (uint32_t count = list_count(options); count > 0; count--, option = list_next(option))
		if (configure_one(c, fs, path, option) != 0)
			return -1;
	return 0;
}

/* The permissions of a directory made for the mount were not chosen by anybody. */
static int configure(struct context *c, int fs, const struct oci_step *s, int target, bool made, const char *path)
{
	const char *source = step_string(c, s, 2);

	if (source != NULL && sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", source) != 0)
		return fail_fs(c, fs, OCI_OP_FSCONFIG, path, source);
	if (configure_all(c, fs, s, path) != 0)
		return -1;
	return s->n[3] == 1 && !made ? keep_mode(c, fs, target, path) : 0;
}

/* Only mounts meant for procfs may land on it: otherwise the target's path was redirected (CVE-2019-16884). */
static int refuse_proc(struct context *c, const struct oci_step *s, int target, const char *path)
{
	struct statfs fs;

	if ((s->flags & OCI_F_ON_PROC) != 0)
		return 0;
	if (fstatfs(target, &fs) != 0)
		return fail(c, OCI_OP_FSTATFS, path);
	return fs.f_type == PROC_SUPER_MAGIC ? fail_with(c, EPERM, OCI_OP_VERIFY, path, "is on procfs") : 0;
}

int place(struct context *c, const struct oci_step *s, int mount, int target, const char *path)
{
	const uint64_t propagation = s->n[2];

	if (refuse_proc(c, s, target, path) != 0 || attach(c, mount, target, path) != 0)
		return -1;
	if (set_attributes(mount, 0, 0, propagation, (propagation & MS_REC) != 0) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	return 0;
}

/* Makes a new, unattached filesystem. made: there is no earlier target whose mode it would get. */
static int make_filesystem(struct context *c, const struct oci_step *s, int target, bool made, const char *path)
{
	const char *type = step_string(c, s, 0);
	cleanup_close int fs = sys_fsopen(type);
	int mount;

	if (fs < 0)
		return fail_detail(c, OCI_OP_FSOPEN, path, type);
	if (configure(c, fs, s, target, made, path) != 0)
		return -1;
	if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0)
		return fail_fs(c, fs, OCI_OP_FSCONFIG, path, type);
	mount = sys_fsmount(fs, (unsigned)s->n[0]);
	return mount < 0 ? fail_fs(c, fs, OCI_OP_FSMOUNT, path, type) : mount;
}

/* For ATTACH. Options of up to a page need a mount point, which does not exist yet. */
static int make_detached(struct context *c, const struct oci_step *s, const char *path)
{
	if (has_long_value(c, s))
		return fail_with(c, E2BIG, OCI_OP_FSCONFIG, path, "an option of more than 255 bytes, in a container that runs");
	return change_keep(c, make_filesystem(c, s, -1, true, path));
}

int step_mount(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 3);
	bool made = false;
	cleanup_close int target = -1, mount = -1;

	if (c->change.mounts != NULL)
		return make_detached(c, s, path);
	target = path_target(c, path, s->flags, s->n[1] == 0 ? 0755 : (mode_t)s->n[1], false, &made);
	if (target < 0)
		return -1;
	if (has_long_value(c, s))
		return refuse_proc(c, s, target, path) != 0 ? -1 : mount_long(c, s, target, path);
	mount = make_filesystem(c, s, target, made, path);
	if (mount < 0)
		return -1;
	if (s->n[4] == 1 && copy_directory(c, target, mount, path) != 0)
		return -1;
	return place(c, s, mount, target, path);
}

/* Whether the source is a file, or -1. */
static int check_source(struct context *c, const struct oci_step *s, int tree, const char *source)
{
	struct stat st;

	if ((s->flags & OCI_F_SOURCE_PROC) != 0 && proc_verify(tree) != 0)
		return errno == EXDEV ? fail_detail(c, OCI_OP_VERIFY, source, "is not procfs") : fail(c, OCI_OP_FSTATFS, source);
	if (fstat(tree, &st) != 0)
		return fail(c, OCI_OP_STAT, source);
	return S_ISDIR(st.st_mode) ? 0 : 1;
}

/* Clears attributes that nobody named, unless they are locked for an unprivileged user (mount_namespaces(7)). The access time setting is one value of several bits. */
static void clear_unlocked(int mount, uint64_t attributes)
{
	for (uint64_t bit = 1; bit != 0 && bit <= attributes; bit <<= 1)
		if ((attributes & bit & ~(uint64_t)MOUNT_ATTR__ATIME) != 0)
			(void)set_attributes(mount, 0, bit, 0, false);
	(void)set_attributes(mount, 0, attributes & MOUNT_ATTR__ATIME, 0, false);
}

/* An attribute that is named and locked is an error: the user relies on it. */
static int apply_attributes(struct context *c, const struct oci_step *s, int mount, uint64_t propagation, uint64_t unnamed, const char *path)
{
	const bool recursive = (s->flags & OCI_F_ATTR_RECURSIVE) != 0 || (propagation & MS_REC) != 0;

	if (set_attributes(mount, s->n[0], s->n[1] | unnamed, propagation, recursive) == 0)
		return 0;
	if (errno == EPERM && unnamed != 0) {
		clear_unlocked(mount, unnamed);
		if (set_attributes(mount, s->n[0], s->n[1], propagation, recursive) == 0)
			return 0;
	}
	return fail_detail(c, OCI_OP_MOUNT_SETATTR, path, errno == EPERM ? "flags of the source are locked: they can't be cleared in a user namespace" : NULL);
}

/* From here on paths resolve in this mount. */
static int bind_root(struct context *c, const struct oci_step *s, int tree)
{
	cleanup_close int root = -1;

	if (apply_attributes(c, s, tree, 0, s->n[3], ".") != 0 || place(c, s, tree, c->root, ".") != 0)
		return -1;
	root = fcntl(tree, F_DUPFD_CLOEXEC, 0);
	if (root < 0)
		return fail(c, OCI_OP_DUP, "root");
	close_quietly(&c->root);
	c->root = root;
	root = -1;
	return 0;
}

/* For ATTACH. */
static int bind_detached(struct context *c, const struct oci_step *s, int *tree, const char *path)
{
	const int mount = *tree;

	if (apply_attributes(c, s, mount, 0, s->n[3], path) != 0)
		return -1;
	*tree = -1;
	return change_keep(c, mount);
}

int step_bind(struct context *c, const struct oci_step *s)
{
	const char *source = step_string(c, s, 0), *path = step_string(c, s, 1);
	cleanup_close int tree = source_get(c, s, source), target = -1;
	int file;

	if (tree < 0)
		return -1;
	file = check_source(c, s, tree, source);
	if (file < 0)
		return -1;
	if (c->change.mounts != NULL)
		return bind_detached(c, s, &tree, path);
	if (strcmp(path, ".") == 0)
		return bind_root(c, s, tree);
	target = path_target(c, path, s->flags, 0755, file == 1, NULL);
	if (target < 0 || apply_attributes(c, s, tree, 0, s->n[3], path) != 0)
		return -1;
	return place(c, s, tree, target, path);
}

static int reconfigure(struct context *c, const struct oci_step *s, int mount, const char *path)
{
	cleanup_close int fs = sys_fspick(mount);

	if (fs < 0)
		return fail(c, OCI_OP_FSPICK, path);
	if (has_long_value(c, s))
		return reconfigure_long(c, s, mount, path);
	if (configure_all(c, fs, s, path) != 0)
		return -1;
	return sys_fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL) == 0 ? 0 : fail_fs(c, fs, OCI_OP_FSCONFIG, path, NULL);
}

/* The failure has been recorded. fspick(2) needs the root of a mount; that there is no mount is a better reason. */
static int fail_change(struct context *c, int target, const char *path)
{
	cleanup_close int fs = sys_fspick(target);

	if (c->failure.error != EINVAL || fs >= 0 || errno != EINVAL)
		return -1;
	return fail_with(c, EINVAL, c->failure.op, path, "nothing is mounted there");
}

int step_setattr(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	cleanup_close int target = path_open(c, path, O_PATH, 0);

	if (target < 0)
		return fail(c, OCI_OP_OPENAT2, path);
	if (step_blob(c, s, 1) != NULL && reconfigure(c, s, target, path) != 0)
		return fail_change(c, target, path);
	return apply_attributes(c, s, target, s->n[2], 0, path) == 0 ? 0 : fail_change(c, target, path);
}

int step_mkdir(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	enum oci_op op;
	cleanup_close int fd = path_directory(c, path, (mode_t)s->n[0], 0, &op);

	return fd < 0 ? fail(c, op, path) : 0;
}
