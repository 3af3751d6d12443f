/* A test is a function; a failed check prints where and ends it; the last line counts. */
#ifndef OCI_TEST_HARNESS_H
#define OCI_TEST_HARNESS_H

#include <stdbool.h>

typedef void test_function(void);

/* A part of the names of those that are run; NULL for all. */
extern const char *chosen_tests;

void run_test(const char *name, test_function *test);
void fail_test(const char *file, int line, const char *what, const char *detail);
void skip_test(const char *why);
int finish_tests(void);

#define TEST(function) run_test(#function, function)
#define CHECK(condition)                                                   \
	do {                                                               \
		if (!(condition)) {                                        \
			fail_test(__FILE__, __LINE__, #condition, NULL);   \
			return;                                            \
		}                                                          \
	} while (0)
#define CHECK_TEXT(condition, text)                                        \
	do {                                                               \
		if (!(condition)) {                                        \
			fail_test(__FILE__, __LINE__, #condition, (text)); \
			return;                                            \
		}                                                          \
	} while (0)

#endif
