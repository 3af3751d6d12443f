#include "stage.h"

#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "channel.h"
#include "run.h"
#include "steps/steps.h"
#include "syscalls.h"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

static pid_t plain_fork(void)
{
	struct oci_clone_args args = { .exit_signal = SIGCHLD };

	return sys_clone3(&args);
}

/* Steps before CLONE that change the process which runs them: a supervisor must not run those. */
static bool changes_itself(const struct context *c)
{
	for (uint32_t i = 0; i < c->header->step_count && c->steps[i].kind != OCI_KIND_CLONE; i++)
		if (c->steps[i].kind != OCI_KIND_SUPERVISE)
			return true;
	return false;
}

/* The supervisor waits for an intermediate process to say what it has made. */
static _Noreturn void await_intermediate(struct context *c, int pipe_end)
{
	pid_t init = 0;
	int pidfd;

	close(c->channel);
	if (read(pipe_end, &init, sizeof(init)) != (ssize_t)sizeof(init) || init <= 0)
		_exit(1);
	close(pipe_end);
	pidfd = sys_pidfd_open(init);
	if (pidfd < 0)
		_exit(1);
	supervise(c, init, pidfd);
}

static int fork_intermediate(struct context *c)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(c, OCI_OP_PIPE, NULL);
	pid = plain_fork();
	if (pid < 0)
		return fail(c, OCI_OP_FORK, "intermediate");
	if (pid > 0) {
		close(ends[1]);
		await_intermediate(c, ends[0]);
	}
	close(ends[0]);
	c->supervision.intermediate = true;
	c->supervision.report = ends[1];
	return 0;
}

int step_supervise(struct context *c, const struct oci_step *s)
{
	struct supervision *v = &c->supervision;
	pid_t pid = plain_fork();

	if (pid < 0)
		return fail(c, OCI_OP_FORK, "supervisor");
	if (pid > 0)
		_exit(0); /* reaped by the runtime; the supervisor is nobody's child that matters */
	if (setsid() < 0)
		return fail(c, OCI_OP_SETSID, "supervisor");
	v->pid = getpid();
	v->state_dir = step_fd(c, s);
	v->record = step_string(c, s, 0);
	v->log = slot_fd(c, (int64_t)s->n[0]);
	v->out = slot_fd(c, (int64_t)s->n[1]);
	v->err = slot_fd(c, (int64_t)s->n[2]);
	v->oom = slot_fd(c, (int64_t)s->n[3]);
	v->console = slot_fd(c, (int64_t)s->n[4]);
	return changes_itself(c) ? fork_intermediate(c) : 0;
}

static _Noreturn void after_clone(struct context *c, pid_t pid, int pidfd)
{
	struct supervision *v = &c->supervision;
	struct oci_msg m = { .type = OCI_MSG_CLONED, .n = { (uint64_t)pid, (uint64_t)v->pid } };
	uint32_t *turn = c->turn;

	c->turn = NULL;
	(void)channel_send(c, &m, pidfd);
	__atomic_store_n(turn, 1, __ATOMIC_RELEASE);
	sys_futex_wake(turn);
	if (v->pid != 0 && !v->intermediate) {
		close(c->channel);
		supervise(c, pid, pidfd);
	}
	if (v->intermediate && write(v->report, &pid, sizeof(pid)) != (ssize_t)sizeof(pid))
		_exit(1);
	_exit(0);
}

int step_clone(struct context *c, const struct oci_step *s)
{
	bool own_child = c->supervision.pid != 0 && !c->supervision.intermediate;
	int cgroup = step_fd(c, s), pidfd = -1;
	struct oci_clone_args args = { .flags = (s->n[0] & ~(uint64_t)CLONE_PARENT) | CLONE_PIDFD, .pidfd = (uintptr_t)&pidfd };
	pid_t pid;

	if (own_child)
		args.exit_signal = SIGCHLD;
	else
		args.flags |= CLONE_PARENT;
	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	c->turn = mmap(NULL, sizeof(*c->turn), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c->turn == MAP_FAILED) {
		c->turn = NULL;
		return fail(c, OCI_OP_CLONE3, "mmap");
	}
	pid = sys_clone3(&args);
	if (pid < 0) {
		c->turn = NULL;
		return fail(c, OCI_OP_CLONE3, NULL);
	}
	if (pid > 0)
		after_clone(c, pid, pidfd);
	return 0;
}

int step_await(struct context *c, const struct oci_step *s)
{
	struct oci_msg m = { .type = OCI_MSG_SYNC, .n = { s->n[0], (uint64_t)getpid() } };

	if (channel_send(c, &m, -1) < 0)
		return -1;
	return channel_expect(c, OCI_MSG_GO);
}
