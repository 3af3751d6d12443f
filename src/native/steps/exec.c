/* CHDIR, LOOKUP, READY, GATE, KEEP_FD, EXEC: the end of a launch. */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../channel.h"
#include "../image.h"
#include "../path.h"
#include "../stage.h"
#include "../syscalls.h"
#include "../text.h"
#include "kept.h"
#include "process.h"
#include "steps.h"

/* More stack than the steps ever need. */
#define STACK_USED (64u * 1024)

/* A working directory outside the root would be a way out (CVE-2024-21626): the kernel then returns "(unreachable)". */
static int check_cwd(struct context *c, const char *path)
{
	char cwd[PATH_MAX];

	if (syscall(SYS_getcwd, cwd, sizeof(cwd)) < 0)
		return fail(c, OCI_OP_GETCWD, path);
	return cwd[0] == '/' ? 0 : fail_with(c, ENOENT, OCI_OP_GETCWD, path, "is outside of the container's root");
}

/* A profile may forbid openat2(2). "/" is the container's root by now, and check_cwd detects a host descriptor reached through procfs. */
static int enter_by_path(const char *path)
{
	return chdir("/") == 0 && (strcmp(path, ".") == 0 || chdir(path) == 0) ? 0 : -1;
}

static int enter(struct context *c, const struct oci_step *s, const char *path)
{
	enum oci_op op;
	cleanup_close int fd = -1;

	if (c->filtered && enter_by_path(path) == 0) {
		c->entered = true;
		return 0;
	}
	if (!c->filtered || errno == ENOENT)
		fd = (s->flags & OCI_F_MKDIR) != 0 ? path_directory(c, path, 0755, 0, &op) : path_open(c, path, O_PATH | O_DIRECTORY, 0);
	if (fd >= 0 && fchdir(fd) == 0) {
		c->entered = true;
		return 0;
	}
	if (s->n[0] == 1 && (errno == EACCES || errno == EPERM))
		return 0;
	return fail(c, OCI_OP_CHDIR, path);
}

int step_chdir(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);

	if ((s->n[0] != 2 || !c->entered) && enter(c, s, path) != 0)
		return -1;
	return (s->flags & OCI_F_CHECK_CWD) != 0 ? check_cwd(c, path) : 0;
}

/*
 * A profile may know only access(2), which checks with the real ids; those equal the effective ones. If it forbids that too, the file's
 * mode must do, and execve(2) has the last word.
 */
static int may_execute(const struct context *c, const char *path, mode_t mode)
{
	if (!c->filtered)
		return sys_faccessat2(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
	if (sys_faccessat(AT_FDCWD, path, X_OK) == 0)
		return 0;
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ESTALE)
		return errno;
	return (mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0 && errno != EACCES ? 0 : EACCES;
}

/* 0 when the file can be executed, otherwise an errno. */
static int check_program(const struct context *c, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return may_execute(c, path, st.st_mode);
}

static bool join(char *buffer, const char *directory, size_t length, const char *name)
{
	const size_t name_length = strlen(name);

	if (length + 1 + name_length + 1 > PATH_MAX)
		return false;
	memcpy(buffer, directory, length);
	buffer[length] = '/';
	memcpy(buffer + length + 1, name, name_length + 1);
	return true;
}

/* The directory does not have the program, or not for this user, but another may. Any other error says nothing about that. */
static bool is_elsewhere(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EISDIR || error == EACCES || error == ENAMETOOLONG || error == ELOOP || error == ESTALE;
}

/* As execvp(3): a file that exists but may not be executed is reported only if nothing else is found. */
static int search(struct context *c, const char *name, const char *path)
{
	int worst = ENOENT;

	while (path != NULL) {
		const size_t length = strcspn(path, ":");
		int error = ENAMETOOLONG;

		if (join(c->program, length == 0 ? "." : path, length == 0 ? 1 : length, name))
			error = check_program(c, c->program);
		if (error == 0 || !is_elsewhere(error))
			return error;
		if (error == EACCES)
			worst = EACCES;
		path = path[length] == ':' ? path + length + 1 : NULL;
	}
	return worst;
}

int step_lookup(struct context *c, const struct oci_step *s)
{
	const char *name = step_string(c, s, 0), *path = step_string(c, s, 1);
	int error;

	if (name[0] == '\0' || strlen(name) >= PATH_MAX)
		return fail_with(c, name[0] == '\0' ? ENOENT : ENAMETOOLONG, OCI_OP_FACCESSAT, name, NULL);
	if (strchr(name, '/') != NULL) {
		error = check_program(c, name);
		strcpy(c->program, name);
	} else {
		error = search(c, name, path);
	}
	return error == 0 ? 0 : fail_with(c, error, error == EACCES || error == EISDIR ? OCI_OP_FACCESSAT : OCI_OP_STAT, name, NULL);
}

int step_ready(struct context *c, const struct oci_step *s)
{
	(void)s;
	if (c->timeline != NULL && channel_send_timeline(c, c->step) != 0)
		return -1;
	return channel_send_type(c, OCI_MSG_READY);
}

static bool needs_no_paths(uint16_t kind)
{
	return kind == OCI_KIND_HOOK || kind == OCI_KIND_SECCOMP || kind == OCI_KIND_KEEP_FD || kind == OCI_KIND_LOOKUP || kind == OCI_KIND_EXEC;
}

/*
 * While the container waits, a process with CAP_SYS_PTRACE may already be in its namespaces: no descriptor of the host stays open except
 * those that the steps after the gate need.
 */
static void close_what_is_done(struct context *c)
{
	struct fd_set_bits set = { { 0 } };
	bool paths = false;

	fds_keep(&set, c->channel);
	for (uint32_t i = c->step; i < c->header->step_count; i++) {
		fds_keep(&set, step_fd(c, &c->steps[i]));
		for (int n = 2; c->steps[i].kind == OCI_KIND_HOOK && n < 5; n++)
			fds_keep(&set, slot_fd(c, (int64_t)c->steps[i].n[n]));
		if (c->steps[i].kind == OCI_KIND_KEEP_FD)
			fds_keep(&set, (int)c->steps[i].n[0]);
		paths = paths || (i > c->step && !needs_no_paths(c->steps[i].kind));
	}
	path_forget(c);
	if (paths) {
		const int held[] = { c->root, c->proc, c->proc_sys, c->null.fd, c->empty.fd };

		for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
			fds_keep(&set, held[i]);
	} else {
		c->root = c->proc = c->proc_sys = c->null.fd = c->empty.fd = -1;
	}
	fds_close_rest(&set);
}

/* A container may wait for a long time: returns the stack used by earlier steps to the kernel, except the part that this call may use. */
static void release_stack(void)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t end = ((uintptr_t)__builtin_frame_address(0) & ~(page - 1)) - page;

	madvise((void *)(end - STACK_USED), STACK_USED, MADV_DONTNEED);
}

