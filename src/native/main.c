/*
 * oci-init: executes a launch plan. Started by the runtime with the channel as descriptor 3 and the container's stdio
 * as 0, 1 and 2; everything else comes over the channel (wire.h).
 */
#include <sys/prctl.h>
#include <sys/stat.h>

#include "channel.h"
#include "context.h"
#include "image.h"
#include "run.h"
#include "steps/kept.h"
#include "syscalls.h"

/*
 * A caller may have closed some of 0, 1 and 2. Descriptors opened or received next would take these numbers, which the
 * container keeps (CVE-2024-21626).
 */
static int fill_stdio(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return -1;
	return 0;
}

/*
 * No resource of the runtime may be reachable through this process once it is in a container: not its memory or its
 * descriptors (CVE-2016-9962, CVE-2024-21626), its umask or its cwd. A vanished reader and a file size limit give an errno, not a signal, and children can
 * be waited for, whatever signals the runtime ignored.
 */
static int prepare(struct context *c)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NAME, "oci-init", 0, 0, 0) != 0)
		return fail(c, OCI_OP_PRCTL, "start");
	if (sys_close_range(OCI_CHANNEL_FD + 1, ~0u) != 0)
		return fail(c, OCI_OP_CLOSE_RANGE, "inherited descriptors");
	if (fcntl(OCI_CHANNEL_FD, F_SETFD, FD_CLOEXEC) != 0)
		return fail(c, OCI_OP_FCNTL, "channel");
	if (fill_stdio() != 0)
		return fail(c, OCI_OP_OPEN, "/dev/null");
	if (chdir("/") != 0)
		return fail(c, OCI_OP_CHDIR, "/");
	c->umask = umask(0);
	sys_signal(SIGPIPE, (uintptr_t)SIG_IGN);
	sys_signal(SIGXFSZ, (uintptr_t)SIG_IGN);
	sys_signal(SIGCHLD, (uintptr_t)SIG_DFL);
	return 0;
}

static int load(struct context *c, int *fds)
{
	int count = channel_program(c, fds);

	if (count < 0 || image_load(c, fds[0], (uint32_t)count - 1) != 0)
		return -1;
	close_quietly(&fds[0]);
	c->slots = fds + 1;
	return kept_place(c);
}

int main(void)
{
	int fds[OCI_WIRE_MAX_FDS + 3];
	char program[PATH_MAX];
	struct context c = {
		.step = OCI_WIRE_NO_FAULT,
		.channel = OCI_CHANNEL_FD,
		.root = -1,
		.parent.fd = -1,
		.proc = -1,
		.proc_sys = -1,
		.null.fd = -1,
		.empty.fd = -1,
		.supervision.report = -1,
		.sources.socket = -1,
		.program = program,
	};

	program[0] = '\0';
	if (prepare(&c) != 0 || load(&c, fds) != 0)
		run_abort(&c);
	run(&c);
}
