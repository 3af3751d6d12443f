/* MKNOD, SYMLINK, UNLINK: everything relative to a held directory. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../path.h"
#include "../syscalls.h"
#include "mount.h"
#include "steps.h"

static bool same_node(const struct stat *st, mode_t mode, dev_t device)
{
	return (st->st_mode & S_IFMT) == (mode & S_IFMT) && (S_ISFIFO(mode) || st->st_rdev == device);
}

/* Without the right to make nodes: the host's node of the same path, bound over an empty file. */
static int bind_host_node(struct context *c, const char *path, int parent, const char *base, mode_t mode, dev_t device)
{
	char host[PATH_MAX] = "/";
	struct stat st;

	if (strlen(path) >= sizeof(host) - 1)
		return fail_with(c, ENAMETOOLONG, OCI_OP_MKNODAT, path, NULL);
	memcpy(host + 1, path, strlen(path) + 1);
	cleanup_close int node = open(host, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (node < 0 || fstat(node, &st) != 0 || !same_node(&st, mode, device))
		return fail_with(c, EPERM, OCI_OP_MKNODAT, path, "and the host has no such node");
	cleanup_close int file = openat(parent, base, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0644);
	if (file < 0)
		return fail(c, OCI_OP_OPEN, path);
	cleanup_close int tree = sys_open_tree(node, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	if (sys_move_mount(tree, file) != 0)
		return fail(c, OCI_OP_MOVE_MOUNT, path);
	return 0;
}

static bool empty_regular(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_size == 0;
}

int step_mknod(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0), *base;
	mode_t mode = (mode_t)s->n[0];
	dev_t device = makedev((unsigned)s->n[1], (unsigned)s->n[2]);
	int parent = root_parent(c, path, &base);
	struct stat st;

	if (parent < 0)
		return -1;
	if (mknodat(parent, base, mode, device) != 0) {
		if (errno == EPERM && (s->flags & OCI_F_BIND_FALLBACK) != 0)
			return bind_host_node(c, path, parent, base, mode, device);
		if (errno != EEXIST || fstatat(parent, base, &st, AT_SYMLINK_NOFOLLOW) != 0)
			return fail(c, OCI_OP_MKNODAT, path);
		if (same_node(&st, mode, device))
			return 0;
		if (!empty_regular(&st))
			return fail_with(c, EEXIST, OCI_OP_MKNODAT, path, "something else is there");
		if (unlinkat(parent, base, 0) != 0)
			return fail(c, OCI_OP_UNLINKAT, path);
		if (mknodat(parent, base, mode, device) != 0)
			return fail(c, OCI_OP_MKNODAT, path);
	}
	if ((s->n[3] != 0 || s->n[4] != 0) && fchownat(parent, base, (uid_t)s->n[3], (gid_t)s->n[4], AT_SYMLINK_NOFOLLOW) != 0)
		return fail(c, OCI_OP_FCHOWN, path);
	return 0;
}

int step_symlink(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0), *text = step_string(c, s, 1), *base;
	int parent = root_parent(c, path, &base);
	char there[PATH_MAX];
	ssize_t length;

	if (parent < 0)
		return -1;
	if (symlinkat(text, parent, base) == 0)
		return 0;
	if (errno != EEXIST)
		return fail(c, OCI_OP_SYMLINKAT, path);
	length = readlinkat(parent, base, there, sizeof(there));
	if (length < 0)
		return fail_with(c, EEXIST, OCI_OP_SYMLINKAT, path, "something else is there");
	if ((size_t)length == strlen(text) && memcmp(there, text, (size_t)length) == 0)
		return 0;
	if (unlinkat(parent, base, 0) != 0 || symlinkat(text, parent, base) != 0)
		return fail(c, OCI_OP_SYMLINKAT, path);
	return 0;
}

int step_unlink(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0), *base;
	int parent = root_parent(c, path, &base);

	if (parent < 0)
		return -1;
	if (unlinkat(parent, base, 0) != 0 && errno != ENOENT)
		return fail(c, OCI_OP_UNLINKAT, path);
	return 0;
}
