/*
 * Stops processes at their birth: it knows which pid comes next. Of each that is a helper it prints a line. "hunter rob FILE" tries to read that
 * file of the host through it and lets it go on, "hunter stop" leaves it stopped, "hunter hold" traces it and never lets it go. "hunter wait" does
 * that to the first that waits at the start gate.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define AHEAD 4
#define TRIES 64

static const char secret[] = "precious";

static int is_secret(int directory, const char *path)
{
	char text[sizeof(secret)] = "";
	int fd = openat(directory, path, O_RDONLY);

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strcmp(text, secret) == 0;
}

/* Up to where ".." leads no further, and from there to the file. */
static int escapes(int directory, const char *file)
{
	struct stat here, above;
	int at = dup(directory), found;

	for (int depth = 0; depth < 100; depth++) {
		int up = openat(at, "..", O_PATH | O_DIRECTORY);

		if (up < 0 || fstat(at, &here) != 0 || fstat(up, &above) != 0)
			break;
		close(at);
		at = up;
		if (here.st_dev == above.st_dev && here.st_ino == above.st_ino && depth > 0)
			break;
	}
	found = is_secret(at, file + 1);
	close(at);
	return found;
}

static int leads_out(const char *path, const char *file)
{
	int fd = open(path, O_PATH | O_DIRECTORY), found;

	if (fd < 0)
		return 0;
	found = escapes(fd, file);
	close(fd);
	return found;
}

/* Files that are neither anonymous nor a device's: pipes, sockets and memfds are what a helper may have. */
static int is_file(const char *path, const char *target)
{
	struct stat st;

	return strncmp(target, "/memfd:", 7) != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static const char *look(pid_t pid, const char *file, int *escaped, int *files)
{
	char path[64], target[PATH_MAX];
	static char names[4096];
	DIR *list;

	names[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	list = opendir(path);
	if (list == NULL)
		return strerror(errno);
	for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
		ssize_t n;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fd/%.10s", pid, entry->d_name);
		*escaped += leads_out(path, file);
		n = readlink(path, target, sizeof(target) - 1);
		if (n < 0)
			target[(n = 1) - 1] = '-';
		target[n] = '\0';
		*files += atoi(entry->d_name) > 2 && is_file(path, target);
		if (strlen(names) + (size_t)n + 2 < sizeof(names))
			strcat(strcat(names, " "), target);
	}
	closedir(list);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, i == 0 ? "root" : "cwd");
		*escaped += leads_out(path, file);
	}
	return names;
}

/* "PID (NAME) STATE ..."; 0 when it has gone. */
static char state_of(pid_t pid, char *name)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%*d (%31[^)]) %c", name, &state) != 2)
		state = 0;
	fclose(f);
	return state;
}

/* What ran when the signal came may still become its program. */
static int is_stopped_helper(pid_t pid)
{
	char name[32] = "", state;

	do
		state = state_of(pid, name);
	while (state != 0 && state != 'T' && state != 'Z');
	return state == 'T' && strcmp(name, "oci-init") == 0;
}

static int attach(pid_t pid)
{
	return ptrace(PTRACE_SEIZE, pid, 0, 0) == 0 && ptrace(PTRACE_INTERRUPT, pid, 0, 0) == 0 && waitpid(pid, NULL, __WALL) == pid;
}

static void rob(pid_t pid, const char *file)
{
	int escaped = 0, files = 0;
	const char *names = look(pid, file, &escaped, &files);
	int attached = attach(pid);

	printf("escaped %d files %d attached %d open:%s\n", escaped, files, attached, names);
	if (attached)
		ptrace(PTRACE_DETACH, pid, 0, 0);
	kill(pid, SIGCONT);
}

static void caught(pid_t pid, char **argv)
{
	char name[32] = "";

	if (strcmp(argv[1], "rob") == 0 && state_of(pid, name) != 0 && strcmp(name, "oci-init") == 0)
		rob(pid, argv[2]);
	else if (strcmp(argv[1], "rob") == 0 || !is_stopped_helper(pid))
		kill(pid, SIGCONT);
	else
		printf("%s %d\n", argv[1], strcmp(argv[1], "stop") == 0 || attach(pid));
	fflush(stdout);
}

/* The last field: the number given last in this pid namespace. */
static pid_t last_pid(int loadavg)
{
	char text[128];
	ssize_t n = pread(loadavg, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return 1;
	text[n] = '\0';
	return atoi(strrchr(text, ' ') + 1);
}

static void hold_one_that_waits(int loadavg)
{
	char name[32];

	for (;;)
		for (pid_t pid = 2; pid <= last_pid(loadavg); pid++)
			if (state_of(pid, name) == 'S' && strcmp(name, "oci-init:gate") == 0) {
				int status;

				printf("wait %d\n", attach(pid));
				fflush(stdout);
				/* Its parent can't reap it before. */
				while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status))
					;
				return;
			}
}

int main(int argc, char **argv)
{
	int loadavg = open("/proc/loadavg", O_RDONLY);
	pid_t done = getpid();

	if (argc < 2)
		return 2;
	puts("ready");
	fflush(stdout);
	if (strcmp(argv[1], "wait") == 0)
		hold_one_that_waits(loadavg);
	while (strcmp(argv[1], "wait") == 0)
		pause();
	for (;;) {
		pid_t last = last_pid(loadavg);

		for (int i = 0; i < TRIES; i++)
			for (pid_t pid = last > done ? last : done + 1; pid <= last + AHEAD; pid++)
				if (pid > done && kill(pid, SIGSTOP) == 0) {
					done = pid;
					caught(pid, argv);
				}
	}
}
