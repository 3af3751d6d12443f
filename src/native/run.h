/* The interpreter: one function a step kind, one loop. */
#ifndef OCI_RUN_H
#define OCI_RUN_H

#include "context.h"

/* Runs the steps from the first; ends in execve or _exit. */
_Noreturn void run_program(struct context *c);

/* Reports the recorded failure and ends the process. */
_Noreturn void run_failed(struct context *c);

/* Sends the recorded failure as a warning. */
void run_warn(struct context *c);

#endif
