// A program of two threads: the second one calls chdir(2) and says so, the first one waits for its end and says that too.
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void *second(void *nothing)
{
	chdir("/");
	puts("the second goes on");
	fflush(stdout);
	return nothing;
}

int main(void)
{
	pthread_t thread;
	struct stat tasks;
	if (pthread_create(&thread, NULL, second, NULL) != 0)
		return 3;
	// Not pthread_join(3): a thread that the kernel ends tells nobody. A link each thread, and two.
	for (int tries = 0; tries < 1000; tries++) {
		if (stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == 3) {
			puts("the first goes on");
			return 0;
		}
		nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
	}
	return 4;
}
