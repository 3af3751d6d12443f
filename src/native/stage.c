#include "stage.h"

#include <sched.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "channel.h"
#include "run.h"
#include "sources.h"
#include "steps/steps.h"
#include "supervise.h"
#include "syscalls.h"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ull
#endif

#define BITS 64u
#define MAX_FD (BITS * sizeof(((struct fd_set_bits *)0)->bits) / sizeof(uint64_t))

/* A seccomp profile can't inspect the arguments of clone3(2): many return ENOSYS for it, so that clone(2) is used. */
pid_t stage_fork(int *pidfd)
{
	struct oci_clone_args args = { .flags = pidfd == NULL ? 0 : CLONE_PIDFD, .pidfd = (uintptr_t)pidfd, .exit_signal = SIGCHLD };
	pid_t pid = sys_clone3(&args);

	return pid >= 0 || (errno != ENOSYS && errno != EPERM) ? pid : sys_clone(args.flags | SIGCHLD, pidfd);
}

void fds_keep(struct fd_set_bits *set, int fd)
{
	if (fd >= 0 && (unsigned)fd < MAX_FD)
		set->bits[(unsigned)fd / BITS] |= 1ull << ((unsigned)fd % BITS);
}

static bool is_kept(const struct fd_set_bits *set, unsigned fd)
{
	return (set->bits[fd / BITS] >> (fd % BITS) & 1) != 0;
}

/* A seccomp profile older than close_range(2) may refuse it. */
static void close_each(unsigned first, unsigned last)
{
	if (sys_close_range(first, last) == 0)
		return;
	for (unsigned fd = first; fd <= last && fd < MAX_FD; fd++)
		close((int)fd);
}

void slots_close_before(struct context *c, uint32_t step)
{
	bool needed[OCI_WIRE_MAX_FDS] = { false };
	int first = -1, last = -1;

	for (uint32_t i = step; i < c->header->step_count; i++) {
		if (c->steps[i].fd >= 0)
			needed[c->steps[i].fd] = true;
		for (int n = 2; c->steps[i].kind == OCI_KIND_HOOK && n < 5; n++)
			if ((int64_t)c->steps[i].n[n] >= 0)
				needed[c->steps[i].n[n]] = true;
	}
	for (uint32_t i = 0; i < c->header->fd_count; i++) {
		if (needed[i] || c->slots[i] < 0)
			continue;
		/* They came in one message, so most are consecutive. */
		if (first >= 0 && c->slots[i] != last + 1) {
			close_each((unsigned)first, (unsigned)last);
			first = -1;
		}
		last = c->slots[i];
		first = first < 0 ? last : first;
		c->slots[i] = -1;
	}
	if (first >= 0)
		close_each((unsigned)first, (unsigned)last);
}

void fds_close_rest(const struct fd_set_bits *set)
{
	unsigned first = STDERR_FILENO + 1;

	for (unsigned fd = first; fd < MAX_FD; fd++) {
		if (!is_kept(set, fd))
			continue;
		if (fd > first)
			close_each(first, fd - 1);
		first = fd + 1;
	}
	close_each(first, ~0u);
}

/*
 * The supervisor must not be in the container's namespaces. If there are steps before CLONE, a child of the supervisor runs
 * them and clones init with CLONE_PARENT; the supervisor learns init's pid from it.
 */
static int fork_intermediate(struct context *c)
{
	siginfo_t info;
	pid_t child, init;
	int ends[2];
	ssize_t n;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(c, OCI_OP_PIPE, "supervisor");
	child = stage_fork(NULL);
	if (child < 0)
		return fail(c, OCI_OP_FORK, "stage one");
	if (child == 0) {
		close(ends[0]);
		c->supervision.intermediate = true;
		c->supervision.report = ends[1];
		return 0;
	}
	close(ends[1]);
	close(c->channel);
	do
		n = read(ends[0], &init, sizeof(init));
	while (n < 0 && errno == EINTR);
	waitid(P_PID, (id_t)child, &info, WEXITED | __WALL);
	if (n != (ssize_t)sizeof(init))
		sys_exit(1);
	supervise(c, init, sys_pidfd_open(init));
}

