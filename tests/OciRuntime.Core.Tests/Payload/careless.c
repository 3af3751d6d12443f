/*
 * A helper as exec's was once: its process is born in the container's namespaces with a directory of the host open, and closes that at
 * once. "careless PID DIRECTORY": PID is the container's init. It makes one after the other until it is killed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const int kinds[] = { CLONE_NEWPID, CLONE_NEWNS };
	static const char *const names[] = { "pid", "mnt" };
	char path[64];
	int directory, spaces[2];

	if (argc != 3)
		return 2;
	directory = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%s/ns/%s", argv[1], names[i]);
		spaces[i] = open(path, O_RDONLY | O_CLOEXEC);
	}
	for (int i = 0; i < 2; i++) {
		if (setns(spaces[i], kinds[i]) != 0)
			return 1;
		close(spaces[i]);
	}
	if (directory < 0 || prctl(PR_SET_NAME, "oci-init") != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
		return 1;
	for (;;) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0) {
			close(directory);
			nanosleep(&(struct timespec){ .tv_nsec = 500 * 1000 }, NULL);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}
