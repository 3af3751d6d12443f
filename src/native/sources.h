/*
 * Sources of binds belong to the runtime: in a user namespace the container's root may not get to them. A process that keeps the
 * runtime's ids opens them in the container's mount namespace, one by one, when a step asks for it.
 */
#ifndef OCI_SOURCES_H
#define OCI_SOURCES_H

#include "context.h"

/* The same by the other process, where there is one. Records. */
int source_get(struct context *c, const struct oci_step *s, const char *path);

/* The other process opens in this one's mount namespace from now on, whatever this one joins later. Leaves errno. */
int sources_introduce(struct context *c);

/* The process that has cloned init: its own end goes, and the process is waited for. */
void sources_leave(struct context *c);

#endif
