/*
 * Sources of binds belong to the runtime: in a user namespace the container's root may not be able to open them. A process that keeps the
 * runtime's ids opens them in the container's mount namespace, one by one, when a step asks for it.
 */
#ifndef OCI_SOURCES_H
#define OCI_SOURCES_H

#include "context.h"

/* Gets the source of a step, from the other process if there is one. Records. */
int source_get(struct context *c, const struct oci_step *s, const char *path);

/* From now on the other process opens sources in this one's mount namespace, whatever this one joins later. Leaves errno. */
int sources_introduce(struct context *c);

/* For the process that has cloned init: closes its end of the socket and waits for the other process. */
void sources_leave(struct context *c);

#endif
