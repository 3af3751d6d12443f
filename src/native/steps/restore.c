/* RESTORE: criu(8) makes the container's processes as its siblings, which are the supervisor's children. */
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../channel.h"
#include "../image.h"
#include "../stage.h"
#include "../supervise.h"
#include "../syscalls.h"
#include "kept.h"
#include "process.h"
#include "steps.h"

/* ms for a criu to undo its work after its client is gone */
#define UNDO_TIME 10000

static int become_criu(struct context *c, const struct oci_step *s)
{
	char *none[] = { NULL };
	char **args = vector_fill(c, s->s[1]);
	char **env = s->s[2] == 0 ? none : vector_fill(c, s->s[2]);
	const int mounts = step_fd(c, s);
	struct fd_set_bits set = { { 0 } };

	if (mounts >= 0 && setns(mounts, CLONE_NEWNS) != 0)
		return fail(c, OCI_OP_SETNS, "criu's mount namespace");
	fds_keep(&set, c->channel);
	if (kept_hand_on(c, &set) != 0)
		return -1;
	fds_close_rest(&set);
	umask(c->umask);
	reset_signals();
	execve(step_string(c, s, 0), args, env);
	return fail(c, OCI_OP_EXECVE, step_string(c, s, 0));
}

/* Receives the pid of the process that criu has restored, and its pidfd; -1 when the runtime is gone or gives up. */
static pid_t receive_init(struct context *c, int *pidfd)
{
	struct pollfd p = { .fd = c->channel, .events = POLLIN };
	struct oci_msg m;
	ssize_t n;

	do {
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return -1;
		n = receive_descriptor(c->channel, &m, sizeof(m), pidfd);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	return n == (ssize_t)sizeof(m) && m.type == OCI_MSG_PROCESS && *pidfd >= 0 ? (pid_t)m.n[0] : -1;
}

static void end_criu(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	if (poll(&p, 1, UNDO_TIME) <= 0)
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

int step_restore(struct context *c, const struct oci_step *s)
{
	struct oci_msg m = { .type = OCI_MSG_CRIU };
	siginfo_t ended = { 0 };
	int criu = -1, init = -1;
	pid_t pid = stage_fork(&criu), restored;

	if (pid < 0)
		return fail(c, OCI_OP_FORK, "criu");
	if (pid == 0)
		return become_criu(c, s);
	kept_close(c); /* so that the runtime sees the end of criu's socket when criu has ended */
	m.n[0] = (uint64_t)pid;
	restored = channel_send(c, &m, criu) == 0 ? receive_init(c, &init) : -1;
	if (restored < 0)
		end_criu(criu);
	while (waitid(P_PID, (id_t)pid, &ended, WEXITED | __WALL) != 0 && errno == EINTR)
		continue;
	if (restored < 0)
		sys_exit(1);
	m = (struct oci_msg){ .type = OCI_MSG_READY, .n = { (uint64_t)ended.si_status, ended.si_code == CLD_EXITED ? 0 : 1 } };
	(void)channel_send(c, &m, -1); /* a runtime that is gone has already ended what criu made */
	supervise(c, restored, init);
}
