/* Every step made to fail in turn: one clear record, no process and no mount left. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

void fault_tests(void)
{
	TEST(every_step_can_fail);
	TEST(a_step_that_may_fail_warns);
	TEST(a_dead_runtime_leaves_nothing);
}
