/* CHDIR, LOOKUP, READY, GATE, HOOK, KEEP_FD, EXEC: the end of a launch. */
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../channel.h"
#include "../image.h"
#include "../path.h"
#include "../syscalls.h"
#include "../text.h"
#include "steps.h"

#define FIRST_KEPT 3
#define HOOK_OUTPUT 160

/* A working directory outside the root would be a way out (CVE-2024-21626): the kernel says "(unreachable)" then. */
static int check_cwd(struct context *c, const char *path)
{
	char cwd[PATH_MAX];

	if (syscall(SYS_getcwd, cwd, sizeof(cwd)) < 0)
		return fail(c, OCI_OP_GETCWD, path);
	if (cwd[0] != '/')
		return fail_with(c, ENOENT, OCI_OP_GETCWD, path, "is outside of the container's root");
	return 0;
}

static const char *inside_root(const char *path)
{
	while (*path == '/')
		path++;
	return *path == '\0' ? "." : path;
}

int step_chdir(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0), *relative = inside_root(path);
	cleanup_close int fd = root_open(c, relative, O_PATH | O_DIRECTORY, 0, 0);

	if (fd < 0 && errno == ENOENT && (s->flags & OCI_F_MKDIR) != 0)
		fd = root_mkdir(c, relative, 0755, 0);
	else if (fd < 0 && s->n[0] == 1 && (errno == EACCES || errno == EPERM))
		return 0;
	else if (fd < 0)
		return fail(c, OCI_OP_CHDIR, path);
	if (fd < 0)
		return -1;
	if (fchdir(fd) != 0)
		return s->n[0] == 1 && (errno == EACCES || errno == EPERM) ? 0 : fail(c, OCI_OP_CHDIR, path);
	return (s->flags & OCI_F_CHECK_CWD) != 0 ? check_cwd(c, path) : 0;
}

/* 0 when the file can be executed, else an errno. */
static int executable(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (sys_faccessat2(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
		return errno;
	return S_ISREG(st.st_mode) ? 0 : EACCES;
}

static bool join(char *buffer, const char *directory, size_t length, const char *name)
{
	size_t name_length = strlen(name);

	if (length + name_length + 2 > PATH_MAX)
		return false;
	memcpy(buffer, directory, length);
	if (length > 0)
		buffer[length++] = '/';
	memcpy(buffer + length, name, name_length + 1);
	return true;
}

int step_lookup(struct context *c, const struct oci_step *s)
{
	const char *name = step_string(c, s, 0), *path = step_string(c, s, 1);
	int worst = ENOENT;

	if (strchr(name, '/') != NULL) {
		worst = executable(name);
		if (worst == 0 && join(c->program, "", 0, name))
			return 0;
		return fail_with(c, worst, worst == ENOENT ? OCI_OP_STAT : OCI_OP_FACCESSAT, name, NULL);
	}
	while (path != NULL) {
		const char *colon = strchr(path, ':');
		size_t length = colon == NULL ? strlen(path) : (size_t)(colon - path);

		if (join(c->program, length == 0 ? "." : path, length == 0 ? 1 : length, name)) {
			int error = executable(c->program);

			if (error == 0)
				return 0;
			if (error == EACCES)
				worst = EACCES;
		}
		path = colon == NULL ? NULL : colon + 1;
	}
	return fail_with(c, worst, OCI_OP_FACCESSAT, name, NULL);
}

int step_ready(struct context *c, const struct oci_step *s)
{
	(void)s;
	if (c->timeline != NULL && channel_send_timeline(c, c->step) < 0)
		return -1;
	return channel_send_type(c, OCI_MSG_READY);
}

/* One connection that says START; one that hangs up before was only looking. */
static int accept_start(struct context *c, int listener)
{
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), result;

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			return fail(c, OCI_OP_ACCEPT4, "gate");
		result = record_read(fd, OCI_MSG_START);
		if (result == 1) {
			c->channel = fd;
			return 0;
		}
		close(fd);
	}
}

int step_gate(struct context *c, const struct oci_step *s)
{
	int listener = step_fd(c, s);

	if (s->n[0] == 0)
		return channel_expect(c, OCI_MSG_START);
	prctl(PR_SET_NAME, "oci-init:gate");
	close(c->channel);
	c->channel = -1;
	if (accept_start(c, listener) < 0)
		_exit(1);
	close(listener);
	return 0;
}

static _Noreturn void run_hook(struct context *c, const struct oci_step *s, int output)
{
	static char *none[] = { NULL };
	char **args = vector_fill(c, s->s[1]);
	char **env = s->s[2] == 0 ? none : vector_fill(c, s->s[2]);
	int state = step_fd(c, s);

	setsid();
	if (state >= 0 && (lseek(state, 0, SEEK_SET) < 0 || dup2(state, 0) < 0))
		_exit(127);
	if (dup2(output, 1) < 0 || dup2(output, 2) < 0)
		_exit(127);
	sys_close_range(3, ~0u);
	sys_sigmask_clear();
	execve(step_string(c, s, 0), args, env);
	_exit(errno == ENOENT ? 127 : 126);
}

