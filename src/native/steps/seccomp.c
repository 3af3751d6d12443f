/* SECCOMP: loads the compiled filter, and passes a listener to its agent. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>

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

#define SENDER_STACK 65536

struct sender {
	struct context *c;
	int numbers, answers;
};

/*
 * The filter may block sendmsg(2) itself until the agent answers. So a thread from before the filter passes the listener on and waits
 * until it has reached the agent; it reads the listener's number from a pipe and answers with one byte. The program does not run before
 * that: nobody would answer its calls. A thread, not a process: the program would get SIGCHLD, and the zombie, of a child that it does not know.
 */
static int send_from_outside(void *argument)
{
	const struct sender *sender = argument;
	int listener;
	char done;

	if (read(sender->numbers, &listener, sizeof(listener)) != (ssize_t)sizeof(listener) || listener < 0)
		return 1;
	done = send_listener(sender->c, listener) == 0;
	return write(sender->answers, &done, 1) == 1 ? 0 : 1;
}

static int load_with_listener(struct context *c, const struct oci_step *s)
{
	static const int thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_THREAD;
	int numbers[2], answers[2], listener;
	struct sender *sender;
	char done = 0;
	bool told;

	if (pipe2(numbers, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
		return fail(c, OCI_OP_PIPE, "seccomp listener");
	/* Its stack, with its arguments at the bottom. Not unmapped: the thread may still be exiting later. execve(2) ends both. */
	sender = mmap(NULL, SENDER_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (sender == MAP_FAILED)
		return fail(c, OCI_OP_MMAP, "seccomp listener");
	*sender = (struct sender){ .c = c, .numbers = numbers[0], .answers = answers[1] };
	if (clone(send_from_outside, (char *)sender + SENDER_STACK, thread, sender) < 0)
		return fail(c, OCI_OP_CLONE, "seccomp listener");
	listener = load_filter(c, s);
	told = write(numbers[1], &listener, sizeof(listener)) == (ssize_t)sizeof(listener);
	if (listener < 0)
		return -1;
	if (!told)
		return fail(c, OCI_OP_WRITE, "seccomp listener");
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
	if (channel_await_answer(c) != 0)
		return -1;
	c->filtered = true;
	if ((s->n[0] & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0)
		return load_with_listener(c, s);
	return load_filter(c, s) < 0 ? -1 : 0;
}
