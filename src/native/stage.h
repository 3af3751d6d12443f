/* The processes of a launch: helper, supervisor, intermediate, init. */
#ifndef OCI_STAGE_H
#define OCI_STAGE_H

#include <sys/types.h>

#include "context.h"

/* The supervisor's life once init exists: log, exit record, end. */
_Noreturn void supervise(struct context *c, pid_t init, int pidfd);

#endif
