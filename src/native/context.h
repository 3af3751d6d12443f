/*
 * The state of a helper process: one struct, passed to everything; there is no other mutable state and no heap.
 *
 * The error convention. A function that can fail returns a descriptor or 0 on success and -1 on failure.
 *  - Functions that take no `struct context *` are thin layers over the kernel: they leave errno.
 *  - Functions that take one and belong to a step (steps/ *.c and functions marked "records") have called fail()
 *    before they return -1, so that the caller just returns -1 too. fail() stores errno, the primitive and a text.
 *  - Code that recovers from a failure does so before fail(), by checking errno.
 * run.c turns a recorded failure into OCI_MSG_ERROR (and the process exits) or OCI_MSG_WARNING (it goes on).
 *
 * Descriptors: every one is O_CLOEXEC from birth. A local one is declared with cleanup_close.
 */
#ifndef OCI_CONTEXT_H
#define OCI_CONTEXT_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "wire.h"

/* A mount that is attached many times: the first time as it is, later as clones of the attached one. */
struct shared_mount {
	int fd;
	bool attached;
};

/* The directory that the last (root) path's parent resolved to. path points into the image. */
struct parent_cache {
	const char *path;
	size_t length;
	bool real; /* no symlink on the way */
	int fd;
};

/* The settings of SUPERVISE. Descriptors, not slots; -1 when absent. */
struct supervision {
	pid_t pid;	   /* the supervisor's; 0 when there is none */
	bool intermediate; /* this process only makes init; the supervisor is its parent */
	int report;	   /* intermediate: pipe that tells the supervisor init's pid */
	int state_dir, log, out, err, oom, console;
	const char *record, *log_name; /* file names in the state directory */
	uint64_t log_limit, log_files; /* bytes of one file (0 = no limit), and the most files */
};

/* The process that opens the sources of binds, and this process's end of the socket to it. */
struct sources {
	int socket; /* -1 when there is none */
	pid_t pid;
	bool introduced; /* it has the container's mount namespace */
};

/* The mounts made by a program that changes mounts, each at the index of its step, -1 for no mount. NULL in any other program. */
struct change {
	int *mounts;
};

struct failure {
	int error;
	enum oci_op op;
	bool warning; /* by the step's own semantics this failure is only a warning */
	char text[sizeof(((struct oci_msg *)0)->text)];
};

struct context {
	char *image; /* private mapping, validated */
	const struct oci_image_header *header;
	const struct oci_step *steps;
	uint32_t step; /* the one that runs; OCI_WIRE_NO_FAULT before the first */
	int channel;
	int *slots;
	bool unknown;	   /* the runtime has yet to answer OCI_MSG_CLONED: it has not saved that this process exists */
	uint64_t *timeline; /* one value per step, or NULL */
	mode_t umask;	    /* the runtime's */
	uint64_t started;   /* CLOCK_MONOTONIC when the program arrived */

	int root; /* (root) paths are resolved in it; -1 before OPEN_ROOT */
	struct parent_cache parent;
	int proc;     /* /proc with nothing mounted below it, only process directories if the kernel can */
	int proc_sys; /* the same with /proc/sys */
	struct shared_mount null;
	struct shared_mount empty;
	struct supervision supervision;
	struct sources sources;
	struct change change;

	bool filtered; /* a seccomp profile is loaded: it may not know the newer calls */
	bool entered;  /* the first CHDIR succeeded */
	char *program; /* room for PATH_MAX bytes: what LOOKUP found */
	struct failure failure;
};

#define cleanup_close __attribute__((cleanup(close_quietly)))

static inline void close_quietly(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

/* Records errno, the primitive and its object; both texts may be NULL. Always returns -1. */
int fail(struct context *c, enum oci_op op, const char *text);
int fail_detail(struct context *c, enum oci_op op, const char *text, const char *detail);
int fail_with(struct context *c, int error, enum oci_op op, const char *text, const char *detail);

/* A blob of a step: NULL when absent. */
static inline const struct oci_blob *step_blob(const struct context *c, const struct oci_step *s, int i)
{
	return s->s[i] == 0 ? NULL : (const struct oci_blob *)(const void *)(c->image + s->s[i]);
}

static inline const char *step_string(const struct context *c, const struct oci_step *s, int i)
{
	const struct oci_blob *blob = step_blob(c, s, i);

	return blob == NULL ? NULL : blob->bytes;
}

/* A slot's descriptor; -1 for OCI_WIRE_NO_FD. */
static inline int slot_fd(const struct context *c, int64_t slot)
{
	return slot < 0 ? -1 : c->slots[slot];
}

static inline int step_fd(const struct context *c, const struct oci_step *s)
{
	return slot_fd(c, s->fd);
}

#endif
