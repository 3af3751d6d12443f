/*
 * procfs that no one can have mounted anything over (CVE-2025-52881): a detached instance of our own where the kernel
 * lets us have one. Made when first needed.
 */
#ifndef OCI_PROC_H
#define OCI_PROC_H

#include "context.h"

/* Writes value to a file below /proc ("self/oom_score_adj"). Records. */
int proc_write(struct context *c, const char *path, const char *value);

/* Writes value to a file below /proc/sys ("net/ipv4/ip_forward"). Records. */
int proc_write_sysctl(struct context *c, const char *path, const char *value);

/* That this descriptor is the root of a procfs and not of something that looks like one. Leaves errno. */
int proc_verify(int fd);

/* Opens c->proc unless it is open. Records. */
int proc_open(struct context *c);

#endif
