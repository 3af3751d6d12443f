#include "text.h"

#include <string.h>

struct text text_in(char *buffer, size_t size)
{
	buffer[0] = '\0';
	return (struct text){ .at = buffer, .end = buffer + size };
}

void text_add_bytes(struct text *t, const char *bytes, size_t length)
{
	size_t room = (size_t)(t->end - t->at) - 1;

	if (length > room)
		length = room;
	memcpy(t->at, bytes, length);
	t->at += length;
	*t->at = '\0';
}

void text_add(struct text *t, const char *string)
{
	text_add_bytes(t, string, strlen(string));
}

void text_add_padded(struct text *t, uint64_t number, int digits)
{
	char buffer[20];
	size_t at = sizeof(buffer);

	do {
		buffer[--at] = (char)('0' + number % 10);
		number /= 10;
		digits--;
	} while (at > 0 && (number != 0 || digits > 0));
	text_add_bytes(t, buffer + at, sizeof(buffer) - at);
}

void text_add_number(struct text *t, int64_t number)
{
	if (number < 0)
		text_add(t, "-");
	text_add_padded(t, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 1);
}

void text_add_time(struct text *t, const struct timespec *time)
{
	struct tm tm;

	gmtime_r(&time->tv_sec, &tm);
	text_add_padded(t, (uint64_t)tm.tm_year + 1900, 4);
	text_add(t, "-");
	text_add_padded(t, (uint64_t)tm.tm_mon + 1, 2);
	text_add(t, "-");
	text_add_padded(t, (uint64_t)tm.tm_mday, 2);
	text_add(t, "T");
	text_add_padded(t, (uint64_t)tm.tm_hour, 2);
	text_add(t, ":");
	text_add_padded(t, (uint64_t)tm.tm_min, 2);
	text_add(t, ":");
	text_add_padded(t, (uint64_t)tm.tm_sec, 2);
	text_add(t, ".");
	text_add_padded(t, (uint64_t)time->tv_nsec, 9);
	text_add(t, "Z");
}
