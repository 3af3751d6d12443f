#ifndef OCI_TEST_TESTS_H
#define OCI_TEST_TESTS_H

void image_tests(void);
void container_tests(void);
void attack_tests(void);
void supervise_tests(void);
void log_tests(void);
void fault_tests(void);
void leash_tests(void);
void moment_tests(void);
void restore_tests(void);

/* What this program does when a test starts it in the place of criu. */
int be_criu(const char *status);

#endif
