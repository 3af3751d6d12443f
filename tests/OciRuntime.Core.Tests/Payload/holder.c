// holder PID MILLISECONDS: traces a process, and keeps its end to itself for so long.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

static int has_ended(const char *pid)
{
	char path[64], line[256], *state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 1;
	state = fgets(line, sizeof(line), f) == NULL ? NULL : strrchr(line, ')');
	fclose(f);
	return state == NULL || state[2] == 'Z';
}

int main(int argc, char **argv)
{
	if (argc != 3 || ptrace(PTRACE_SEIZE, atoi(argv[1]), NULL, NULL) != 0)
		return 1;
	puts("ready");
	fflush(stdout);
	while (!has_ended(argv[1]))
		usleep(1000);
	usleep(1000 * (useconds_t)atoi(argv[2]));
	return 0;
}