/* Keeps the last bytes of what the hook prints, until it has ended or its time is over. */
static int follow_hook(int output, int pidfd, int64_t timeout, char *last, size_t *length)
{
	struct pollfd fds[2] = { { .fd = output, .events = POLLIN }, { .fd = pidfd, .events = POLLIN } };
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		char buffer[256];
		ssize_t n;
		int left = -1;

		if (timeout > 0) {
			clock_gettime(CLOCK_MONOTONIC, &now);
			left = (int)(timeout - ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000));
			if (left <= 0)
				return ETIMEDOUT;
		}
		if (poll(fds, 2, left) < 0 && errno != EINTR)
			return errno;
		if (fds[0].revents != 0) {
			n = read(output, buffer, sizeof(buffer));
			if (n <= 0) {
				fds[0].fd = -1;
			} else {
				size_t keep = (size_t)n > HOOK_OUTPUT ? HOOK_OUTPUT : (size_t)n;

				if (*length + keep > HOOK_OUTPUT) {
					size_t drop = *length + keep - HOOK_OUTPUT;

					memmove(last, last + drop, *length - drop);
					*length -= drop;
				}
				memcpy(last + *length, buffer + n - keep, keep);
				*length += keep;
			}
			fds[0].revents = 0;
			continue;
		}
		if (fds[1].revents != 0)
			return 0;
	}
}

static int hook_result(struct context *c, const struct oci_step *s, int error, int status, const char *last, size_t length)
{
	char text[HOOK_OUTPUT + 64];
	struct text t = text_in(text, sizeof(text));

	if (error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (error == ETIMEDOUT) {
		text_add(&t, "timed out after ");
		text_add_number(&t, (int64_t)s->n[0]);
		text_add(&t, "ms");
	} else if (WIFSIGNALED(status)) {
		text_add(&t, "signal ");
		text_add_number(&t, WTERMSIG(status));
	} else {
		text_add(&t, "exit status ");
		text_add_number(&t, WEXITSTATUS(status));
	}
	while (length > 0 && (last[length - 1] == '\n' || last[length - 1] == ' '))
		length--;
	if (length > 0) {
		text_add(&t, ": ");
		text_add_bytes(&t, last, length);
	}
	return fail_with(c, error == 0 ? EIO : error, OCI_OP_HOOK, text, NULL);
}

int step_hook(struct context *c, const struct oci_step *s)
{
	char last[HOOK_OUTPUT];
	size_t length = 0;
	int ends[2], status = 0, pidfd = -1, error;
	struct oci_clone_args args = { .flags = 0x1000 /* CLONE_PIDFD */, .pidfd = (uintptr_t)&pidfd, .exit_signal = SIGCHLD };
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(c, OCI_OP_PIPE, NULL);
	pid = sys_clone3(&args);
	if (pid == 0)
		run_hook(c, s, ends[1]);
	close(ends[1]);
	cleanup_close int output = ends[0];
	if (pid < 0)
		return fail(c, OCI_OP_FORK, "hook");
	error = follow_hook(output, pidfd, (int64_t)s->n[0], last, &length);
	close(pidfd);
	if (error != 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return hook_result(c, s, error, status, last, length);
}

int step_keep_fd(struct context *c, const struct oci_step *s)
{
	/* Placed by EXEC; that the slot exists was checked with the image. */
	(void)c;
	(void)s;
	return 0;
}

/* Moves kept descriptors to their numbers; what was there before goes out of the way first. */
static int place_kept(struct context *c, int *above)
{
	int moved[OCI_WIRE_MAX_FDS], targets[OCI_WIRE_MAX_FDS], count = 0, top = FIRST_KEPT;

	for (uint32_t i = 0; i < c->header->step_count; i++)
		if (c->steps[i].kind == OCI_KIND_KEEP_FD && (int)c->steps[i].n[0] >= top)
			top = (int)c->steps[i].n[0] + 1;
	if (c->channel < top) {
		int fd = fcntl(c->channel, F_DUPFD_CLOEXEC, top);

		if (fd < 0)
			return fail(c, OCI_OP_DUP, "channel");
		c->channel = fd;
	}
	for (uint32_t i = 0; i < c->header->step_count; i++) {
		const struct oci_step *s = &c->steps[i];

		if (s->kind != OCI_KIND_KEEP_FD || count == OCI_WIRE_MAX_FDS)
			continue;
		targets[count] = (int)s->n[0];
		moved[count] = fcntl(step_fd(c, s), F_DUPFD_CLOEXEC, top);
		if (moved[count++] < 0)
			return fail(c, OCI_OP_DUP, "kept descriptor");
	}
	for (int i = 0; i < count; i++)
		if (dup2(moved[i], targets[i]) < 0)
			return fail(c, OCI_OP_DUP, "kept descriptor");
	*above = top;
	return 0;
}

static void patch_listen_pid(char **env)
{
	for (; *env != NULL; env++)
		if (strncmp(*env, "LISTEN_PID=", 11) == 0) {
			struct text t = text_in(*env + 11, strlen(*env + 11) + 1);

			text_add_number(&t, getpid());
		}
}

int step_exec(struct context *c, const struct oci_step *s)
{
	char **args = vector_fill(c, s->s[0]), **env = vector_fill(c, s->s[1]);
	int above;

	if (place_kept(c, &above) < 0)
		return -1;
	if (c->channel > above)
		sys_close_range((unsigned)above, (unsigned)c->channel - 1);
	sys_close_range((unsigned)c->channel + 1, ~0u);
	if (s->n[0] == 1)
		patch_listen_pid(env);
	for (int number = 1; number < 32; number++)
		sys_signal(number, 0);
	sys_sigmask_clear();
	if (channel_send_type(c, OCI_MSG_STARTING) < 0)
		return -1;
	execve(c->program, args, env);
	return fail(c, OCI_OP_EXECVE, c->program);
}
