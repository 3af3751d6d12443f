#include "leash.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "run.h"
#include "syscalls.h"
#include "text.h"

#define KILL_TIME 10000000000u /* ns, for a process in uninterruptible sleep */
#define MAX_ROUNDS 100

/* One entry of getdents64(2). */
struct entry {
	uint64_t ino;
	int64_t off;
	uint16_t length;
	uint8_t type;
	char name[];
};

/* The entries of a directory, read in parts. */
struct listing {
	int fd;
	long got, at;
	_Alignas(struct entry) char buffer[1024];
};

static void nap(void)
{
	const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };

	nanosleep(&pause, NULL);
}

static struct entry *next_entry(struct listing *l)
{
	for (;;) {
		struct entry *e;

		if (l->at >= l->got) {
			l->got = syscall(SYS_getdents64, l->fd, l->buffer, sizeof(l->buffer));
			l->at = 0;
			if (l->got <= 0)
				return NULL;
		}
		e = (struct entry *)(void *)(l->buffer + l->at);
		l->at += e->length;
		if (strcmp(e->name, ".") != 0 && strcmp(e->name, "..") != 0)
			return e;
	}
}

/* A small file as text; empty when it can't be read. */
static const char *read_text(int directory, const char *path, char *buffer, size_t size)
{
	cleanup_close int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buffer, size - 1);

	buffer[n < 0 ? 0 : n] = '\0';
	return buffer;
}

static bool write_text(int directory, const char *path, const char *value)
{
	cleanup_close int fd = openat(directory, path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, value, strlen(value)) >= 0;
}

static const char *process_file(char *buffer, size_t size, pid_t pid, const char *file)
{
	struct text t = text_in(buffer, size);

	text_add(&t, "/proc/");
	text_add_number(&t, pid);
	text_add(&t, file);
	return buffer;
}

static uint64_t signal_mask(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at == NULL ? 0 : strtoull(at + strlen(key), NULL, 16);
}

/* NSpid: its pid in each pid namespace, the innermost last. */
static bool is_first_in_namespace(const char *status)
{
	const char *line = strstr(status, "\nNSpid:");
	const char *end = line == NULL ? NULL : strchr(line + 1, '\n');

	return end != NULL && strncmp(end - 2, "\t1", 2) == 0;
}

bool heeds_signal(pid_t pid, int signal)
{
	char status[4096], path[64];
	const uint64_t bit = 1ull << (signal - 1);

	read_text(AT_FDCWD, process_file(path, sizeof(path), pid, "/status"), status, sizeof(status));
	if ((signal_mask(status, "\nSigCgt:\t") & bit) != 0)
		return true;
	/* Signals that the first process of a pid namespace does not catch never reach it (pid_namespaces(7)). */
	return status[0] != '\0' && (signal_mask(status, "\nSigIgn:\t") & bit) == 0 && !is_first_in_namespace(status);
}

/* proc_pid_stat(5): the name, in parentheses, may hold anything; then state, parent, group, session. */
static bool lives_in_session(pid_t pid, pid_t session)
{
	char stat[512], path[64];
	char *at = strrchr(read_text(AT_FDCWD, process_file(path, sizeof(path), pid, "/stat"), stat, sizeof(stat)), ')');

	if (at == NULL || at[1] != ' ' || at[2] == 'Z' || at[2] == 'X')
		return false;
	at += 3;
	strtol(at, &at, 10);
	strtol(at, &at, 10);
	return strtol(at, NULL, 10) == session;
}

static bool kill_member(pid_t pid, pid_t session)
{
	cleanup_close int pidfd = lives_in_session(pid, session) ? sys_pidfd_open(pid) : -1;

	/* Checked again: from here on the pidfd can't come to mean another process. */
	return pidfd >= 0 && lives_in_session(pid, session) && syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0;
}

void kill_session(pid_t leader)
{
	bool found = true;

	for (int round = 0; found && round < MAX_ROUNDS; round++) {
		cleanup_close int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct listing l = { .fd = proc };
		struct entry *e;

		if (round > 0)
			nap();
		found = false;
		while ((e = next_entry(&l)) != NULL) {
			pid_t pid = (pid_t)strtol(e->name, NULL, 10);

			if (pid > 0 && kill_member(pid, leader))
				found = true;
		}
	}
}

