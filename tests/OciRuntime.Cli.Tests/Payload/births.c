/*
 * "births PROGRAM ARGUMENT...": runs it under ptrace(2) and, at the birth of each process in a pid namespace other than this one, before its
 * first instruction, prints "birth", its pid there, and a line for each descriptor from 3 on: what it is, and where it leads. Ends with PROGRAM's exit status.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENT_STOP 128

/* The line of a file in /proc that begins with key, or an empty string; without the key. */
static const char *line_of(pid_t pid, const char *file, const char *key)
{
	static char line[512];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, key, strlen(key)) == 0) {
			fclose(f);
			return line + strlen(key);
		}
	if (f != NULL)
		fclose(f);
	return "";
}

/* Two numbers or more: it has one in a namespace below this one. */
static bool is_inside(pid_t pid)
{
	const char *numbers = line_of(pid, "status", "NSpid:");

	return strchr(numbers, '\t') != NULL && strchr(strchr(numbers, '\t') + 1, '\t') != NULL;
}

static bool is_attached_here(const char *mount)
{
	char line[4096];
	FILE *f = fopen("/proc/self/mountinfo", "r");
	bool found = false;

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
		found = atoi(line) == atoi(mount);
	if (f != NULL)
		fclose(f);
	return found;
}

static const char *kind_of(pid_t pid, const char *number, const char *path, const char *target)
{
	char file[64];
	struct stat st;

	if (strncmp(target, "anon_inode:", 11) == 0)
		return "anonymous";
	if (strncmp(target, "/memfd:", 7) == 0)
		return "memfd";
	if (stat(path, &st) != 0)
		return "unknown";
	if (S_ISFIFO(st.st_mode))
		return "pipe";
	if (S_ISSOCK(st.st_mode))
		return "socket";
	snprintf(file, sizeof(file), "fdinfo/%.10s", number);
	if (is_attached_here(line_of(pid, file, "mnt_id:")))
		return "host";
	return S_ISDIR(st.st_mode) ? "detached" : strchr(target, '[') != NULL ? "namespace" : "file";
}

static void print_birth(pid_t pid)
{
	char path[64], target[PATH_MAX];
	DIR *list;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	list = opendir(path);
	printf("birth %d\n", atoi(strrchr(line_of(pid, "status", "NSpid:"), '\t') + 1));
	for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
		ssize_t n;

		if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) <= STDERR_FILENO)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fd/%.10s", pid, entry->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		target[n < 0 ? 0 : n] = '\0';
		printf("%s %s\n", kind_of(pid, entry->d_name, path, target), target);
	}
	if (list != NULL)
		closedir(list);
	fflush(stdout);
}

static pid_t start(char **argv)
{
	const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP);
		execv(argv[0], argv);
		_exit(127);
	}
	if (waitpid(pid, NULL, WUNTRACED) != pid || ptrace(PTRACE_SEIZE, pid, 0, options) != 0)
		exit(126);
	kill(pid, SIGCONT);
	return pid;
}

static void go_on(pid_t pid, int status)
{
	const int signal = WSTOPSIG(status), event = status >> 16;

	if (event == EVENT_STOP && is_inside(pid)) {
		print_birth(pid);
		ptrace(PTRACE_DETACH, pid, 0, 0);
	} else if (event == EVENT_STOP && (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU)) {
		ptrace(PTRACE_LISTEN, pid, 0, 0);
	} else {
		ptrace(PTRACE_CONT, pid, 0, event != 0 ? 0 : signal);
	}
}

int main(int argc, char **argv)
{
	pid_t first, pid;
	int status;

	if (argc < 2)
		return 2;
	first = start(argv + 1);
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid > 0 && WIFSTOPPED(status))
			go_on(pid, status);
		else if (pid == first)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return 125;
}
