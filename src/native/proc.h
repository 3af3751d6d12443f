/* A handle of procfs that nothing inside the container can have covered or faked. */
#ifndef OCI_PROC_H
#define OCI_PROC_H

#include "context.h"

/* Writes a value below /proc; `sys` for /proc/sys. Records. */
int proc_write(struct context *c, bool sys, const char *path, const char *value);

#endif
