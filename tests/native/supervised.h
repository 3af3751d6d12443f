/* Containers with a supervisor: how the tests start one and what it leaves. */
#ifndef OCI_TEST_SUPERVISED_H
#define OCI_TEST_SUPERVISED_H

#include <stdbool.h>

#include "launch.h"
#include "program.h"

struct supervised {
	struct launch l;
	int out[2];
};

extern struct program p;
extern char text[65536];

/* SUPERVISE first, with a log without limit, pipes for both streams and a state directory "state" of the bundle. */
void supervised_build(struct supervised *v, const char *command, bool intermediate);
int supervised_start(struct supervised *v);
/* The exit record, once the supervisor has ended. */
const char *supervised_record(struct supervised *v);
/* The process has ended; whoever adopted it may still have to wait for it. */
bool has_ended(pid_t pid);
/* Lines of the log without their times, in text[]. */
const char *log_text(void);

#endif
