#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

const char *helper_path;
uid_t helper_user;

static int image_of(const struct program *p)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	if (fd < 0 || write(fd, p->bytes, p->header.size) != (ssize_t)p->header.size)
		abort();
	return fd;
}

static void send_program(int channel, const struct program *p, int image)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(64 * sizeof(int))] = { 0 };
	struct oci_msg m = { .type = OCI_MSG_PROGRAM, .length = sizeof(m) };
	struct iovec iov = { &m, sizeof(m) };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control };
	struct cmsghdr *rights;
	size_t bytes = (1 + p->header.fd_count) * sizeof(int);

	h.msg_controllen = CMSG_SPACE(bytes);
	rights = CMSG_FIRSTHDR(&h);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(bytes);
	memcpy(CMSG_DATA(rights), &image, sizeof(int));
	memcpy(CMSG_DATA(rights) + sizeof(int), p->slots, bytes - sizeof(int));
	if (sendmsg(channel, &h, MSG_NOSIGNAL) < 0 && errno != EPIPE)
		abort();
}

void launch_begin(struct launch *l, struct program *p, int output)
{
	int ends[2], channel[2], image;

	*l = (struct launch){ .pidfd = -1, .received = -1, .output = -1 };
	if (output < 0) {
		if (pipe2(ends, O_CLOEXEC) != 0)
			abort();
		l->output = ends[0];
		output = ends[1];
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0)
		abort();
	l->channel = channel[0];
	l->helper = fork();
	if (l->helper == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, 0);
		dup2(output, 1);
		dup2(output, 2);
		if (channel[1] == 3)
			fcntl(3, F_SETFD, 0);
		else
			dup2(channel[1], 3);
		if (helper_user != 0 && (setgroups(0, NULL) != 0 || setgid(helper_user) != 0 || setuid(helper_user) != 0))
			_exit(126);
		execl(helper_path, "oci-init", NULL);
		_exit(126);
	}
	close(channel[1]);
	close(output);
	image = image_of(p);
	send_program(l->channel, p, image);
	close(image);
}

static void take_descriptor(struct launch *l, struct msghdr *h)
{
	struct cmsghdr *rights = CMSG_FIRSTHDR(h);
	int fd;

	if (rights == NULL || rights->cmsg_type != SCM_RIGHTS)
		return;
	memcpy(&fd, CMSG_DATA(rights), sizeof(fd));
	if (l->last.type == OCI_MSG_SUPERVISOR)
		close(fd);
	else if (l->last.type == OCI_MSG_CLONED && l->pidfd < 0)
		l->pidfd = fd;
	else
		l->received = fd;
}

int launch_next(struct launch *l)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
	struct iovec iov[] = { { &l->last, sizeof(l->last) }, { l->timeline, sizeof(l->timeline) } };
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = 2, .msg_control = control, .msg_controllen = sizeof(control) };
	struct pollfd p = { .fd = l->channel, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, 20000) != 1)
		return -1;
	n = recvmsg(l->channel, &h, MSG_CMSG_CLOEXEC);
	if (n <= 0)
		return 0;
	if (l->last.length != (uint32_t)n)
		return -1;
	take_descriptor(l, &h);
	if (l->last.type == OCI_MSG_SUPERVISOR)
		l->supervisor = (pid_t)l->last.n[0];
	if (l->last.type == OCI_MSG_CLONED)
		l->init = (pid_t)l->last.n[0];
	if (l->last.type == OCI_MSG_TIMELINE)
		l->timeline_count = (int)l->last.n[0];
	if (l->last.type == OCI_MSG_WARNING)
		l->warnings++;
	return (int)l->last.type;
}

int launch_until(struct launch *l, uint32_t type)
{
	for (;;) {
		int got = launch_next(l);

		if (got == (int)type)
			return 1;
		if (got <= 0 || got == OCI_MSG_ERROR)
			return 0;
		if (got == OCI_MSG_SYNC || got == OCI_MSG_CLONED)
			launch_send(l, OCI_MSG_GO);
	}
}

void launch_send(struct launch *l, uint32_t type)
{
	struct oci_msg m = { .type = type, .length = sizeof(m) };

	if (send(l->channel, &m, sizeof(m), MSG_NOSIGNAL) < 0 && errno != EPIPE)
		abort();
}

int launch_run(struct launch *l)
{
	if (!launch_until(l, OCI_MSG_READY))
		return -1;
	launch_send(l, OCI_MSG_START);
	if (!launch_until(l, OCI_MSG_STARTING))
		return -1;
	return launch_next(l) == 0 ? 0 : -1;
}

static int reap(pid_t pid)
{
	int status;

	if (pid <= 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int launch_wait(struct launch *l, char *output, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while (used < size - 1 && (n = read(l->output, output + used, size - 1 - used)) > 0)
		used += (size_t)n;
	output[used] = '\0';
	n = l->supervisor == 0 ? reap(l->init) : 0;
	l->init = 0;
	return (int)n;
}

void launch_end(struct launch *l)
{
	close(l->channel);
	if (l->pidfd >= 0 && l->init > 0) {
		kill(l->init, SIGKILL);
		if (l->supervisor == 0)
			reap(l->init);
	}
	reap(l->helper);
	if (l->pidfd >= 0)
		close(l->pidfd);
	if (l->output >= 0)
		close(l->output);
	if (l->received >= 0)
		close(l->received);
}

int run_program_to_end(struct program *p, char *output, size_t size)
{
	struct launch l;
	int status = -1;

	launch_begin(&l, p, -1);
	if (launch_run(&l) == 0)
		status = launch_wait(&l, output, size);
	else
		snprintf(output, size, "%s", describe(&l.last));
	launch_end(&l);
	return status;
}

const char *describe(const struct oci_msg *m)
{
	static const char *const names[] = {
#define X(name, value, text) [value] = text,
		OCI_OPS(X)
#undef X
	};
	static char text[512];

	snprintf(text, sizeof(text), "record %u step %u %s: %s (%.*s)", m->type, m->step, m->op < sizeof(names) / sizeof(names[0]) ? names[m->op] : "?", strerror(m->error),
		 (int)m->text_length, m->text);
	return text;
}
