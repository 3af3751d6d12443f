/* SECCOMP: loads the compiled filter; a listener goes to whoever is to answer. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>

#include "../channel.h"
#include "../syscalls.h"
#include "steps.h"

static int load_filter(struct context *c, const struct oci_step *s)
{
	const struct oci_blob *filter = step_blob(c, s, 0);
	struct sock_fprog program = { .len = (unsigned short)(filter->length / sizeof(struct sock_filter)), .filter = (struct sock_filter *)(uintptr_t)filter->bytes };
	long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (unsigned)s->n[0], &program);

	return result < 0 ? fail(c, OCI_OP_SECCOMP, NULL) : (int)result;
}

static int send_listener(struct context *c, int listener)
{
	struct oci_msg m = { .type = OCI_MSG_SECCOMP_FD };

	return channel_send(c, &m, listener) == 0 && record_read(c->channel, OCI_MSG_GO) == 1 ? 0 : -1;
}

/*
 * The filter may hold up sendmsg(2) itself until somebody answers. So a child from before the filter, with the same
 * descriptor table, hands the listener over and waits until it has reached the agent; it takes the listener's number from a pipe
 * and answers with one byte. The program does not run before that: nobody would answer it.
 */
static _Noreturn void send_from_outside(struct context *c, int numbers, int answers)
{
	int listener;
	char done;

	if (read(numbers, &listener, sizeof(listener)) != (ssize_t)sizeof(listener) || listener < 0)
		_exit(1);
	done = send_listener(c, listener) == 0;
	_exit(write(answers, &done, 1) == 1 ? 0 : 1);
}

static int load_with_listener(struct context *c, const struct oci_step *s)
{
	struct oci_clone_args args = { .flags = CLONE_FILES, .exit_signal = SIGCHLD };
	int numbers[2], answers[2], listener;
	char done = 0;
	pid_t pid;

	if (pipe2(numbers, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
		return fail(c, OCI_OP_PIPE, "seccomp listener");
	/* Ignored, it leaves no zombie for the container's program; EXEC sets it back. */
	sys_signal(SIGCHLD, (uintptr_t)SIG_IGN);
	pid = sys_clone3(&args);
	if (pid < 0)
		return fail(c, OCI_OP_CLONE3, "seccomp listener");
	if (pid == 0)
		send_from_outside(c, numbers[0], answers[1]);
	listener = load_filter(c, s);
	if (write(numbers[1], &listener, sizeof(listener)) != (ssize_t)sizeof(listener) || listener < 0)
		return -1;
	if (read(answers[0], &done, 1) != 1 || done != 1)
		return fail_with(c, EIO, OCI_OP_SENDMSG, "seccomp listener", NULL);
	for (int i = 0; i < 2; i++) {
		close(numbers[i]);
		close(answers[i]);
	}
	close(listener);
	return 0;
}

int step_seccomp(struct context *c, const struct oci_step *s)
{
	if ((s->n[0] & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0)
		return load_with_listener(c, s);
	return load_filter(c, s) < 0 ? -1 : 0;
}
