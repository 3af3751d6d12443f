/* What every program that is started here gets. */
#ifndef OCI_STEPS_PROCESS_H
#define OCI_STEPS_PROCESS_H

/* Every disposition to its default, nothing blocked: ignored and blocked signals outlive execve(2). */
void reset_signals(void);

#endif
