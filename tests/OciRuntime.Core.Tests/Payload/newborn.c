/*
 * newborn PID N: follows a process and all that it starts, and kills the one that makes the N-th child of a helper, in the moment when the
 * child exists and nobody has heard of it. Says "ready" when it follows, and which process it has killed.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIRTHS (PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK)

static int is_helper(pid_t pid)
{
	char path[64], name[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fgets(name, sizeof(name), f) == NULL)
		name[0] = '\0';
	fclose(f);
	return strcmp(name, "oci-init\n") == 0;
}

static void follow(const char *process)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%s/task", process);
	tasks = opendir(path);
	while (tasks != NULL && (entry = readdir(tasks)) != NULL)
		if (entry->d_name[0] != '.')
			ptrace(PTRACE_SEIZE, atoi(entry->d_name), NULL, BIRTHS);
	if (tasks != NULL)
		closedir(tasks);
	puts("ready");
	fflush(stdout);
}

static int is_birth(int status)
{
	return status >> 16 == PTRACE_EVENT_CLONE || status >> 16 == PTRACE_EVENT_FORK || status >> 16 == PTRACE_EVENT_VFORK;
}

int main(int argc, char **argv)
{
	int left = argc == 3 ? atoi(argv[2]) : 0, status;
	pid_t pid;

	if (left <= 0)
		return 2;
	follow(argv[1]);
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid <= 0 || !WIFSTOPPED(status))
			continue;
		if (is_birth(status) && is_helper(pid) && --left == 0) {
			kill(pid, SIGKILL);
			printf("killed %d\n", pid);
			/* All others, the newborn too, are let go by the end of their tracer (ptrace(2)). */
			return 0;
		}
		/* A signal is passed on; a stop of another kind is over. */
		ptrace(PTRACE_CONT, pid, NULL, status >> 16 == 0 ? (long)WSTOPSIG(status) : 0L);
	}
	return 1;
}
