#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

const char *chosen_tests;
static int passed, failed, skipped;
static bool current_failed, current_skipped;

/* A test that fails returns where it is; the next one counts children of its own. */
static void end_children(void)
{
	FILE *f = fopen("/proc/thread-self/children", "re");
	int pid;

	while (f != NULL && fscanf(f, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (f != NULL)
		fclose(f);
	while (waitpid(-1, NULL, f == NULL ? WNOHANG : 0) > 0)
		;
}

void run_test(const char *name, test_function *test)
{
	if (chosen_tests != NULL && strstr(name, chosen_tests) == NULL)
		return;
	current_failed = current_skipped = false;
	test();
	if (current_failed)
		end_children();
	if (current_failed)
		failed++;
	else if (current_skipped)
		skipped++;
	else
		passed++;
	printf("%s %s\n", current_failed ? "FAIL" : current_skipped ? "skip" : "ok  ", name);
	fflush(stdout);
}

void fail_test(const char *file, int line, const char *what, const char *detail)
{
	current_failed = true;
	printf("%s:%d: %s%s%s\n", file, line, what, detail == NULL ? "" : "\n  ", detail == NULL ? "" : detail);
}

void skip_test(const char *why)
{
	current_skipped = true;
	printf("skipped: %s\n", why);
}

int finish_tests(void)
{
	printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed == 0 ? 0 : 1;
}
