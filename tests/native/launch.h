/* Drives the real helper as the runtime does. */
#ifndef OCI_TEST_LAUNCH_H
#define OCI_TEST_LAUNCH_H

#include <sys/types.h>

#include "program.h"

struct launch {
	pid_t helper, init, supervisor;
	int channel, pidfd, received; /* received: the last descriptor that was not the pidfd */
	int output;		      /* read end of stdout and stderr */
	struct oci_msg last;
	uint64_t timeline[MAX_STEPS];
	int timeline_count;
	int warnings;
};

/* The helper's path, from the command line. */
extern const char *helper_path;
/* Whom it runs as. */
extern uid_t helper_user;

/* Starts the helper and sends it the program; output < 0 makes a pipe. */
void launch_begin(struct launch *l, struct program *p, int output);
/* The next record's type; 0 at the end of the channel, -1 when nothing comes for 20 s. */
int launch_next(struct launch *l);
/* Follows until this type, an error or the end; true when it came. */
int launch_until(struct launch *l, uint32_t type);
void launch_send(struct launch *l, uint32_t type);
/* READY, START, STARTING, execve: 0, or -1 with the error in l->last. */
int launch_run(struct launch *l);
/* Waits for init (a child of this process: CLONE_PARENT) and reads what it printed. Exit status, 128 + signal. */
int launch_wait(struct launch *l, char *output, size_t size);
/* Ends everything. */
void launch_end(struct launch *l);

/* runs the program whole; output is what it printed, or the error. Exit status or -1. */
int run_program_to_end(struct program *p, char *output, size_t size);
const char *describe(const struct oci_msg *m);

#endif
