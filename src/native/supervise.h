/* The supervisor: the parent that holds stdio, writes the log and records how the container ended. */
#ifndef OCI_SUPERVISE_H
#define OCI_SUPERVISE_H

#include <sys/types.h>

#include "context.h"

/* Runs until init has ended and its exit is on record; then exits. The channel is closed first. */
_Noreturn void supervise(struct context *c, pid_t init, int pidfd);

/* Turns into a long-lived process: keeps only these descriptors (-1 is none), has /dev/null as stdio, and ends only by SIGKILL. */
void settle(const int *kept, size_t count, const char *name);

#endif
