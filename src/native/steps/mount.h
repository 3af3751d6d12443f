/* What the steps that mount share. */
#ifndef OCI_STEPS_MOUNT_H
#define OCI_STEPS_MOUNT_H

#include <stdint.h>

#include "../context.h"

/* mount_setattr of the mount that fd is the root of; propagation as mount(2)'s MS_*, 0 leaves it. Leaves errno. */
int set_attributes(int fd, uint64_t set, uint64_t clear, uint64_t propagation, bool recursive);

/* Attaches a detached mount at a held target; what paths meant before is forgotten. Records. */
int attach(struct context *c, int mount, int target, const char *path);

/* Attaches a clone of a device node's or file's mount (source: O_PATH or open). Records. */
int attach_clone(struct context *c, int source, int target, const char *path);

/* Hides a directory behind the empty read-only tmpfs that masks share. Records. */
int cover(struct context *c, int target, const char *path);

#endif
