#include "supervise.h"

#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "channel.h"
#include "log.h"
#include "stage.h"
#include "syscalls.h"
#include "text.h"

#define LINE_MAX_BYTES (16 * 1024)
#define RECORD_MAX 256
/* Without a pid namespace a process may keep writing forever after init's end. */
#define DRAIN_MAX (16u << 20)

/* One stream of the container and the part of its last line that has arrived. */
struct stream {
	int fd;
	const char *name;
	size_t used;
	char buffer[LINE_MAX_BYTES];
};

struct supervisor {
	struct log log;
	struct stream out, err;
	int console;
	int pidfd;
	pid_t init;
	int state_dir, oom;
	char record[NAME_MAX + 1];
};

/* Writes every whole line of the buffer; keeps the rest. */
static void log_lines(struct supervisor *v, struct stream *s)
{
	char prefix[64];
	size_t prefix_length = log_prefix(prefix, sizeof(prefix), s->name, 'F');
	char *at = s->buffer, *end = s->buffer + s->used, *nl;
	struct log_batch b = { .count = 0, .bytes = 0 };

	while (at < end && (nl = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		log_add(&b, prefix, prefix_length);
		log_add(&b, at, (size_t)(nl + 1 - at));
		at = nl + 1;
		if (b.count >= 2 * LOG_BATCH)
			log_write(&v->log, &b);
	}
	if (at == s->buffer && s->used == sizeof(s->buffer)) {
		const size_t part = log_whole_characters(at, s->used);

		log_write(&v->log, &b);
		prefix[prefix_length - 2] = 'P';
		log_add(&b, prefix, prefix_length);
		log_add(&b, at, part);
		log_add(&b, "\n", 1);
		at += part;
	}
	log_write(&v->log, &b);
	s->used = (size_t)(end - at);
	memmove(s->buffer, at, s->used);
}

/* The stream has ended; a last line without a newline is logged too. */
static void close_stream(struct supervisor *v, struct stream *s)
{
	char prefix[64];
	struct log_batch b = { .count = 0, .bytes = 0 };

	if (s->used > 0) {
		log_add(&b, prefix, log_prefix(prefix, sizeof(prefix), s->name, 'F'));
		log_add(&b, s->buffer, s->used);
		log_add(&b, "\n", 1);
		log_write(&v->log, &b);
	}
	s->used = 0;
	close_quietly(&s->fd);
}

/* One read; false when there is nothing more for now. A terminal ends with EIO. */
static bool pump(struct supervisor *v, struct stream *s)
{
	ssize_t n = read(s->fd, s->buffer + s->used, sizeof(s->buffer) - s->used);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return errno == EINTR;
	if (n <= 0) {
		close_stream(v, s);
		return false;
	}
	s->used += (size_t)n;
	log_lines(v, s);
	return true;
}

static void drain(struct supervisor *v, struct stream *s)
{
	uint64_t most = 0;

	if (s->fd < 0)
		return;
	if (fcntl(s->fd, F_SETFL, O_NONBLOCK) == 0)
		for (; s->fd >= 0 && most < DRAIN_MAX && pump(v, s); most += LINE_MAX_BYTES)
			;
	if (s->fd >= 0)
		close_stream(v, s);
}

/* The pty master comes in one message; from then on it is the container's stdout. */
static void receive_master(struct supervisor *v)
{
	char name[64];
	ssize_t n = receive_descriptor(v->console, name, sizeof(name), &v->out.fd);

	if (n >= 0 || (errno != EAGAIN && errno != EINTR))
		close_quietly(&v->console);
}

static void watch(struct supervisor *v)
{
	for (;;) {
		struct pollfd p[] = {
			{ .fd = v->pidfd, .events = POLLIN },
			{ .fd = v->out.fd, .events = POLLIN },
			{ .fd = v->err.fd, .events = POLLIN },
			{ .fd = v->console, .events = POLLIN },
		};

		if (poll(p, sizeof(p) / sizeof(p[0]), -1) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		if (p[3].revents != 0)
			receive_master(v);
		else if (p[1].revents != 0)
			pump(v, &v->out);
		if (p[2].revents != 0)
			pump(v, &v->err);
		if (p[0].revents != 0)
			return;
	}
}

/* memory.events (v2) and memory.oom_control (v1) have a line "oom_kill N". */
static bool was_oom_killed(int fd)
{
	static const char key[] = "oom_kill ";
	char buffer[512];
	ssize_t n = fd < 0 ? -1 : pread(fd, buffer, sizeof(buffer) - 1, 0);
	char *line = buffer;

	if (n <= 0)
		return false;
	buffer[n] = '\0';
	while (line != NULL && strncmp(line, key, sizeof(key) - 1) != 0) {
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	return line != NULL && line[sizeof(key) - 1] >= '1' && line[sizeof(key) - 1] <= '9';
}

/* Opens the record under the name that it has until it is complete; -1 when the directory has gone. */
static int open_record(struct supervisor *v, char *temporary, size_t size)
{
	struct text t = text_in(temporary, size);

	text_add(&t, ".");
	text_add(&t, v->record);
	text_add(&t, ".new");
	return openat(v->state_dir, temporary, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Reserves the record's space on disk before the container's log can fill the disk. */
static void reserve_record(struct supervisor *v)
{
	static const char blanks[RECORD_MAX];
	char temporary[NAME_MAX + 8];
	cleanup_close int fd = open_record(v, temporary, sizeof(temporary));

	if (fd >= 0 && write(fd, blanks, sizeof(blanks)) < 0)
		unlinkat(v->state_dir, temporary, 0);
}

static void write_record(struct supervisor *v, const char *json, size_t length)
{
	char temporary[NAME_MAX + 8];
	cleanup_close int fd = open_record(v, temporary, sizeof(temporary));

	if (fd < 0)
		return;
	if (write(fd, json, length) != (ssize_t)length || ftruncate(fd, (off_t)length) != 0 || renameat(v->state_dir, temporary, v->state_dir, v->record) != 0)
		unlinkat(v->state_dir, temporary, 0);
}

static void record_exit(struct supervisor *v, const struct timespec *ended, bool oom_killed)
{
	char json[RECORD_MAX];
	struct text t = text_in(json, sizeof(json));
	siginfo_t info = { 0 };
	int signal, code, got;

	do
		got = waitid(P_PID, (id_t)v->init, &info, WEXITED | __WALL);
	while (got != 0 && errno == EINTR);
	if (got != 0)
		return;
	signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
	code = signal == 0 ? info.si_status : 128 + signal;
	text_add(&t, "{\"exitCode\":");
	text_add_number(&t, code);
	text_add(&t, ",\"signal\":");
	text_add_number(&t, signal);
	text_add(&t, ",\"exitedAt\":\"");
	text_add_time(&t, ended);
	text_add(&t, oom_killed ? "\",\"oomKilled\":true}\n" : "\",\"oomKilled\":false}\n");
	write_record(v, json, (size_t)(t.at - json));
}

/* Gives up everything of the runtime and the container; init must be the last to hold its own stdio. */
void settle(const int *kept, size_t count, const char *name)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU, SIGXFSZ };
	struct fd_set_bits set = { { 0 } };
	cleanup_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = 0; i <= STDERR_FILENO; i++)
		if (null < 0 || dup2(null, i) < 0)
			close(i);
	for (size_t i = 0; i < count; i++)
		fds_keep(&set, kept[i]);
	if (null > STDERR_FILENO)
		null = -1; /* closed with the rest */
	fds_close_rest(&set);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		sys_signal(ignored[i], (uintptr_t)SIG_IGN);
	sys_signal(SIGCHLD, (uintptr_t)SIG_DFL);
	sys_sigmask_clear();
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

void supervise(struct context *c, pid_t init, int pidfd)
{
	const struct supervision *w = &c->supervision;
	struct supervisor v; /* not initialised as a whole: its buffers stay untouched until they are used */
	struct timespec ended = { 0 };
	struct text t = text_in(v.record, sizeof(v.record));
	bool oom_killed;

	text_add(&t, w->record);
	log_begin(&v.log, w);
	v.out.fd = w->out;
	v.out.name = "stdout";
	v.out.used = 0;
	v.err.fd = w->err;
	v.err.name = "stderr";
	v.err.used = 0;
	v.console = w->console;
	v.pidfd = pidfd;
	v.init = init;
	v.state_dir = w->state_dir;
	v.oom = w->oom;
	munmap(c->image, c->header->size);
	settle((int[]){ v.log.fd, v.out.fd, v.err.fd, v.console, v.pidfd, v.state_dir, v.oom }, 7, "oci-supervisor");
	reserve_record(&v);
	watch(&v);
	clock_gettime(CLOCK_REALTIME, &ended);
	oom_killed = was_oom_killed(v.oom);
	if (v.console >= 0)
		receive_master(&v);
	drain(&v, &v.out);
	drain(&v, &v.err);
	log_end(&v.log);
	record_exit(&v, &ended, oom_killed);
	sys_exit(0);
}
