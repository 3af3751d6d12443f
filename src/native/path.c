#include "path.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "syscalls.h"

/* openat2 returns EAGAIN when a rename or mount raced with "..": a container could keep racing forever. */
#define MAX_RACES 128
/* As many as the kernel follows (path_resolution(7)). */
#define MAX_LINKS 40

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

static bool is_as_made(const struct stat *st, mode_t mode)
{
	return st->st_uid == geteuid() && (st->st_mode & (mode_t)07777 & ~(mode_t)S_ISGID) == (mode & ~(mode_t)S_ISGID);
}

/* Opens a directory in dir, made when missing. The directory that was made must be the one that is opened (CVE-2024-45310). *op is the call that failed. */
static int make_directory(int dir, const char *name, mode_t mode, enum oci_op *op)
{
	bool made = mkdirat(dir, name, mode) == 0;
	cleanup_close int fd = -1;
	struct stat st;
	int result;

	*op = OCI_OP_MKDIRAT;
	if (!made && errno != EEXIST)
		return -1;
	*op = OCI_OP_OPENAT2;
	fd = path_open_beneath(dir, name, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return -1;
	*op = OCI_OP_STAT;
	if (made && fstat(fd, &st) != 0)
		return -1;
	if (made && !is_as_made(&st, mode)) {
		*op = OCI_OP_MKDIRAT;
		errno = ESTALE;
		return -1;
	}
	result = fd;
	fd = -1;
	return result;
}

static int make_last(int dir, const char *name, mode_t mode, bool file, enum oci_op *op)
{
	if (!file)
		return make_directory(dir, name, mode, op);
	*op = OCI_OP_OPEN;
	return openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
}

/* A path that is being made. */
struct making {
	char path[PATH_MAX];
	size_t missing; /* where the missing part begins */
	mode_t mode;
	bool file;
	bool again; /* the path has changed, or goes up from the directory just made: resolve it again */
};

/*
 * A dangling link: its text replaces it in the path, so that the path means the same, and an absolute one also replaces
 * everything before it. The kernel then resolves the path, from the root and inside it. Leaves the caller's errno
 * if it is not a link, or one of procfs, whose text is not where it leads (a descriptor of this process, CVE-2024-21626).
 */
static int replace_link(struct making *m, int dir, const char *name, size_t end)
{
	const int saved = errno;
	const size_t rest = strlen(m->path + end) + 1;
	char text[PATH_MAX];
	struct statfs fs;
	const bool link = fstatfs(dir, &fs) == 0 && fs.f_type != PROC_SUPER_MAGIC;
	const ssize_t length = link ? readlinkat(dir, name, text, sizeof(text)) : -1;
	const size_t start = length > 0 && text[0] == '/' ? 0 : m->missing;

	errno = saved;
	if (length <= 0)
		return -1;
	if (start + (size_t)length + rest > sizeof(m->path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memmove(m->path + start + (size_t)length, m->path + end, rest);
	memcpy(m->path + start, text, (size_t)length);
	m->again = true;
	return -1;
}

/* Makes the missing part of the path below dir, which the caller keeps. */
static int make_rest(struct making *m, int dir, enum oci_op *op)
{
	cleanup_close int at = -1;

	for (;;) {
		const char *rest = m->path + m->missing;
		const size_t skip = strspn(rest, "/"), length = strcspn(rest + skip, "/"), end = m->missing + skip + length;
		const bool last = m->path[end + strspn(m->path + end, "/")] == '\0';
		const int parent = at < 0 ? dir : at;
		char name[NAME_MAX + 1];
		int next;

		m->missing += skip;
		if (length >= sizeof(name)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, m->path + m->missing, length);
		name[length] = '\0';
		if (is_dots(name)) {
			m->again = true;
			errno = EINVAL;
			return -1;
		}
		next = last ? make_last(parent, name, m->mode, m->file, op) : make_directory(parent, name, 0755, op);
		if (next < 0 && (errno == ELOOP || errno == EEXIST))
			return replace_link(m, parent, name, end);
		if (next < 0 || last)
			return next;
		close_quietly(&at);
		at = next;
		m->missing = end;
	}
}

/* With *links unset the path should have no links; if it has one and resolve allows links, *links is set. */
static int open_seeing_links(struct context *c, const char *path, uint64_t flags, uint64_t resolve, bool *links)
{
	int fd = path_open(c, path, flags, resolve | (*links ? 0 : RESOLVE_NO_SYMLINKS));

	if (fd >= 0 || errno != ELOOP || *links || (resolve & RESOLVE_NO_SYMLINKS) != 0)
		return fd;
	*links = true;
	return path_open(c, path, flags, resolve);
}

/* Opens the longest existing part of the path; m->missing is where the rest begins. */
static int open_existing(struct context *c, struct making *m, uint64_t resolve, bool *links)
{
	size_t end = strlen(m->path);

	for (;;) {
		char kept;
		int fd;

		while (end > 0 && m->path[end - 1] != '/')
			end--;
		while (end > 0 && m->path[end - 1] == '/')
			end--;
		kept = m->path[end];
		m->path[end] = '\0';
		fd = open_seeing_links(c, end == 0 ? "/" : m->path, O_PATH | O_DIRECTORY, resolve, links);
		m->path[end] = kept;
		m->missing = end;
		if (fd >= 0 || errno != ENOENT || end == 0)
			return fd;
	}
}

/* False for the root, which is never missing. */
static bool trim(char *path)
{
	size_t end = strlen(path);

	while (end > 0 && path[end - 1] == '/')
		path[--end] = '\0';
	return end > 0;
}

int path_make(struct context *c, const char *path, mode_t mode, bool file, uint64_t resolve, bool *links, enum oci_op *op)
{
	struct making m; /* not initialised as a whole: the buffer stays untouched until it is used */
	const size_t length = strlen(path);

	*op = OCI_OP_OPENAT2;
	if (length >= sizeof(m.path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(m.path, path, length + 1);
	m.mode = mode;
	m.file = file;
	for (int i = 0; i < MAX_LINKS; i++) {
		cleanup_close int dir = -1;
		int fd = -1;

		if (!trim(m.path)) {
			errno = EINVAL;
			return -1;
		}
		if (i > 0)
			fd = open_seeing_links(c, m.path, O_PATH | (file ? 0 : O_DIRECTORY), resolve, links);
		if (fd >= 0 || (i > 0 && errno != ENOENT))
			return fd;
		m.again = false;
		dir = open_existing(c, &m, resolve, links);
		if (dir < 0)
			return -1;
		fd = make_rest(&m, dir, op);
		if (fd >= 0 || !m.again || (resolve & RESOLVE_NO_SYMLINKS) != 0)
			return fd;
		*links = true;
	}
	errno = ELOOP;
	return -1;
}

int path_directory(struct context *c, const char *path, mode_t mode, uint64_t resolve, enum oci_op *op)
{
	int fd = path_open(c, path, O_PATH | O_DIRECTORY, resolve);
	bool links = true;

	*op = OCI_OP_OPENAT2;
	return fd < 0 && errno == ENOENT ? path_make(c, path, mode, false, resolve, &links, op) : fd;
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
	enum oci_op op;

	*name = slash == NULL ? path : slash + 1;
	if (**name == '\0' || is_dots(*name) || length >= sizeof(copy))
		return fail_with(c, EINVAL, OCI_OP_OPENAT2, path, NULL);
	if (c->parent.path != NULL && c->parent.length == length && (c->parent.real || !real) && memcmp(c->parent.path, path, length) == 0)
		return c->parent.fd;
	path_forget(c);
	memcpy(copy, path, length);
	copy[length] = '\0';
	c->parent.fd = path_directory(c, length == 0 ? "/" : copy, 0755, real ? RESOLVE_NO_SYMLINKS : 0, &op);
	if (c->parent.fd < 0)
		return real && errno == ELOOP ? behind_link(c, path) : fail(c, op, path);
	c->parent.path = path;
	c->parent.real = real;
	c->parent.length = length;
	return c->parent.fd;
}

/* Without symlinks and dots a path with a component cannot lead to the root. */
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

/* A volume that a link in the image puts on /dev would get nodes and links, also on the host. */
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

int path_target(struct context *c, const char *path, uint16_t flags, mode_t mode, bool file, bool *made)
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
		enum oci_op op;

		fd = path_make(c, path, mode, file, top ? RESOLVE_NO_SYMLINKS : 0, &through_links, &op);
		if (fd < 0)
			return fail(c, op, path);
		if (made != NULL)
			*made = true;
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
