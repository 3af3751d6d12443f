#include "path.h"

#include <sys/stat.h>

#include "syscalls.h"

#define MAX_TRIES 128

int root_open(struct context *c, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	int fd = -1;

	/* EAGAIN: something was renamed meanwhile and the kernel can't be sure that the walk stayed inside. */
	for (int i = 0; i < MAX_TRIES; i++) {
		fd = sys_openat2(c->root, path, flags | O_CLOEXEC, mode, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve);
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd;
}

/* One new directory below a held one: what is opened is what was made, or a directory somebody else made there. */
static int make_below(int parent, const char *name, unsigned mode)
{
	if (mkdirat(parent, name, mode) != 0 && errno != EEXIST)
		return -1;
	return sys_openat2(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

static int mkdir_walk(struct context *c, const char *path, unsigned mode, uint64_t resolve)
{
	char prefix[PATH_MAX];
	size_t length = strlen(path), start = 0;
	int at = root_open(c, ".", O_PATH | O_DIRECTORY, 0, 0);
	bool missing = false;

	if (length >= sizeof(prefix)) {
		errno = ENAMETOOLONG;
		goto failed;
	}
	while (at >= 0 && start < length) {
		cleanup_close int held = at;
		size_t end = start;

		while (end < length && path[end] != '/')
			end++;
		memcpy(prefix, path, end);
		prefix[end] = '\0';
		if (end == start || strcmp(prefix + start, ".") == 0) {
			held = -1;
			start = end + 1;
			continue;
		}
		at = missing ? -1 : root_open(c, prefix, O_PATH | O_DIRECTORY, 0, resolve);
		if (at < 0 && (missing || errno == ENOENT)) {
			missing = true;
			if (strcmp(prefix + start, "..") == 0)
				errno = ENOENT;
			else
				at = make_below(held, prefix + start, end == length ? mode : 0755);
		}
		start = end + 1;
	}
	if (at >= 0)
		return at;
failed:
	return fail(c, OCI_OP_MKDIRAT, path);
}

int root_mkdir(struct context *c, const char *path, unsigned mode, uint64_t resolve)
{
	int fd = root_open(c, path, O_PATH | O_DIRECTORY, 0, resolve);

	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return fail(c, OCI_OP_OPENAT2, path);
	return mkdir_walk(c, path, mode, resolve);
}

int root_parent(struct context *c, const char *path, const char **base)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - path);
	char parent[PATH_MAX];
	int fd;

	*base = slash == NULL ? path : slash + 1;
	if (**base == '\0' || strcmp(*base, ".") == 0 || strcmp(*base, "..") == 0)
		return fail_with(c, EINVAL, OCI_OP_VERIFY, path, NULL);
	if (c->parent.fd >= 0 && c->parent.length == length && memcmp(c->parent.path, path, length) == 0)
		return c->parent.fd;
	if (length >= sizeof(parent))
		return fail_with(c, ENAMETOOLONG, OCI_OP_OPENAT2, path, NULL);
	memcpy(parent, path, length);
	parent[length] = '\0';
	fd = root_mkdir(c, length == 0 ? "." : parent, 0755, 0);
	if (fd < 0)
		return -1;
	if (c->parent.fd >= 0)
		close(c->parent.fd);
	c->parent = (struct parent_cache){ .path = path, .length = length, .fd = fd };
	return fd;
}

/* A mount can cover a cached directory: it is looked up again afterwards. */
static void forget_parent(struct context *c)
{
	if (c->parent.fd >= 0)
		close(c->parent.fd);
	c->parent.fd = -1;
}

static int make_file(struct context *c, const char *path)
{
	const char *base;
	int parent = root_parent(c, path, &base), fd;

	if (parent < 0)
		return -1;
	fd = openat(parent, base, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0 && errno != EEXIST)
		return fail(c, OCI_OP_OPEN, path);
	if (fd >= 0)
		close(fd);
	fd = root_open(c, path, O_PATH, 0, 0);
	return fd < 0 ? fail(c, OCI_OP_OPENAT2, path) : fd;
}

static int check_not_root(struct context *c, int fd, const char *path)
{
	struct stat target, root;

	if (fstat(fd, &target) != 0 || fstat(c->root, &root) != 0)
		return fail(c, OCI_OP_STAT, path);
	if (target.st_dev == root.st_dev && target.st_ino == root.st_ino)
		return fail_with(c, EINVAL, OCI_OP_VERIFY, path, "is the root filesystem itself");
	return 0;
}

int root_target(struct context *c, const struct oci_step *s, const char *path, unsigned mode, bool source_is_file)
{
	uint64_t resolve = (s->flags & OCI_F_REAL_TOP) != 0 ? RESOLVE_NO_SYMLINKS : 0;
	uint64_t flags = O_PATH | ((s->flags & OCI_F_TARGET_NOFOLLOW) != 0 ? O_NOFOLLOW : 0);
	bool make = (s->flags & (OCI_F_MKDIR | OCI_F_MKFILE)) != 0;
	int fd = root_open(c, path, flags, 0, resolve);

	if (fd < 0 && errno == ENOENT && make)
		fd = source_is_file ? make_file(c, path) : mkdir_walk(c, path, mode, resolve);
	else if (fd < 0 && errno == ELOOP && resolve != 0)
		return fail_with(c, ELOOP, OCI_OP_VERIFY, path, "must be a real directory, not a symbolic link");
	else if (fd < 0)
		return fail(c, OCI_OP_OPENAT2, path);
	if (fd < 0)
		return -1;
	forget_parent(c);
	if (check_not_root(c, fd, path) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}
