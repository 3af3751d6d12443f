/* Applied to every program that is started here. */
#ifndef OCI_STEPS_PROCESS_H
#define OCI_STEPS_PROCESS_H

/*
 * Resets dispositions and unblocks all signals: ignored and blocked signals outlive execve(2). The runtime starts the helper with
 * every other disposition at its default (POSIX_SPAWN_SETSIGDEF).
 */
void reset_signals(void);

#endif
