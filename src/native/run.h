#ifndef OCI_RUN_H
#define OCI_RUN_H

#include "context.h"

/* Sends the recorded failure as OCI_MSG_ERROR and exits. */
_Noreturn void run_abort(struct context *c);

/* Runs the program from its first step. */
_Noreturn void run(struct context *c);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t run_clock(void);

#endif
