/*
 * Calls that musl has no wrapper for, or whose wrapper does more than the kernel call (the setxid family
 * synchronises threads; there are none here). Every one returns as syscall(2) does: -1 and errno on failure.
 */
#ifndef OCI_SYSCALLS_H
#define OCI_SYSCALLS_H

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* Same numbers on every architecture; older C libraries do not know them. */
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#ifndef SYS_fsopen
#define SYS_fsopen 430
#endif
#ifndef SYS_fspick
#define SYS_fspick 433
#endif
#ifndef SYS_fsconfig
#define SYS_fsconfig 431
#endif
#ifndef SYS_fsmount
#define SYS_fsmount 432
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
/* <sys/mount.h> clashes with <linux/mount.h> in some C libraries. */
#ifndef MNT_DETACH
#define MNT_DETACH 0x2
#endif
#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 0x8
#endif
#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* <linux/sched.h> clashes with <sched.h>; the layout is the kernel's CLONE_ARGS_SIZE_VER2. */
struct oci_clone_args {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t child_tid;
	uint64_t parent_tid;
	uint64_t exit_signal;
	uint64_t stack;
	uint64_t stack_size;
	uint64_t tls;
	uint64_t set_tid;
	uint64_t set_tid_size;
	uint64_t cgroup;
};

/* struct sigaction as the kernel sees it, all zero: SIG_DFL, no flags, empty mask. */
struct oci_ksigaction {
	uintptr_t handler;
	unsigned long flags;
	uintptr_t restorer;
	uint64_t mask;
};

/*
 * _exit(3) retries forever, and a seccomp profile may refuse it every time. A trap ends the process even as PID 1 and
 * with everything blocked or ignored (force_sig in the kernel).
 */
_Noreturn static inline void sys_exit(int status)
{
	syscall(SYS_exit_group, status);
	__builtin_trap();
}

static inline pid_t sys_clone3(struct oci_clone_args *args)
{
	return (pid_t)syscall(SYS_clone3, args, sizeof(*args));
}

/* The order of the arguments after these two differs between architectures, but none is used without its flag. */
static inline pid_t sys_clone(uint64_t flags, int *pidfd)
{
	return (pid_t)syscall(SYS_clone, (unsigned long)flags, 0, pidfd, 0, 0);
}

static inline int sys_openat2(int dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	struct open_how how = { .flags = flags, .mode = mode, .resolve = resolve };

	return (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

static inline int sys_open_tree(int dir, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dir, path, flags);
}

static inline int sys_move_mount(int from, int to)
{
	return (int)syscall(SYS_move_mount, from, "", to, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static inline int sys_fsopen(const char *type)
{
	return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int sys_fspick(int mount)
{
	return (int)syscall(SYS_fspick, mount, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
}

static inline int sys_fsconfig(int fs, unsigned command, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs, command, key, value, 0);
}

static inline int sys_fsmount(int fs, unsigned attributes)
{
	return (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
}

static inline int sys_mount_setattr(int dir, const char *path, unsigned flags, struct mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, dir, path, flags, attr, sizeof(*attr));
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

static inline int sys_umount2(const char *path, int flags)
{
	return (int)syscall(SYS_umount2, path, flags);
}

static inline int sys_close_range(unsigned first, unsigned last)
{
	return (int)syscall(SYS_close_range, first, last, 0);
}

static inline int sys_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int sys_faccessat2(int dir, const char *path, int mode, int flags)
{
	return (int)syscall(SYS_faccessat2, dir, path, mode, flags);
}

static inline int sys_faccessat(int dir, const char *path, int mode)
{
	return (int)syscall(SYS_faccessat, dir, path, mode);
}

static inline int sys_setgroups(size_t count, const uint32_t *groups)
{
	return (int)syscall(SYS_setgroups, count, groups);
}

static inline int sys_setresuid(uint32_t id)
{
	return (int)syscall(SYS_setresuid, id, id, id);
}

static inline int sys_setresgid(uint32_t id)
{
	return (int)syscall(SYS_setresgid, id, id, id);
}

static inline int sys_capset(struct __user_cap_header_struct *header, const struct __user_cap_data_struct *data)
{
	return (int)syscall(SYS_capset, header, data);
}

static inline int sys_signal(int number, uintptr_t handler)
{
	struct oci_ksigaction action = { .handler = handler };

	return (int)syscall(SYS_rt_sigaction, number, &action, NULL, sizeof(uint64_t));
}

static inline int sys_sigmask_clear(void)
{
	uint64_t none = 0;

	return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none));
}

#endif