/* Done first: the runtime is not its parent, but must notice when it dies. */
static int introduce_supervisor(struct context *c)
{
	struct oci_msg m = { .type = OCI_MSG_SUPERVISOR, .n = { (uint64_t)getpid() } };
	cleanup_close int self = sys_pidfd_open(getpid());

	if (self < 0)
		return fail(c, OCI_OP_PIDFD_OPEN, "supervisor");
	return channel_send(c, &m, self);
}

int step_supervise(struct context *c, const struct oci_step *s)
{
	pid_t pid = stage_fork(NULL);
	uint64_t log[2];

	if (pid < 0)
		return fail(c, OCI_OP_FORK, "supervisor");
	if (pid > 0)
		sys_exit(0);
	memcpy(log, step_string(c, s, 2), sizeof(log));
	if (setsid() < 0)
		return fail(c, OCI_OP_SETSID, "supervisor");
	if (introduce_supervisor(c) != 0)
		return -1;
	c->supervision = (struct supervision){
		.pid = getpid(),
		.report = -1,
		.state_dir = step_fd(c, s),
		.log = slot_fd(c, (int64_t)s->n[0]),
		.out = slot_fd(c, (int64_t)s->n[1]),
		.err = slot_fd(c, (int64_t)s->n[2]),
		.oom = slot_fd(c, (int64_t)s->n[3]),
		.console = slot_fd(c, (int64_t)s->n[4]),
		.record = step_string(c, s, 0),
		.log_name = step_string(c, s, 1),
		.log_limit = log[0],
		.log_files = log[1],
	};
	return s[1].kind == OCI_KIND_CLONE || c->steps[c->header->step_count - 1].kind == OCI_KIND_RESTORE ? 0 : fork_intermediate(c);
}

/* Continues the cloning process: hands over the pidfd and exits, or stays as the supervisor. */
static _Noreturn void after_clone(struct context *c, pid_t init, int pidfd)
{
	struct oci_msg m = { .type = OCI_MSG_CLONED, .n = { (uint64_t)init } };
	bool reported;

	if (channel_send(c, &m, pidfd) != 0) {
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
		run_abort(c);
	}
	if (c->supervision.pid != 0 && !c->supervision.intermediate)
		supervise(c, init, pidfd);
	reported = c->supervision.pid == 0 || write(c->supervision.report, &init, sizeof(init)) == (ssize_t)sizeof(init);
	sources_leave(c);
	sys_exit(reported ? 0 : 1);
}

/*
 * A process in the joined pid namespace can stop the child at its birth and, with CAP_SYS_PTRACE, inspect its open descriptors. So
 * it starts without any that leads to the host; a cgroup directory is passed as a detached mount, whose ".." leads nowhere.
 */
int step_clone(struct context *c, const struct oci_step *s)
{
	const bool parent_stays = c->supervision.pid != 0 && !c->supervision.intermediate;
	const int cgroup = step_fd(c, s);
	int pidfd = -1;
	struct oci_clone_args args = { .flags = (s->n[0] & ~(uint64_t)CLONE_PARENT) | CLONE_PIDFD, .pidfd = (uintptr_t)&pidfd };
	pid_t pid;

	close_quietly(&c->proc);
	close_quietly(&c->root); /* of an exec, opened from outside: ".." leads out of it */
	if (parent_stays) {
		args.exit_signal = SIGCHLD; /* init is the first process of a new pid namespace: nobody there can inspect it yet */
	} else {
		args.flags |= CLONE_PARENT; /* the exit signal is then this process's own */
		slots_close_before(c, c->step);
	}
	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	pid = sys_clone3(&args);
	if (pid < 0)
		return fail(c, OCI_OP_CLONE3, cgroup >= 0 ? "container's init, into its cgroup" : "container's init");
	if (pid > 0)
		after_clone(c, pid, pidfd);
	c->unknown = true;
	slots_close_before(c, c->step + 1);
	close_quietly(&c->supervision.report);
	return 0;
}

/*
 * The id map files of an undumpable process belong to root (proc(5)): a caller who is not root could not write
 * them. Stage one has nothing to hide yet.
 */
int step_await(struct context *c, const struct oci_step *s)
{
	struct oci_msg m = { .type = OCI_MSG_SYNC, .n = { s->n[0], (uint64_t)getpid() } };
	const bool maps = s->n[0] == OCI_SYNC_ID_MAPS;
	int result;

	if (maps)
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	result = channel_send(c, &m, -1) == 0 ? channel_expect(c, OCI_MSG_GO) : -1;
	if (maps)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return result;
}
