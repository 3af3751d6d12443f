/* oci-init: runs a launch plan. See wire.h for what a plan is and stage.c for the processes. */
#include <sys/prctl.h>
#include <sys/stat.h>

#include "channel.h"
#include "image.h"
#include "run.h"
#include "syscalls.h"

static void prepare(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NAME, "oci-init");
	sys_close_range(OCI_CHANNEL_FD + 1, ~0u);
	fcntl(OCI_CHANNEL_FD, F_SETFD, FD_CLOEXEC);
	umask(0);
	if (chdir("/") != 0)
		_exit(1);
}

int main(void)
{
	int fds[OCI_WIRE_MAX_FDS + 1];
	char program[PATH_MAX];
	struct context c = {
		.step = OCI_WIRE_NO_FAULT, .channel = OCI_CHANNEL_FD, .slots = fds + 1, .program = program,
		.root = -1, .parent = { .fd = -1 }, .proc = -1, .proc_sys = -1, .null = { .fd = -1 }, .empty = { .fd = -1 },
		.supervision = { .report = -1, .state_dir = -1, .log = -1, .out = -1, .err = -1, .oom = -1, .console = -1 },
	};
	int count;

	prepare();
	count = channel_program(&c, fds);
	if (count < 0 || image_load(&c, fds[0], (uint32_t)count - 1) < 0)
		run_failed(&c);
	close(fds[0]);
	run_program(&c);
}
