/* Copying a directory's content, for tmpfs mounts that begin with it. */
#ifndef OCI_STEPS_COPY_H
#define OCI_STEPS_COPY_H

#include "../context.h"

/*
 * Copies what `from` (any descriptor of a directory) holds into the empty directory `to`: files, links and nodes with
 * owner, mode and times; nothing is followed, no mount is crossed. path is for the message. Records.
 */
int copy_directory(struct context *c, int from, int to, const char *path);

#endif
