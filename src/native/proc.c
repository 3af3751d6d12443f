#include "proc.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "syscalls.h"
#include "text.h"

#define PROC_ROOT_INO 1

int proc_verify(int fd)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) != 0 || fstat(fd, &st) != 0)
		return -1;
	if ((unsigned long)fs.f_type != PROC_SUPER_MAGIC || st.st_ino != PROC_ROOT_INO) {
		errno = EXDEV;
		return -1;
	}
	return 0;
}

/* Makes a new instance; old kernels know neither option, and then more is visible. */
static int new_proc(bool masked)
{
	cleanup_close int fs = sys_fsopen("proc");

	if (fs < 0)
		return -1;
	if (masked) {
		sys_fsconfig(fs, FSCONFIG_SET_STRING, "hidepid", "ptraceable");
		sys_fsconfig(fs, FSCONFIG_SET_STRING, "subset", "pid");
	}
	if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0)
		return -1;
	return sys_fsmount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

/* In a user namespace whose outer /proc has masked paths, only the visible /proc is left; RESOLVE_NO_XDEV guards it. */
static int open_proc(struct context *c, bool masked)
{
	cleanup_close int fd = new_proc(masked);
	int result;

	if (fd < 0)
		fd = sys_open_tree(AT_FDCWD, "/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	if (fd < 0)
		fd = open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(c, OCI_OP_OPEN, "/proc");
	if (proc_verify(fd) != 0)
		return errno == EXDEV ? fail(c, OCI_OP_VERIFY, "/proc is not procfs") : fail(c, OCI_OP_FSTATFS, "/proc");
	result = fd;
	fd = -1;
	return result;
}

static int write_beneath(struct context *c, int proc, const char *path, const char *value)
{
	const size_t length = strlen(value);
	cleanup_close int fd = sys_openat2(proc, path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
	ssize_t n;

	if (fd < 0)
		return fail_detail(c, OCI_OP_OPENAT2, "/proc", path);
	do
		n = write(fd, value, length);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)length)
		return 0;
	if (n >= 0)
		errno = EIO;
	return fail_detail(c, OCI_OP_WRITE, "/proc", path);
}

int proc_open(struct context *c)
{
	if (c->proc < 0)
		c->proc = open_proc(c, true);
	return c->proc < 0 ? -1 : 0;
}

int proc_write(struct context *c, const char *path, const char *value)
{
	return proc_open(c) != 0 ? -1 : write_beneath(c, c->proc, path, value);
}

static bool climbs(const char *path)
{
	for (;;) {
		const size_t length = strcspn(path, "/");

		if (length == 2 && path[0] == '.' && path[1] == '.')
			return true;
		if (path[length] == '\0')
			return false;
		path += length + 1;
	}
}

int proc_write_sysctl(struct context *c, const char *path, const char *value)
{
	char full[PATH_MAX];
	struct text t = text_in(full, sizeof(full));

	if (path[0] == '/' || climbs(path) || strlen(path) + sizeof("sys/") > sizeof(full))
		return fail_with(c, EINVAL, OCI_OP_OPENAT2, "/proc/sys", path);
	if (c->proc_sys < 0)
		c->proc_sys = open_proc(c, false);
	if (c->proc_sys < 0)
		return -1;
	text_add(&t, "sys/");
	text_add(&t, path);
	return write_beneath(c, c->proc_sys, full, value);
}
