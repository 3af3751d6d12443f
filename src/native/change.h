/* Changes the mounts of a running container: makes and attaches mounts, and unmounts them again if not all can be done. */
#ifndef OCI_CHANGE_H
#define OCI_CHANGE_H

#include "context.h"

/* Keeps the mount that the current step has made for its ATTACH; -1, already recorded, is passed on. */
int change_keep(struct context *c, int mount);

/* Unmounts what has been attached, last first. The recorded failure stays. Does nothing in programs of other kinds. */
void change_undo(struct context *c);

#endif
