/* native-tests PATH-OF-OCI-INIT [PART-OF-A-TEST'S-NAME] */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "container.h"
#include "context.h"
#include "harness.h"
#include "launch.h"
#include "tests.h"

/* image.c reports through these; what is checked here is image_check alone. */
int fail_with(struct context *c, int error, enum oci_op op, const char *text, const char *detail)
{
	(void)c, (void)error, (void)op, (void)text, (void)detail;
	return -1;
}

int fail(struct context *c, enum oci_op op, const char *text)
{
	return fail_with(c, 0, op, text, NULL);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--criu") == 0)
		return be_criu(argv[2]);
	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: %s OCI-INIT [TEST]\n", argv[0]);
		return 2;
	}
	helper_path = argv[1];
	chosen_tests = argv[2];
	signal(SIGPIPE, SIG_IGN);
	image_tests();
	if (geteuid() != 0) {
		skip_test("containers need root");
		return finish_tests();
	}
	container_tests();
	attack_tests();
	supervise_tests();
	log_tests();
	fault_tests();
	leash_tests();
	moment_tests();
	restore_tests();
	remove_bundle();
	return finish_tests();
}
