/*
 * Paths inside the container's root. Everything there is hostile until the container's own mounts cover it, so every
 * resolution is one openat2(2) confined to the root, and its result is used as a descriptor, never again as a string.
 */
#ifndef OCI_PATH_H
#define OCI_PATH_H

#include <sys/types.h>

#include "context.h"

/* openat2 below the root with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve. Leaves errno. */
int path_open(struct context *c, const char *path, uint64_t flags, uint64_t resolve);

/* openat2 of one component or a clean relative path below dir: no symlink, no mount crossed. Leaves errno. */
int path_open_beneath(int dir, const char *path, uint64_t flags);

/*
 * Makes the directory (or, when file is set, the empty file) at path and the directories on the way (0755), walking
 * with descriptors. Existing directories on the way are used; a dangling link gets a target inside the root. Returns a
 * descriptor of it. *links: in, whether the caller knows that the path may have links; out, whether it had any. Leaves errno,
 * and in *op the call that failed.
 */
int path_make(struct context *c, const char *path, mode_t mode, bool file, uint64_t resolve, bool *links, enum oci_op *op);

/* The directory at path, made with its parents when missing. Leaves errno, and in *op the call that failed. */
int path_directory(struct context *c, const char *path, mode_t mode, uint64_t resolve, enum oci_op *op);

/*
 * Opens the directory of path's last component, and sets *name to that; made when missing. With OCI_F_REAL_TOP among
 * the step's flags no symlink may lead to it. The descriptor belongs to the context and lives until the next call. Records.
 */
int path_parent(struct context *c, const char *path, uint16_t flags, const char **name);

/* To be called after a mount: a path may now mean something else. */
void path_forget(struct context *c);

/*
 * Opens a mount's target as an O_PATH descriptor. flags are the step's: OCI_F_REAL_TOP, OCI_F_TARGET_NOFOLLOW, and
 * OCI_F_MKDIR | OCI_F_MKFILE make it when missing (mode is a directory's, file says which), which sets *made. The root itself is
 * refused, and so is /dev reached under another name, because nodes and links will be made there. Records, but a missing target of a step with OCI_STEP_IGNORE_ENOENT is ENOENT without a record.
 */
int path_target(struct context *c, const char *path, uint16_t flags, mode_t mode, bool file, bool *made);

#endif