/* The v1 freezer holds even killed processes. */
static void thaw(int cgroup)
{
	write_text(cgroup, "freezer.state", "THAWED");
	write_text(cgroup, "cgroup.freeze", "0");
}

static void kill_members(int cgroup)
{
	cleanup_close int fd = openat(cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char buffer[512];
	pid_t pid = 0;
	ssize_t n;

	while (fd >= 0 && (n = read(fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (buffer[i] >= '0' && buffer[i] <= '9') {
				pid = pid * 10 + (buffer[i] - '0');
				continue;
			}
			if (pid > 0) {
				cleanup_close int pidfd = sys_pidfd_open(pid);

				syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
			}
			pid = 0;
		}
}

static int open_directory(int parent, const char *name)
{
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Removes one innermost directory; thaws and kills on the way to it. True when one was removed, or is gone. */
static bool remove_innermost(const char *path)
{
	cleanup_close int parent = AT_FDCWD;
	cleanup_close int directory = open_directory(AT_FDCWD, path);
	char name[PATH_MAX];
	struct text t = text_in(name, sizeof(name));

	text_add(&t, path);
	while (directory >= 0) {
		struct listing l = { .fd = directory };
		struct entry *e;

		write_text(directory, "cgroup.kill", "1");
		thaw(directory);
		kill_members(directory);
		do
			e = next_entry(&l);
		while (e != NULL && e->type != 4 /* DT_DIR */);
		if (e == NULL)
			break;
		t = text_in(name, sizeof(name));
		text_add(&t, e->name);
		close_quietly(&parent);
		parent = directory;
		directory = open_directory(parent, name);
	}
	return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

static bool is_gone(const char *path)
{
	return faccessat(AT_FDCWD, path, F_OK, 0) != 0 && errno == ENOENT;
}

void cgroups_thaw(const struct oci_blob *directories)
{
	const char *path = directories == NULL ? NULL : list_first(directories);

	for (uint32_t i = 0; i < list_count(directories); i++, path = list_next(path)) {
		cleanup_close int cgroup = open_directory(AT_FDCWD, path);

		if (cgroup >= 0)
			thaw(cgroup);
	}
}

/*
 * Goes through the hierarchies in turn: a process that one of them holds may be frozen in another. Before the container has a process, its cgroups are
 * only tried: a helper on its way there may not have exited yet.
 */
bool cgroups_remove(const struct oci_blob *directories, bool kill)
{
	const uint64_t deadline = run_clock() + KILL_TIME;

	for (;;) {
		const char *path = directories == NULL ? NULL : list_first(directories);
		bool left = false, removed = false;

		for (uint32_t i = 0; i < list_count(directories); i++, path = list_next(path)) {
			if (is_gone(path))
				continue;
			if (kill ? remove_innermost(path) : unlinkat(AT_FDCWD, path, AT_REMOVEDIR) == 0)
				removed = true;
			else
				left = true;
			left = left || !is_gone(path);
		}
		if (!left)
			return true;
		if (run_clock() > deadline)
			return false;
		if (!removed)
			nap();
	}
}

/* Removes the state after everything else, and the configuration last, as a delete does. */
static void remove_files(int directory)
{
	static const char *const last[] = { "state.json", "config.json" };
	cleanup_close int fd = open_directory(directory, ".");
	struct listing l = { .fd = fd };
	struct entry *e;

	while (fd >= 0 && (e = next_entry(&l)) != NULL)
		if (strcmp(e->name, last[0]) != 0 && strcmp(e->name, last[1]) != 0)
			unlinkat(directory, e->name, 0);
	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++)
		unlinkat(directory, last[i], 0);
}

void state_remove(int root, const char *name, int directory)
{
	struct stat held, named;

	if (directory >= 0) {
		remove_files(directory);
		if (fstat(directory, &held) != 0 || fstatat(root, name, &named, AT_SYMLINK_NOFOLLOW) != 0)
			return;
		if (held.st_ino != named.st_ino || held.st_dev != named.st_dev)
			return;
	}
	unlinkat(root, name, AT_REMOVEDIR);
}
