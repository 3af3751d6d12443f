/*
 * A procfs over which nobody can have mounted anything (CVE-2025-52881): a detached instance of our own if the kernel
 * allows one. Opened when first needed.
 */
#ifndef OCI_PROC_H
#define OCI_PROC_H

#include "context.h"

/* Writes value to a file below /proc ("self/oom_score_adj"). Records. */
int proc_write(struct context *c, const char *path, const char *value);

/* Writes value to a file below /proc/sys ("net/ipv4/ip_forward"). Records. */
int proc_write_sysctl(struct context *c, const char *path, const char *value);

/* Checks that this descriptor is the root of a real procfs. Leaves errno. */
int proc_verify(int fd);

/* Opens c->proc unless it is open. Records. */
int proc_open(struct context *c);

#endif
