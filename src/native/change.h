/* Mounts of a container that runs: made, attached, and unmounted again when that can't be completed. */
#ifndef OCI_CHANGE_H
#define OCI_CHANGE_H

#include "context.h"

/* Keeps the mount that the current step has made for its ATTACH; -1, which has been recorded, is passed on. */
int change_keep(struct context *c, int mount);

/* Unmounts what has been attached, the last first. The recorded failure stays. Nothing happens in a program of another kind. */
void change_undo(struct context *c);

#endif
