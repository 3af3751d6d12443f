/* Shared by the steps that mount. */
#ifndef OCI_STEPS_MOUNT_H
#define OCI_STEPS_MOUNT_H

#include <stdint.h>

#include "../context.h"

/* mount_setattr of the mount that fd is the root of; propagation as mount(2)'s MS_*, 0 leaves it unchanged. Leaves errno. */
int set_attributes(int fd, uint64_t set, uint64_t clear, uint64_t propagation, bool recursive);

/* Attaches a detached mount at a held target; cached paths are forgotten. Records. */
int attach(struct context *c, int mount, int target, const char *path);

/* Attaches a clone of a device node's or file's mount (source: O_PATH or open). Records. */
int attach_clone(struct context *c, int source, int target, const char *path);

/* Attaches a step's mount at its target, unless that lies on procfs where it must not, and sets its propagation. Records. */
int place(struct context *c, const struct oci_step *s, int mount, int target, const char *path);

/* Whether an option's value, or the source of MOUNT, is too long for fsconfig(2). */
bool has_long_value(const struct context *c, const struct oci_step *s);

/*
 * MOUNT at a held target. mount(2) takes a page of options, fsconfig(2) 255 bytes of a value. The target is "." in the held directory, so that
 * no path is resolved again; only setting a propagation requires finding the new mount. Records.
 */
int mount_long(struct context *c, const struct oci_step *s, int target, const char *path);

/* Sets the parameters of SETATTR. Records. */
int reconfigure_long(struct context *c, const struct oci_step *s, int mount, const char *path);

/* Hides a directory behind the empty read-only tmpfs that masks share. Records. */
int cover(struct context *c, int target, const char *path);

#endif
