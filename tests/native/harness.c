#include "harness.h"

#include <stdio.h>

static int passed, failed, skipped;
static bool current_failed, current_skipped;

void run_test(const char *name, test_function *test)
{
	current_failed = current_skipped = false;
	test();
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
