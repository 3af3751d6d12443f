/* MKNOD, SYMLINK, UNLINK: everything relative to a held directory. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../path.h"
#include "../syscalls.h"
#include "mount.h"
#include "steps.h"

struct node {
	const char *path, *name;
	int parent; /* the context's */
	mode_t mode;
	dev_t device;
};

static bool is_node(const struct stat *st, const struct node *n)
{
	return (st->st_mode & S_IFMT) == (n->mode & S_IFMT) && (S_ISFIFO(n->mode) || st->st_rdev == n->device);
}

/* Without permission to make nodes: binds the host's node of the same path over an empty file. */
static int bind_host_node(struct context *c, const struct node *n)
{
	cleanup_close int node = -1, file = -1;
	char host[PATH_MAX] = "/";
	struct stat st;

	if (strlen(n->path) + 2 > sizeof(host))
		return fail_with(c, ENAMETOOLONG, OCI_OP_OPEN, n->path, NULL);
	strcpy(host + (n->path[0] == '/' ? 0 : 1), n->path);
	node = open(host, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (node >= 0 && fstat(node, &st) != 0)
		return fail(c, OCI_OP_STAT, n->path);
	if (node < 0 && errno != ENOENT && errno != ENOTDIR)
		return fail(c, OCI_OP_OPEN, n->path);
	if (node < 0 || !is_node(&st, n))
		return fail_with(c, EPERM, OCI_OP_MKNODAT, n->path, "may not be made, and the host has no such node");
	file = openat(n->parent, n->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (file < 0)
		return fail(c, OCI_OP_OPEN, n->path);
	return attach_clone(c, node, file, n->path);
}

/* Changes the owner only of the node that was made here: what the name leads to now is held and checked first. */
static int give_node(struct context *c, const struct node *n, uid_t uid, gid_t gid)
{
	cleanup_close int fd = path_open_beneath(n->parent, n->name, O_PATH | O_NOFOLLOW);
	struct stat st;

	if (fd < 0)
		return fail(c, OCI_OP_OPENAT2, n->path);
	if (fstat(fd, &st) != 0)
		return fail(c, OCI_OP_STAT, n->path);
	if (!is_node(&st, n))
		return fail_with(c, ESTALE, OCI_OP_VERIFY, n->path, "was replaced");
	return fchownat(fd, "", uid, gid, AT_EMPTY_PATH) == 0 ? 0 : fail(c, OCI_OP_FCHOWN, n->path);
}

/* 1 when an existing node will do, 0 when the path is free now. */
static int clear_way(struct context *c, const struct node *n)
{
	struct stat st;

	if (fstatat(n->parent, n->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return fail(c, OCI_OP_STAT, n->path);
	if (is_node(&st, n))
		return 1;
	if (!S_ISREG(st.st_mode) || st.st_size != 0)
		return fail_with(c, EEXIST, OCI_OP_MKNODAT, n->path, "something else is there");
	return unlinkat(n->parent, n->name, 0) == 0 ? 0 : fail(c, OCI_OP_UNLINKAT, n->path);
}

int step_mknod(struct context *c, const struct oci_step *s)
{
	struct node n = { .path = step_string(c, s, 0), .mode = (mode_t)s->n[0], .device = makedev((unsigned)s->n[1], (unsigned)s->n[2]) };
	int made;

	n.parent = path_parent(c, n.path, s->flags, &n.name);
	if (n.parent < 0)
		return -1;
	made = mknodat(n.parent, n.name, n.mode, n.device);
	if (made != 0 && errno == EEXIST) {
		int there = clear_way(c, &n);

		if (there != 0)
			return there < 0 ? -1 : 0;
		made = mknodat(n.parent, n.name, n.mode, n.device);
	}
	if (made != 0 && errno == EPERM && (s->flags & OCI_F_BIND_FALLBACK) != 0)
		return bind_host_node(c, &n);
	if (made != 0)
		return fail(c, OCI_OP_MKNODAT, n.path);
	return s->n[3] == 0 && s->n[4] == 0 ? 0 : give_node(c, &n, (uid_t)s->n[3], (gid_t)s->n[4]);
}

int step_symlink(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0), *text = step_string(c, s, 1), *name;
	const int parent = path_parent(c, path, s->flags, &name);
	char there[PATH_MAX];
	ssize_t length;

	if (parent < 0)
		return -1;
	if (symlinkat(text, parent, name) == 0)
		return 0;
	if (errno != EEXIST)
		return fail(c, OCI_OP_SYMLINKAT, path);
	length = readlinkat(parent, name, there, sizeof(there));
	if (length < 0)
		return fail_with(c, EEXIST, OCI_OP_SYMLINKAT, path, "something else is there");
	if ((size_t)length == strlen(text) && memcmp(there, text, (size_t)length) == 0)
		return 0;
	if (unlinkat(parent, name, 0) != 0)
		return fail(c, OCI_OP_UNLINKAT, path);
	return symlinkat(text, parent, name) == 0 ? 0 : fail(c, OCI_OP_SYMLINKAT, path);
}

int step_unlink(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0), *name;
	const int parent = path_parent(c, path, s->flags, &name);

	if (parent < 0)
		return -1;
	return unlinkat(parent, name, 0) == 0 || errno == ENOENT ? 0 : fail(c, OCI_OP_UNLINKAT, path);
}
