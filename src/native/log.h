/* The log of a supervised container: a file in the state directory, and a limited number of older ones. */
#ifndef OCI_LOG_H
#define OCI_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "context.h"

#define LOG_BATCH 30

/* Lines on their way to one writev: prefix, content (with its newline or followed by one). */
struct log_batch {
	struct iovec iov[3 * LOG_BATCH + 1];
	int count;
	size_t bytes;
};

struct log {
	int dir;
	int fd; /* -1 while there is no file to write to */
	char name[NAME_MAX + 1];
	uint64_t limit; /* bytes of one file; 0 = no limit */
	uint64_t files; /* the most files; 0 = there is no log */
	uint64_t size;	/* of the current file */
	uint64_t first, next; /* numbers of the oldest rotated file, and of the next one */
	uint64_t lost;	/* bytes that could not be written and were not reported yet */
	int error;	/* why */
	bool torn;	/* the last write ended inside a line */
};

void log_begin(struct log *l, const struct supervision *w);
void log_add(struct log_batch *b, const char *bytes, size_t length);

/* Writes the batch and empties it. Bytes that can't be written are counted: a full disk must not stop the container. */
void log_write(struct log *l, struct log_batch *b);

/* The last chance to report what was lost. */
void log_end(struct log *l);

/* "2026-11-23T17:41:29.123456789Z stdout F " in the format of the container runtime interface's logs. */
size_t log_prefix(char *buffer, size_t size, const char *stream, char tag);

/* How much of an unfinished text can be written now: all of it except an incomplete UTF-8 character at the end. */
size_t log_whole_characters(const char *text, size_t length);

#endif
