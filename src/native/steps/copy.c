/* Copies the content of a directory into a new filesystem that is about to cover it. */
#include "copy.h"

#include <dirent.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "../path.h"
#include "../syscalls.h"

#define MAX_DEPTH 128
#define MAX_CHUNK (1u << 30)

struct linux_dirent64 {
	uint64_t ino;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

static int copy_entries(struct context *c, int from, int to, const char *path, unsigned depth);

/* Owner first: a change of owner clears the set-id bits. */
static int copy_metadata(struct context *c, int to, const char *name, const struct stat *st, const char *path)
{
	const struct timespec times[] = { st->st_atim, st->st_mtim };

	if (fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) != 0)
		return fail_detail(c, OCI_OP_FCHOWN, path, name);
	if (!S_ISLNK(st->st_mode) && fchmodat(to, name, st->st_mode & 07777, 0) != 0)
		return fail_detail(c, OCI_OP_FCHMOD, path, name);
	utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
	return 0;
}

static int copy_file(struct context *c, int from, int to, const char *name, const char *path)
{
	cleanup_close int source = path_open_beneath(from, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW), target = -1;
	struct stat st;
	ssize_t n;

	if (source < 0)
		return fail_detail(c, OCI_OP_OPENAT2, path, name);
	if (fstat(source, &st) != 0)
		return fail_detail(c, OCI_OP_STAT, path, name);
	if (!S_ISREG(st.st_mode))
		return fail_with(c, ESTALE, OCI_OP_VERIFY, path, name);
	target = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (target < 0)
		return fail_detail(c, OCI_OP_OPEN, path, name);
	do
		n = sendfile(target, source, NULL, MAX_CHUNK);
	while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0 ? 0 : fail_detail(c, OCI_OP_SENDFILE, path, name);
}

static int copy_link(struct context *c, int from, int to, const char *name, const char *path)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(from, name, text, sizeof(text) - 1);

	if (n < 0)
		return fail_detail(c, OCI_OP_READLINKAT, path, name);
	text[n] = '\0';
	return symlinkat(text, to, name) == 0 ? 0 : fail_detail(c, OCI_OP_SYMLINKAT, path, name);
}

/* A mount there is not copied: only its directory is made. */
static int copy_subdirectory(struct context *c, int from, int to, const char *name, const char *path, unsigned depth)
{
	cleanup_close int source = path_open_beneath(from, name, O_RDONLY | O_DIRECTORY), target = -1;

	if (source < 0 && errno != EXDEV)
		return fail_detail(c, OCI_OP_OPENAT2, path, name);
	if (depth >= MAX_DEPTH)
		return fail_with(c, ELOOP, OCI_OP_MKDIRAT, path, name);
	if (mkdirat(to, name, 0700) != 0)
		return fail_detail(c, OCI_OP_MKDIRAT, path, name);
	if (source < 0)
		return 0;
	target = path_open_beneath(to, name, O_RDONLY | O_DIRECTORY);
	if (target < 0)
		return fail_detail(c, OCI_OP_OPENAT2, path, name);
	return copy_entries(c, source, target, path, depth + 1);
}

static int copy_entry(struct context *c, int from, int to, const char *name, const char *path, unsigned depth)
{
	struct stat st;
	int result;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return fail_detail(c, OCI_OP_STAT, path, name);
	if (S_ISDIR(st.st_mode))
		result = copy_subdirectory(c, from, to, name, path, depth);
	else if (S_ISREG(st.st_mode))
		result = copy_file(c, from, to, name, path);
	else if (S_ISLNK(st.st_mode))
		result = copy_link(c, from, to, name, path);
	else
		result = mknodat(to, name, st.st_mode, st.st_rdev) == 0 ? 0 : fail_detail(c, OCI_OP_MKNODAT, path, name);
	return result != 0 ? -1 : copy_metadata(c, to, name, &st, path);
}

static int copy_entries(struct context *c, int from, int to, const char *path, unsigned depth)
{
	_Alignas(struct linux_dirent64) char buffer[2048];
	long n;

	while ((n = syscall(SYS_getdents64, from, buffer, sizeof(buffer))) > 0) {
		for (long at = 0; at < n;) {
			const struct linux_dirent64 *entry = (const struct linux_dirent64 *)(const void *)(buffer + at);

			at += entry->length;
			if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
				continue;
			if (copy_entry(c, from, to, entry->name, path, depth) != 0)
				return -1;
		}
	}
	return n == 0 ? 0 : fail(c, OCI_OP_GETDENTS64, path);
}

int copy_directory(struct context *c, int from, int to, const char *path)
{
	cleanup_close int source = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return source < 0 ? fail(c, OCI_OP_OPEN, path) : copy_entries(c, source, to, path, 0);
}
