/* Every step made to fail in turn: one clear record, no process and no mount left. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "launch.h"
#include "tests.h"

static struct program p;

static int mounts(void)
{
	int count = 0;

	for (const char *at = file_text("/proc/self/mountinfo"); (at = strchr(at, '\n')) != NULL; at++)
		count++;
	return count;
}

static int descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(d) != NULL)
		count++;
	closedir(d);
	return count;
}

static void every_step_can_fail(void)
{
	const int before = mounts(), open_before = descriptors();
	uint32_t count;

	new_bundle();
	container(&p, in_bundle("rootfs"), "true");
	count = p.header.step_count;
	for (uint32_t i = 0; i < count; i++) {
		struct launch l;

		container(&p, in_bundle("rootfs"), "true");
		p.header.fault_step = i;
		p.header.fault_errno = EDOM;
		launch_begin(&l, &p, -1);
		CHECK(launch_run(&l) == -1);
		CHECK_TEXT(l.last.type == OCI_MSG_ERROR && l.last.op == OCI_OP_FAULT && l.last.error == EDOM && l.last.step == i, describe(&l.last));
		launch_end(&l);
	}
	CHECK(mounts() == before);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	CHECK(descriptors() == open_before);
	CHECK(shell("rm -rf %s && test ! -e %s", in_bundle("rootfs"), in_bundle("rootfs")) == 0);
}

static void a_step_that_may_fail_warns(void)
{
	struct launch l;
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), "true");
	s = find(&p, OCI_KIND_HOSTNAME);
	s->flags |= OCI_STEP_WARN;
	p.header.fault_step = (uint32_t)(s - program_steps(&p));
	p.header.fault_errno = EPERM;
	launch_begin(&l, &p, -1);
	CHECK_TEXT(launch_run(&l) == 0, describe(&l.last));
	CHECK(l.warnings == 1);
	launch_end(&l);
}

static void a_dead_runtime_leaves_nothing(void)
{
	const int before = mounts();

	for (int i = 0; i < 30; i++) {
		struct launch l;

		new_bundle();
		container(&p, in_bundle("rootfs"), "sleep 100");
		launch_begin(&l, &p, -1);
		usleep((unsigned)i * 200);
		close(l.channel);
		l.channel = -1;
		/* Init, when it came to be, is a child of this process now. */
		while (waitpid(-1, NULL, 0) > 0)
			;
		close(l.output);
	}
	CHECK(mounts() == before);
}

/* Kills a process when it has cloned and has not been able to say so. Returns the child, which goes on. */
static pid_t kill_at_birth(pid_t cloning)
{
	unsigned long child = 0;
	int status;

	if (waitpid(cloning, &status, __WALL) != cloning || status >> 16 == 0 || ptrace(PTRACE_GETEVENTMSG, cloning, NULL, &child) != 0)
		return -1;
	kill(cloning, SIGKILL);
	if (waitpid((pid_t)child, &status, __WALL) != (pid_t)child || ptrace(PTRACE_DETACH, (pid_t)child, NULL, NULL) != 0)
		return -1;
	return (pid_t)child;
}

static void an_init_whose_maker_died_ends_with_the_runtime(void)
{
	struct launch l;
	struct oci_step *s;
	int gate[2], status;
	pid_t init;

	new_bundle();
	container(&p, in_bundle("rootfs"), "sleep 100");
	insert(&p, find(&p, OCI_KIND_CLONE), OCI_KIND_AWAIT, 0, OCI_WIRE_NO_FD)->n[0] = OCI_SYNC_ID_MAPS;
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, gate) == 0);
	s = find(&p, OCI_KIND_GATE);
	s->n[0] = 1;
	s->fd = add_slot(&p, gate[0]);
	launch_begin(&l, &p, -1);
	CHECK(launch_next(&l) == OCI_MSG_SYNC);
	CHECK(ptrace(PTRACE_SEIZE, l.helper, NULL, PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK) == 0);
	launch_send(&l, OCI_MSG_GO);
	init = kill_at_birth(l.helper);
	CHECK(init > 0);
	/* The runtime sees the helper's end, and hangs up. Init says what its maker could not. */
	shutdown(l.channel, SHUT_WR);
	CHECK_TEXT(launch_next(&l) == OCI_MSG_CLONED && l.last.n[0] == 0, describe(&l.last));
	CHECK_TEXT(launch_next(&l) == 0, describe(&l.last));
	CHECK(waitpid(init, &status, __WALL) == init);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	launch_end(&l);
	close(gate[0]);
	close(gate[1]);
}

void fault_tests(void)
{
	TEST(every_step_can_fail);
	TEST(a_step_that_may_fail_warns);
	TEST(a_dead_runtime_leaves_nothing);
	TEST(an_init_whose_maker_died_ends_with_the_runtime);
}