/* Errors for what the whole system lacks for a moment. */
static bool is_scarce(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/*
 * A process other than root may join the namespaces of a dumpable process only (setns(2), ptrace(2)). So init is dumpable while
 * such an exec is connected: processes of the container could then inspect it, and find only what is in the container.
 */
static int let_in(struct context *c, int fd)
{
	struct oci_msg m = { .type = OCI_MSG_READY, .length = sizeof(m), .step = c->step };

	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	if (write(fd, &m, sizeof(m)) == (ssize_t)sizeof(m))
		while (record_next(fd, &m) == 1)
			continue;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : fail(c, OCI_OP_PRCTL, "PR_SET_DUMPABLE");
}

/* Accepts one connection that sends START; one that hangs up before was only a probe. */
static int accept_start(struct context *c, int listener)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	for (;;) {
		struct oci_msg m;
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), got;

		/* A waiting container must not end because of that: the connection stays in the queue. */
		if (fd < 0 && is_scarce(errno))
			nanosleep(&pause, NULL);
		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED || is_scarce(errno)))
			continue;
		if (fd < 0)
			return fail(c, OCI_OP_ACCEPT4, "start gate");
		got = record_next(fd, &m);
		if (got == 1 && m.type == OCI_MSG_START) {
			c->channel = fd;
			return 0;
		}
		if (got == 1 && m.type == OCI_MSG_ENTER && let_in(c, fd) != 0)
			return -1;
		close(fd);
	}
}

static void end_at_gate(int number, siginfo_t *info, void *interrupted)
{
	(void)interrupted;
	/* Signals from the kernel come from a terminal that hangs up: the holder of its master may close it before the start. */
	if (info->si_code <= 0)
		sys_exit(128 + number);
}

/*
 * The first process of a pid namespace has no default actions: a waiting container would not end when asked to. After
 * the gate, its program decides.
 */
static void heed_requests_to_end(bool heed)
{
	static const int requests[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction action = { .sa_handler = SIG_DFL };

	if (heed)
		action = (struct sigaction){ .sa_sigaction = end_at_gate, .sa_flags = SA_SIGINFO | SA_RESTART };
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		(void)sigaction(requests[i], &action, NULL); /* fails for numbers that are not a signal */
}

int step_gate(struct context *c, const struct oci_step *s)
{
	int listener = step_fd(c, s);

	if (s->n[0] == 0)
		return channel_expect(c, OCI_MSG_START);
	/* A create that is killed before its end does not leave a container. */
	if (channel_expect(c, OCI_MSG_GO) != 0)
		return -1;
	prctl(PR_SET_NAME, "oci-init:gate", 0, 0, 0);
	close_quietly(&c->channel);
	close_what_is_done(c);
	release_stack();
	heed_requests_to_end(true);
	if (accept_start(c, listener) != 0)
		return -1;
	heed_requests_to_end(false);
	close(listener);
	return 0;
}

void reset_signals(void)
{
	/* The runtime's C library keeps 32 and 33 for its threads and leaves them ignored in what it spawns. */
	static const int ignored[] = { SIGPIPE, SIGXFSZ, 32, 33 };

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		sys_signal(ignored[i], (uintptr_t)SIG_DFL);
	sys_sigmask_clear();
}

/* sd_listen_fds(3) compares LISTEN_PID with the process's own pid, which only this process knows. */
static void patch_listen_pid(char **env, char *buffer, size_t size)
{
	static const char name[] = "LISTEN_PID=";
	struct text t = text_in(buffer, size);

	text_add(&t, name);
	text_add_number(&t, getpid());
	for (; *env != NULL; env++)
		if (strcmp(*env, name) == 0)
			*env = buffer;
}

int step_exec(struct context *c, const struct oci_step *s)
{
	char *none[] = { NULL };
	char **args = vector_fill(c, s->s[0]);
	char **env = s->s[1] == 0 ? none : vector_fill(c, s->s[1]);
	struct fd_set_bits set = { { 0 } };
	char listen_pid[32];

	if (s->n[0] == 1)
		patch_listen_pid(env, listen_pid, sizeof(listen_pid));
	fds_keep(&set, c->channel);
	if (kept_hand_on(c, &set) != 0)
		return -1;
	fds_close_rest(&set);
	if (channel_send_type(c, OCI_MSG_STARTING) != 0 && errno != EPIPE)
		return -1;
	reset_signals();
	execve(c->program, args, env);
	return fail(c, OCI_OP_EXECVE, c->program);
}
