/*
 * Paths inside the container's root. Everything there is hostile until the container's process runs: names are resolved by
 * openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS), and what was found is held as a descriptor, never looked up again.
 */
#ifndef OCI_PATH_H
#define OCI_PATH_H

#include "context.h"

/* openat2 in the root; errno on failure. `resolve` adds RESOLVE_* flags. */
int root_open(struct context *c, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

/* The directory, made with its parents when missing, as O_PATH. Records. */
int root_mkdir(struct context *c, const char *path, unsigned mode, uint64_t resolve);

/* The directory that holds the last component, made when missing; *base is that component. Owned by the context. Records. */
int root_parent(struct context *c, const char *path, const char **base);

/* A target for a mount: opened O_PATH, made as directory or file when the step says so. Records. */
int root_target(struct context *c, const struct oci_step *s, const char *path, unsigned mode, bool source_is_file);

#endif
