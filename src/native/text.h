/* Builds short texts in fixed buffers; snprintf would cost 10 KB. Output is cut, never overrun. */
#ifndef OCI_TEXT_H
#define OCI_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct text {
	char *at;
	char *end; /* one past the last byte; the terminator always fits */
};

struct text text_in(char *buffer, size_t size);
void text_add(struct text *t, const char *string);
void text_add_bytes(struct text *t, const char *bytes, size_t length);
void text_add_number(struct text *t, int64_t number);
void text_add_padded(struct text *t, uint64_t number, int digits);
/* 2026-11-23T17:41:29.123456789Z */
void text_add_time(struct text *t, const struct timespec *time);

#endif
