/* HOOK: a program of the runtime-spec's createContainer or startContainer, with the state on its stdin. */
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../image.h"
#include "../run.h"
#include "../stage.h"
#include "../syscalls.h"
#include "../text.h"
#include "process.h"
#include "steps.h"

#define LAST_OUTPUT 180
/* Enough for a pipe's 64 KiB; a process that the hook leaves behind may print forever. */
#define MAX_READS 256
#define MILLISECOND 1000000u

/* The end of what the hook printed. */
struct tail {
	size_t length;
	char bytes[LAST_OUTPUT];
};

/* Reports a failed start in place of the hook's output. */
static _Noreturn void end_hook(int output, const char *call, const char *path)
{
	char text[LAST_OUTPUT];
	struct text t = text_in(text, sizeof(text));
	const int error = errno;

	text_add(&t, call);
	text_add(&t, strerror(error));
	text_add(&t, ": ");
	text_add(&t, path);
	sys_exit(write(output, text, (size_t)(t.at - text)) > 0 ? 127 : 126);
}

/* Where one of its streams goes: the requested file, or the pipe. */
static int stream(struct context *c, uint64_t slot, int output)
{
	return (int64_t)slot < 0 ? output : slot_fd(c, (int64_t)slot);
}

static _Noreturn void exec_hook(struct context *c, const struct oci_step *s, int output)
{
	char *none[] = { NULL };
	const char *path = step_string(c, s, 0);
	char **args = vector_fill(c, s->s[1]);
	char **env = s->s[2] == 0 ? none : vector_fill(c, s->s[2]);
	struct fd_set_bits kept = { { 0 } };
	const int state = step_fd(c, s);

	if (dup2(stream(c, s->n[3], output), STDOUT_FILENO) < 0 || dup2(stream(c, s->n[4], output), STDERR_FILENO) < 0)
		end_hook(output, "dup2: ", path);
	if (lseek(state, 0, SEEK_SET) < 0)
		end_hook(output, "lseek: ", path);
	if (dup2(state, STDIN_FILENO) < 0)
		end_hook(output, "dup2: ", path);
	/* Before the gate the container's working directory and umask are not set yet. */
	if (s->n[1] == 0) {
		umask(c->umask);
		if (fchdir(c->root) != 0)
			end_hook(output, "fchdir: ", path);
	}
	setsid();
	reset_signals();
	/* Kept until execve closes it: the runtime must learn of a failing execve. */
	fds_keep(&kept, output);
	fds_close_rest(&kept);
	execve(path, args, env);
	end_hook(output, "", path);
}

static void keep_tail(struct tail *tail, const char *bytes, size_t length)
{
	size_t drop;

	if (length > sizeof(tail->bytes)) {
		bytes += length - sizeof(tail->bytes);
		length = sizeof(tail->bytes);
	}
	drop = tail->length + length > sizeof(tail->bytes) ? tail->length + length - sizeof(tail->bytes) : 0;
	memmove(tail->bytes, tail->bytes + drop, tail->length - drop);
	memcpy(tail->bytes + tail->length - drop, bytes, length);
	tail->length += length - drop;
}

static void read_output(int output, struct tail *tail)
{
	char buffer[512];
	ssize_t n = read(output, buffer, sizeof(buffer));

	if (n > 0)
		keep_tail(tail, buffer, (size_t)n);
}

/* Reads everything that is there. There is no other reader, so a read does not block, whatever the flags are: the writers share them. */
static void drain_output(int output, struct tail *tail)
{
	struct pollfd p = { .fd = output, .events = POLLIN };

	for (int i = 0; i < MAX_READS && poll(&p, 1, 0) > 0; i++)
		read_output(output, tail);
}

/* Discards what processes left by an earlier hook have printed since. From now on writers block until they are read. */
static void forget_output(int output)
{
	struct tail tail = { .length = 0 };

	drain_output(output, &tail);
	fcntl(output, F_SETFL, 0);
}

enum end { ENDED, LATE, UNSEEN };

/*
 * Follows the hook until it ends: a process that it left running may keep the pipe open. LATE when its time is over, or when the runtime that waits
 * for it has gone (runtime, or -1). UNSEEN leaves the errno of poll.
 */
static enum end follow(int output, int pidfd, int runtime, uint64_t timeout, struct tail *tail)
{
	const uint64_t deadline = timeout == 0 ? 0 : run_clock() + timeout * MILLISECOND;
	struct pollfd p[] = { { .fd = pidfd, .events = POLLIN }, { .fd = output, .events = POLLIN }, { .fd = runtime, .events = POLLRDHUP } };

	for (;;) {
		uint64_t now = timeout == 0 ? 0 : run_clock();
		uint64_t left = (deadline - now) / MILLISECOND + 1;

		if (timeout != 0 && now >= deadline)
			return LATE;
		if (poll(p, 3, timeout == 0 ? -1 : left > INT_MAX ? INT_MAX : (int)left) < 0 && errno != EINTR)
			return UNSEEN;
		if (p[1].revents != 0)
			read_output(output, tail);
		if (p[0].revents != 0)
			break;
		if (p[2].revents != 0)
			return LATE;
		p[1].revents = p[2].revents = 0;
	}
	drain_output(output, tail);
	return ENDED;
}

static int report(struct context *c, const struct oci_step *s, bool in_time, const siginfo_t *end, struct tail *tail)
{
	char text[LAST_OUTPUT + 32];
	struct text t = text_in(text, sizeof(text));

	if (in_time && end->si_code == CLD_EXITED && end->si_status == 0)
		return 0;
	if (!in_time) {
		text_add(&t, "timed out after ");
		text_add_number(&t, (int64_t)s->n[0]);
		text_add(&t, "ms");
	} else {
		text_add(&t, end->si_code == CLD_EXITED ? "exit status " : "signal ");
		text_add_number(&t, end->si_status);
	}
	while (tail->length > 0 && (tail->bytes[tail->length - 1] == '\n' || tail->bytes[tail->length - 1] == ' '))
		tail->length--;
	if (tail->length > 0) {
		text_add(&t, ": ");
		text_add_bytes(&t, tail->bytes, tail->length);
	}
	return fail_with(c, in_time ? ECANCELED : ETIMEDOUT, OCI_OP_HOOK, text, NULL);
}

int step_hook(struct context *c, const struct oci_step *s)
{
	struct tail tail = { .length = 0 };
	const int output = slot_fd(c, (int64_t)s->n[2]);
	cleanup_close int pidfd = -1;
	siginfo_t end = { 0 };
	enum end how;
	int error;
	pid_t pid;

	sys_signal(SIGCHLD, (uintptr_t)SIG_DFL);
	forget_output(output);
	pid = stage_fork(&pidfd);
	if (pid == 0)
		exec_hook(c, s, output);
	if (pid < 0)
		return fail(c, OCI_OP_FORK, "hook");
	/* After the gate the container goes on, whatever happens to the start command. */
	how = follow(output, pidfd, s->n[1] == 0 ? c->channel : -1, s->n[0], &tail);
	error = errno;
	if (how != ENDED) {
		/* Not reaped yet: the pid is still its own, and names the session with everything that it has started. */
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
	}
	/* From now on nobody reads the output of processes that it left running. */
	fcntl(output, F_SETFL, O_NONBLOCK);
	while (waitid(P_PID, (id_t)pid, &end, WEXITED) != 0)
		if (errno != EINTR)
			return fail(c, OCI_OP_WAITID, "hook");
	if (how == UNSEEN)
		return fail_with(c, error, OCI_OP_POLL, "hook", NULL);
	return report(c, s, how == ENDED, &end, &tail);
}
