/* Descriptors that the container's process inherits: LISTEN_FDS, preserve-fds. */
#ifndef OCI_KEPT_H
#define OCI_KEPT_H

#include "../context.h"
#include "../stage.h"

/*
 * Gives the slots of all KEEP_FD steps their numbers, which no other descriptor gets from then on. Done first: a limit of the
 * container may be below them later, and a seccomp profile may not know dup3(2). Records.
 */
int kept_place(struct context *c);

/* Lets execve(2) leave them open, and adds them to the set. Records. */
int kept_hand_on(struct context *c, struct fd_set_bits *set);

/* Closes them after they were passed on. */
void kept_close(const struct context *c);

#endif
