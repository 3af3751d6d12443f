/* LEASH: a second process next to the runtime that ends a foreground container when its client has ended before it, in whatever way. */
#include "../leash.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include "../channel.h"
#include "../supervise.h"
#include "../syscalls.h"
#include "steps.h"

#define END_TIMEOUT 10000

struct leash {
	int channel, root, directory, pidfd;
	const char *name;
	const struct oci_blob *cgroups;
	pid_t pid;
	int signal, patience;
	bool directory_stays;
};

/* Receives what the runtime has made. False when the runtime is gone. */
static bool receive(struct leash *l)
{
	struct oci_msg m;
	cleanup_close int fd = -1;
	ssize_t n = receive_descriptor(l->channel, &m, sizeof(m), &fd);

	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return false;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	/* Without knowing what exists, nothing may be ended. */
	if (n != (ssize_t)sizeof(m) || fd < 0 || (m.type != OCI_MSG_DIRECTORY && m.type != OCI_MSG_PROCESS))
		sys_exit(1);
	if (m.type == OCI_MSG_PROCESS)
		l->pid = (pid_t)m.n[0];
	*(m.type == OCI_MSG_PROCESS ? &l->pidfd : &l->directory) = fd;
	fd = -1;
	return true;
}

/* Watches until the runtime is gone. The end of an exec'ed process also ends the watch: what that leaves behind belongs to the container. */
static void watch(struct leash *l)
{
	for (;;) {
		struct pollfd p[] = {
			{ .fd = l->channel, .events = POLLIN },
			{ .fd = l->root < 0 ? l->pidfd : -1, .events = POLLIN },
		};

		if (poll(p, 2, -1) < 0) {
			if (errno != EINTR)
				sys_exit(1);
			continue;
		}
		if (p[0].revents != 0 && !receive(l))
			return;
		if (p[0].revents == 0 && p[1].revents != 0)
			sys_exit(0);
	}
}

static bool has_ended(struct leash *l, int timeout)
{
	struct pollfd p = { .fd = l->pidfd, .events = POLLIN };

	return poll(&p, 1, timeout) != 0;
}

/* A shell runs its trap only when the program that it waits for has ended too, so the signal goes to the group, if there is one. */
static void end_process(struct leash *l)
{
	cgroups_thaw(l->cgroups);
	if (!has_ended(l, 0) && heeds_signal(l->pid, l->signal)) {
		if (kill(-l->pid, l->signal) != 0)
			syscall(SYS_pidfd_send_signal, l->pidfd, l->signal, NULL, 0);
		has_ended(l, l->patience);
	}
	syscall(SYS_pidfd_send_signal, l->pidfd, SIGKILL, NULL, 0);
	kill_session(l->pid);
	has_ended(l, END_TIMEOUT);
}

/* The directory stays when something could not be ended, so that a forced delete can find it. Before there was a process, a cgroup in use belongs to somebody else. */
static void clear(struct leash *l)
{
	const bool born = l->pidfd >= 0;
	const bool gone = cgroups_remove(l->cgroups, born);

	if (!born || (gone && !l->directory_stays))
		state_remove(l->root, l->name, l->directory);
}

int step_leash(struct context *c, const struct oci_step *s)
{
	struct leash l = {
		.channel = c->channel,
		.root = step_fd(c, s),
		.directory = -1,
		.pidfd = -1,
		.name = step_string(c, s, 0),
		.cgroups = step_blob(c, s, 1),
		.signal = (int)s->n[0],
		.patience = (int)s->n[1],
		.directory_stays = s->n[2] != 0,
	};

	if (setsid() < 0)
		return fail(c, OCI_OP_SETSID, "leash");
	settle((int[]){ l.channel, l.root }, 2, "oci-leash");
	watch(&l);
	if (l.pidfd >= 0)
		end_process(&l);
	if (l.root >= 0)
		clear(&l);
	sys_exit(0);
}
