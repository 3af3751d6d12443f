#include "proc.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "syscalls.h"

#define PROC_ROOT_INO 1

static int fresh_proc(bool sys)
{
	cleanup_close int fs = sys_fsopen("proc");

	if (fs < 0)
		return -1;
	if (!sys && sys_fsconfig(fs, FSCONFIG_SET_STRING, "subset", "pid") != 0)
		errno = 0; /* an older kernel shows all of it */
	if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0)
		return -1;
	return sys_fsmount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

static int open_proc(struct context *c, bool sys)
{
	struct statfs fs;
	struct stat root;
	int fd = fresh_proc(sys);

	/* Without the right to mount one: the visible one, which openat2(RESOLVE_NO_XDEV) then guards. */
	if (fd < 0)
		fd = open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(c, OCI_OP_OPEN, "/proc");
	if (fstatfs(fd, &fs) != 0 || fs.f_type != PROC_SUPER_MAGIC || fstat(fd, &root) != 0 || root.st_ino != PROC_ROOT_INO) {
		close(fd);
		return fail_with(c, EXDEV, OCI_OP_VERIFY, "/proc", "is not procfs");
	}
	return fd;
}

int proc_write(struct context *c, bool sys, const char *path, const char *value)
{
	int *handle = sys ? &c->proc_sys : &c->proc;
	size_t length = strlen(value);

	if (*handle < 0)
		*handle = open_proc(c, sys);
	if (*handle < 0)
		return -1;
	cleanup_close int fd = sys_openat2(*handle, path, O_WRONLY | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
	if (fd < 0)
		return fail(c, OCI_OP_OPENAT2, path);
	if (write(fd, value, length) != (ssize_t)length)
		return fail(c, OCI_OP_WRITE, path);
	return 0;
}
