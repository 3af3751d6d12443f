/* The program of a whole container, and bundles for it. */
#ifndef OCI_TEST_CONTAINER_H
#define OCI_TEST_CONTAINER_H

#include "program.h"

/* A fresh directory with a busybox root filesystem in "rootfs"; removed by the next call or at exit. */
const char *new_bundle(void);
void remove_bundle(void);
char *in_bundle(const char *name);
/* A shell command's output must not be empty of success: its exit status. */
int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The whole file as text; "" when it can't be read. */
const char *file_text(const char *path);

/* Namespaces, default mounts, devices, pivot, masks, limits, user, caps: up to and without READY. */
void add_container(struct program *p, const char *rootfs);
/* LOOKUP, READY, GATE on the channel, EXEC of /bin/sh -c command. */
void add_shell(struct program *p, const char *command);
/* Both. */
void container(struct program *p, const char *rootfs, const char *command);

#endif
