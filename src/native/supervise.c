/*
 * The supervisor: a tiny parent that holds the container's output, writes its log in the CRI format and leaves a record of its end,
 * whatever became of the runtime that started it.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "stage.h"
#include "syscalls.h"
#include "text.h"

#define LINE 16384
#define PREFIX 48 /* time, stream, tag */

struct stream {
	int fd;
	const char *name;
	size_t used;
	char line[LINE];
};

static void ignore_signals(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU };

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		sys_signal(ignored[i], 1 /* SIG_IGN */);
}

/* Only what the supervisor needs stays open: in particular no end of the channel and none of the container's stdio. */
static void keep_only(struct context *c, int pidfd)
{
	struct supervision *v = &c->supervision;
	int *wanted[] = { &v->state_dir, &v->log, &v->out, &v->err, &v->oom, &v->console, &pidfd };
	int highest = 2;
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= 2 && nothing >= 0; fd++)
		dup2(nothing, fd);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (*wanted[i] > highest)
			highest = *wanted[i];
	for (int fd = 3; fd <= highest; fd++) {
		bool keep = false;

		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			keep |= *wanted[i] == fd;
		if (!keep)
			close(fd);
	}
	sys_close_range((unsigned)highest + 1, ~0u);
}

/* A full disk must not stop the container: what can't be written is lost. */
static void write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes += n;
		length -= (size_t)n;
	}
}

static void log_line(struct context *c, struct stream *s, bool whole)
{
	char record[PREFIX + LINE + 2];
	struct text t = text_in(record, sizeof(record));
	struct timespec now;

	if (c->supervision.log >= 0) {
		clock_gettime(CLOCK_REALTIME, &now);
		text_add_time(&t, &now);
		text_add(&t, " ");
		text_add(&t, s->name);
		text_add(&t, whole ? " F " : " P ");
		text_add_bytes(&t, s->line, s->used);
		text_add(&t, "\n");
		write_all(c->supervision.log, record, (size_t)(t.at - record));
	}
	s->used = 0;
}

static void add_output(struct context *c, struct stream *s, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\n') {
			log_line(c, s, true);
			continue;
		}
		if (s->used == LINE)
			log_line(c, s, false);
		s->line[s->used++] = bytes[i];
	}
}

/* False at the end of the stream. */
static bool read_stream(struct context *c, struct stream *s)
{
	char buffer[4096];
	ssize_t n = read(s->fd, buffer, sizeof(buffer));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0) {
		if (s->used > 0)
			log_line(c, s, false);
		close(s->fd);
		s->fd = -1;
		return false;
	}
	add_output(c, s, buffer, (size_t)n);
	return true;
}

/* The pty master of a container with a terminal comes from its init; it is read as its stdout. */
static void take_console(struct context *c, struct stream *out)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char name[64];
	struct iovec iov = { .iov_base = name, .iov_len = sizeof(name) };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(c->supervision.console, &h, MSG_CMSG_CLOEXEC);
	struct cmsghdr *rights = n > 0 ? CMSG_FIRSTHDR(&h) : NULL;

	if (rights != NULL && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len == CMSG_LEN(sizeof(int))) {
		if (out->fd >= 0)
			close(out->fd);
		memcpy(&out->fd, CMSG_DATA(rights), sizeof(int));
	}
	close(c->supervision.console);
	c->supervision.console = -1;
}

static void drain(struct context *c, struct stream *s)
{
	if (s->fd < 0)
		return;
	fcntl(s->fd, F_SETFL, O_RDONLY | O_NONBLOCK);
	for (;;) {
		struct pollfd p = { .fd = s->fd, .events = POLLIN };

		if (poll(&p, 1, 0) <= 0 || !read_stream(c, s))
			break;
	}
	if (s->used > 0)
		log_line(c, s, false);
}

static bool oom_killed(int fd)
{
	static const char key[] = "oom_kill ";
	char buffer[512];
	ssize_t n = fd < 0 ? -1 : pread(fd, buffer, sizeof(buffer) - 1, 0);
	const char *at;

	if (n <= 0)
		return false;
	buffer[n] = '\0';
	for (at = strstr(buffer, key); at != NULL; at = strstr(at + 1, key))
		if ((at == buffer || at[-1] == '\n') && at[sizeof(key) - 1] != '0')
			return true;
	return false;
}

static void write_record(struct context *c, int status, bool oom)
{
	struct supervision *v = &c->supervision;
	char json[256], name[64] = ".";
	struct text t = text_in(json, sizeof(json)), n = text_in(name + 1, sizeof(name) - 1);
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	text_add(&t, "{\"exitCode\":");
	text_add_number(&t, signal != 0 ? 128 + signal : WEXITSTATUS(status));
	text_add(&t, ",\"signal\":");
	text_add_number(&t, signal);
	text_add(&t, ",\"exitedAt\":\"");
	text_add_time(&t, &now);
	text_add(&t, oom ? "\",\"oomKilled\":true}\n" : "\",\"oomKilled\":false}\n");
	text_add(&n, v->record);
	text_add(&n, ".new");
	cleanup_close int fd = openat(v->state_dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	write_all(fd, json, (size_t)(t.at - json));
	(void)renameat(v->state_dir, name, v->state_dir, v->record);
}

void supervise(struct context *c, pid_t init, int pidfd)
{
	static struct stream out = { .name = "stdout" }, err = { .name = "stderr" };
	int status = 0;
	bool oom;

	ignore_signals();
	prctl(PR_SET_NAME, "oci-supervisor");
	keep_only(c, pidfd);
	out.fd = c->supervision.out;
	err.fd = c->supervision.err;
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = out.fd, .events = POLLIN }, { .fd = err.fd, .events = POLLIN },
			{ .fd = c->supervision.console, .events = POLLIN }, { .fd = pidfd, .events = POLLIN },
		};

		if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0 && errno != EINTR)
			break;
		if (fds[2].revents != 0)
			take_console(c, &out);
		if (fds[0].revents != 0)
			read_stream(c, &out);
		if (fds[1].revents != 0)
			read_stream(c, &err);
		if (fds[3].revents != 0)
			break;
	}
	drain(c, &out);
	drain(c, &err);
	while (waitpid(init, &status, 0) < 0 && errno == EINTR)
		;
	oom = oom_killed(c->supervision.oom);
	write_record(c, status, oom);
	_exit(0);
}
