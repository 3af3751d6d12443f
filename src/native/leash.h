/* What is left of a container when its client is gone, and how it is removed. Nothing here waits for ever. */
#ifndef OCI_LEASH_H
#define OCI_LEASH_H

#include <stdbool.h>
#include <sys/types.h>

#include "image.h"

/* True when the process would do something about the signal: run a handler for it, or end by it. */
bool heeds_signal(pid_t pid, int signal);

/* Kills what is in the session that the process leads or led. Asked for at once when that has ended: its number may be used again later. */
void kill_session(pid_t leader);

/* Thaws the cgroups, so that what is frozen in them can end. */
void cgroups_thaw(const struct oci_blob *directories);

/* Kills what is in the cgroups, when asked to, and removes them. False when something has outlived that for seconds. */
bool cgroups_remove(const struct oci_blob *directories, bool kill);

/* Removes a container's state directory, when `name` in `root` still is `directory`; -1: what is there is removed if it is empty. */
void state_remove(int root, const char *name, int directory);

#endif
