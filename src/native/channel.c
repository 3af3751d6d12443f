#include "channel.h"

#include <stdalign.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "syscalls.h"

/* SCM_MAX_FD */
#define MAX_FDS 253
/* No signal is handled here, but a seccomp profile may return EINTR every time. */
#define MAX_INTERRUPTS 100

static bool record_is_sound(const struct oci_msg *m, ssize_t length)
{
	return length == (ssize_t)sizeof(*m) && m->length == sizeof(*m) && m->text_length <= sizeof(m->text);
}

/* Receives one record with its descriptors, at most `room`; n0 goes to *left. */
static int receive_program(struct context *c, int *fds, size_t room, uint64_t *left)
{
	alignas(struct cmsghdr) char control[CMSG_SPACE(MAX_FDS * sizeof(int))];
	struct oci_msg m;
	struct iovec iov = { .iov_base = &m, .iov_len = sizeof(m) };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *rights;
	size_t count;
	ssize_t n;

	do
		n = recvmsg(c->channel, &h, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail(c, OCI_OP_RECVMSG, "channel");
	if (n == 0)
		sys_exit(1);
	if ((h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || !record_is_sound(&m, n) || m.type != OCI_MSG_PROGRAM)
		return fail_with(c, EPROTO, OCI_OP_RECVMSG, "record that is not a program", NULL);
	rights = CMSG_FIRSTHDR(&h);
	if (rights == NULL || rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS || rights->cmsg_len < CMSG_LEN(sizeof(int)))
		return fail_with(c, EPROTO, OCI_OP_RECVMSG, "program without an image", NULL);
	count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (count > room || m.n[0] > room - count)
		return fail_with(c, EPROTO, OCI_OP_RECVMSG, "too many descriptors", NULL);
	memcpy(fds, CMSG_DATA(rights), count * sizeof(int));
	*left = m.n[0];
	return (int)count;
}

int channel_program(struct context *c, int *fds)
{
	uint64_t left;
	int count = 0;

	do {
		const int more = receive_program(c, fds + count, OCI_WIRE_MAX_FDS + 1 - (size_t)count, &left);

		if (more < 0)
			return -1;
		count += more;
	} while (left > 0);
	return count;
}

int send_descriptor(int socket, const void *bytes, size_t length, int fd)
{
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	union {
		const void *from;
		void *base;
	} pointer = { .from = bytes };
	struct iovec iov = { .iov_base = pointer.base, .iov_len = length };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&h);
	ssize_t n;

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
	do
		n = sendmsg(socket, &h, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

ssize_t receive_descriptor(int socket, void *bytes, size_t length, int *fd)
{
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = bytes, .iov_len = length };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(socket, &h, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	struct cmsghdr *rights = n > 0 ? CMSG_FIRSTHDR(&h) : NULL;

	if (rights != NULL && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len == CMSG_LEN(sizeof(int))) {
		close_quietly(fd);
		memcpy(fd, CMSG_DATA(rights), sizeof(int));
	}
	return n;
}

/*
 * The process that cloned this one may have died before it could report it. Then the runtime, if it still exists, has hung up, but can be told which process it
 * has to wait for.
 */
static _Noreturn void leave_unknown(struct context *c)
{
	struct oci_msg m = { .type = OCI_MSG_CLONED, .length = sizeof(m), .step = c->step };
	int self = sys_pidfd_open(getpid());

	if (self >= 0)
		send_descriptor(c->channel, &m, sizeof(m), self);
	sys_exit(1);
}

/*
 * The container's init has nothing to report to a runtime that does not know of it, and must not go on if that will never change:
 * OCI_MSG_CLONED is answered by OCI_MSG_GO once the state is on disk. Awaited late, so that the answer arrives while init works.
 */
int channel_await_answer(struct context *c)
{
	int got;

	if (!c->unknown)
		return 0;
	c->unknown = false;
	got = record_read(c->channel, OCI_MSG_GO);
	if (got < 0)
		return fail(c, OCI_OP_RECVMSG, "channel");
	if (got == 0)
		leave_unknown(c);
	return 0;
}

int channel_send(struct context *c, struct oci_msg *m, int fd)
{
	ssize_t n = -1;

	if (channel_await_answer(c) != 0)
		return -1;
	m->length = sizeof(*m);
	m->step = c->step;
	if (fd >= 0)
		return send_descriptor(c->channel, m, sizeof(*m), fd) == 0 ? 0 : fail(c, OCI_OP_SENDMSG, "channel");
	for (int i = 0; i < MAX_INTERRUPTS; i++) {
		n = write(c->channel, m, sizeof(*m));
		if (n >= 0 || errno != EINTR)
			break;
	}
	return n == (ssize_t)sizeof(*m) ? 0 : fail(c, OCI_OP_SENDMSG, "channel");
}

int channel_send_type(struct context *c, enum oci_msg_type type)
{
	struct oci_msg m = { .type = type };

	return channel_send(c, &m, -1);
}

int channel_send_timeline(struct context *c, uint32_t count)
{
	struct oci_msg m = { .type = OCI_MSG_TIMELINE, .step = c->step, .n = { count, c->started } };
	struct iovec iov[] = { { &m, sizeof(m) }, { c->timeline, count * sizeof(c->timeline[0]) } };

	if (channel_await_answer(c) != 0)
		return -1;
	m.length = (uint32_t)(sizeof(m) + iov[1].iov_len);
	return writev(c->channel, iov, 2) == (ssize_t)m.length ? 0 : fail(c, OCI_OP_SENDMSG, "timeline");
}

int record_next(int socket, struct oci_msg *m)
{
	/* One byte more than a record, so that a longer one is noticed. */
	struct {
		struct oci_msg m;
		char more;
	} buffer;
	ssize_t n = -1;
	bool reset = false;
	int failures = 0;

	for (int i = 0; i < MAX_INTERRUPTS; i++) {
		n = read(socket, &buffer, sizeof(buffer.m) + 1);
		/* A peer that exits with unread records resets the connection once; the records it sent before can still be read after that. */
		if (n < 0 && errno == ECONNRESET && !reset)
			reset = true;
		/* If the kernel was short of memory for a moment, the record is still there, and the other side takes it for read. */
		else if (n >= 0 || (errno != EINTR && ++failures > 2))
			break;
	}
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return 0;
	if (n < 0)
		return -1;
	if (!record_is_sound(&buffer.m, n)) {
		errno = EPROTO;
		return -1;
	}
	*m = buffer.m;
	return 1;
}

int record_read(int socket, enum oci_msg_type type)
{
	struct oci_msg m;
	int got = record_next(socket, &m);

	if (got == 1 && m.type != (uint32_t)type) {
		errno = EPROTO;
		return -1;
	}
	return got;
}

int channel_expect(struct context *c, enum oci_msg_type type)
{
	int got = record_read(c->channel, type);

	if (got < 0)
		return fail(c, OCI_OP_RECVMSG, "channel");
	if (got == 0)
		sys_exit(1);
	return 0;
}
