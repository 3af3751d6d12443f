/* Removes what is left of a container when its client is gone. Nothing here waits forever. */
#ifndef OCI_LEASH_H
#define OCI_LEASH_H

#include <stdbool.h>
#include <sys/types.h>

#include "image.h"

/* True when the signal would have an effect on the process: run a handler, or end it. */
bool heeds_signal(pid_t pid, int signal);

/* Kills the processes of the session that the process leads or led. Called as soon as that has ended: its pid may be reused later. */
void kill_session(pid_t leader);

/* Thaws the cgroups, so that frozen processes can end. */
void cgroups_thaw(const struct oci_blob *directories);

/* Kills the processes in the cgroups, if asked to, and removes the cgroups. False when a process is still there after seconds. */
bool cgroups_remove(const struct oci_blob *directories, bool kill);

/* Removes a container's state directory, when `name` in `root` still is `directory`; if that is -1, whatever is there is removed if it is empty. */
void state_remove(int root, const char *name, int directory);

#endif
