/* The processes: supervisor, stage one, the container's init. */
#ifndef OCI_STAGE_H
#define OCI_STAGE_H

#include <sys/types.h>

#include "context.h"

/* fork(2) without the C library's extra work: there are no threads or handlers here. Returns as fork does. */
pid_t stage_fork(int *pidfd);

/* A set of descriptors; fds_close_rest closes every other one from 3 on. */
struct fd_set_bits {
	uint64_t bits[512];
};

void fds_keep(struct fd_set_bits *set, int fd);
void fds_close_rest(const struct fd_set_bits *set);

/* Closes the slots that neither this step nor a later one uses. */
void slots_close_before(struct context *c, uint32_t step);

#endif
