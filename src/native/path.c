#include "path.h"

#include <sys/stat.h>

#include "syscalls.h"

/* openat2 gives EAGAIN when a rename or mount raced with "..": a container could race for ever. */
#define MAX_RACES 128

int path_open(struct context *c, const char *path, uint64_t flags, uint64_t resolve)
{
	int fd = -1;

	for (int i = 0; i < MAX_RACES; i++) {
		fd = sys_openat2(c->root, path, flags | O_CLOEXEC, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve);
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return fd;
}

int path_open_beneath(int dir, const char *path, uint64_t flags)
{
	return sys_openat2(dir, path, flags | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A directory in dir, made when missing. What was just made must be what is then opened (CVE-2024-45310). */
static int make_directory(int dir, const char *name, mode_t mode)
{
	bool made = mkdirat(dir, name, mode) == 0;
	cleanup_close int fd = -1;
	struct stat st;
	int result;

	if (!made && errno != EEXIST)
		return -1;
	fd = path_open_beneath(dir, name, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return -1;
	if (made && (fstat(fd, &st) != 0 || st.st_uid != geteuid() || (st.st_mode & (mode_t)07777 & ~(mode_t)S_ISGID) != (mode & ~(mode_t)S_ISGID))) {
		errno = ESTALE;
		return -1;
	}
	result = fd;
	fd = -1;
	return result;
}

static int make_last(int dir, const char *name, mode_t mode, bool file)
{
	return file ? openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644) : make_directory(dir, name, mode);
}

/* Makes what is missing of the components in `rest` below dir; consumes neither. */
static int make_rest(int dir, char *rest, mode_t mode, bool file)
{
	cleanup_close int at = -1;

	for (;;) {
		char *name = rest + strspn(rest, "/");
		char *end = name + strcspn(name, "/");
		bool last = end[strspn(end, "/")] == '\0';
		int next;

		rest = *end == '\0' ? end : end + 1;
		*end = '\0';
		if (is_dots(name)) {
			errno = EINVAL;
			return -1;
		}
		next = last ? make_last(at < 0 ? dir : at, name, mode, file) : make_directory(at < 0 ? dir : at, name, 0755);
		if (next < 0 || last)
			return next;
		close_quietly(&at);
		at = next;
	}
}

int path_make(struct context *c, const char *path, mode_t mode, bool file, uint64_t resolve)
{
	cleanup_close int dir = -1;
	size_t end = strlen(path);
	char copy[PATH_MAX];

	if (end >= sizeof(copy)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(copy, path, end + 1);
	while (end > 0 && copy[end - 1] == '/')
		copy[--end] = '\0';
	if (end == 0) {
		errno = EINVAL;
		return -1;
	}
	for (;;) {
		char kept;

		while (end > 0 && copy[end - 1] != '/')
			end--;
		while (end > 0 && copy[end - 1] == '/')
			end--;
		kept = copy[end];
		copy[end] = '\0';
		dir = path_open(c, end == 0 ? "/" : copy, O_PATH | O_DIRECTORY, resolve);
		copy[end] = kept;
		if (dir >= 0)
			return make_rest(dir, copy + end, mode, file);
		if (errno != ENOENT || end == 0)
			return -1;
	}
}

int path_directory(struct context *c, const char *path, mode_t mode, uint64_t resolve)
{
	int fd = path_open(c, path, O_PATH | O_DIRECTORY, resolve);

	return fd < 0 && errno == ENOENT ? path_make(c, path, mode, false, resolve) : fd;
}

void path_forget(struct context *c)
{
	close_quietly(&c->parent.fd);
	c->parent.path = NULL;
}

static int behind_link(struct context *c, const char *path)
{
	return fail_with(c, ELOOP, OCI_OP_VERIFY, path, "is or lies behind a symbolic link");
}

int path_parent(struct context *c, const char *path, uint16_t flags, const char **name)
{
	const bool real = (flags & OCI_F_REAL_TOP) != 0;
	const char *slash = strrchr(path, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - path);
	char copy[PATH_MAX];

	*name = slash == NULL ? path : slash + 1;
	if (**name == '\0' || is_dots(*name) || length >= sizeof(copy))
		return fail_with(c, EINVAL, OCI_OP_OPENAT2, path, NULL);
	if (c->parent.path != NULL && c->parent.length == length && (c->parent.real || !real) && memcmp(c->parent.path, path, length) == 0)
		return c->parent.fd;
	path_forget(c);
	memcpy(copy, path, length);
	copy[length] = '\0';
	c->parent.fd = path_directory(c, length == 0 ? "/" : copy, 0755, real ? RESOLVE_NO_SYMLINKS : 0);
	if (c->parent.fd < 0)
		return real && errno == ELOOP ? behind_link(c, path) : fail(c, OCI_OP_OPENAT2, path);
	c->parent.path = path;
	c->parent.real = real;
	c->parent.length = length;
	return c->parent.fd;
}

/* Without symlinks and dots a path with a component cannot come out at the root. */
static bool leads_below_root(const char *path)
{
	bool below = false;

	for (;;) {
		size_t length;

		path += strspn(path, "/");
		length = strcspn(path, "/");
		if (length == 0)
			return below;
		if ((length == 1 && path[0] == '.') || (length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		below = true;
		path += length;
	}
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

static int refuse_root(struct context *c, int fd, const char *path)
{
	struct stat root, target;

	if (fstat(c->root, &root) != 0 || fstat(fd, &target) != 0)
		return fail(c, OCI_OP_STAT, path);
	return same_file(&root, &target) ? fail_with(c, EINVAL, OCI_OP_VERIFY, path, "is the root itself") : 0;
}

/* A volume that an image's link puts on /dev would be furnished with nodes and links, on the host's side too. */
static int refuse_dev(struct context *c, int fd, const char *path)
{
	cleanup_close int dev = path_open(c, "dev", O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
	struct stat there, target;

	if (dev < 0)
		return 0;
	if (fstat(dev, &there) != 0 || fstat(fd, &target) != 0)
		return fail(c, OCI_OP_STAT, path);
	return same_file(&there, &target) ? fail_with(c, EPERM, OCI_OP_VERIFY, path, "leads to /dev") : 0;
}

int path_target(struct context *c, const char *path, uint16_t flags, mode_t mode, bool file)
{
	const bool top = (flags & OCI_F_REAL_TOP) != 0;
	const uint64_t open_flags = O_PATH | (top && !file ? O_DIRECTORY : 0) | ((flags & OCI_F_TARGET_NOFOLLOW) != 0 ? O_NOFOLLOW : 0);
	bool through_links = false;
	int fd = path_open(c, path, open_flags, RESOLVE_NO_SYMLINKS);

	if (fd < 0 && errno == ELOOP) {
		if (top)
			return behind_link(c, path);
		through_links = true;
		fd = path_open(c, path, open_flags, 0);
	}
	if (fd < 0 && errno == ENOTDIR && top)
		return fail_with(c, ENOTDIR, OCI_OP_VERIFY, path, "is not a directory");
	if (fd < 0 && errno == ENOENT && (flags & (OCI_F_MKDIR | OCI_F_MKFILE)) != 0) {
		fd = path_make(c, path, mode, file, top ? RESOLVE_NO_SYMLINKS : 0);
		if (fd < 0)
			return fail(c, file ? OCI_OP_OPEN : OCI_OP_MKDIRAT, path);
	}
	if (fd < 0) {
		if ((flags & OCI_STEP_IGNORE_ENOENT) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
			errno = ENOENT;
			return -1;
		}
		return fail(c, OCI_OP_OPENAT2, path);
	}
	if ((through_links || !leads_below_root(path)) && (refuse_root(c, fd, path) != 0 || refuse_dev(c, fd, path) != 0))
		close_quietly(&fd);
	return fd;
}
