/* What the steps that mount share. */
#ifndef OCI_STEPS_MOUNT_H
#define OCI_STEPS_MOUNT_H

#include <stdint.h>

#include "../context.h"

/* mount_setattr of the mount that fd is the root of; propagation as mount(2)'s MS_*, 0 leaves it. errno on failure. */
int set_attributes(int fd, uint64_t set, uint64_t clear, uint64_t propagation, bool recursive);

/* An empty tmpfs of this size, detached. errno on failure. */
int empty_tmpfs(void);

#endif
