#include "log.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "text.h"

void log_begin(struct log *l, const struct supervision *w)
{
	struct text t = text_in(l->name, sizeof(l->name));
	struct stat st;

	text_add(&t, w->log_name);
	l->dir = w->state_dir;
	l->fd = w->log;
	l->limit = w->log_limit;
	l->files = l->fd >= 0 ? w->log_files : 0;
	l->size = l->fd >= 0 && fstat(l->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	l->first = 1;
	l->next = 1;
	l->lost = 0;
	l->error = 0;
	l->torn = false;
}

void log_add(struct log_batch *b, const char *bytes, size_t length)
{
	b->iov[b->count++] = (struct iovec){ .iov_base = (char *)(uintptr_t)bytes, .iov_len = length };
	b->bytes += length;
}

size_t log_prefix(char *buffer, size_t size, const char *stream, char tag)
{
	struct text t = text_in(buffer, size);
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	text_add_time(&t, &now);
	text_add(&t, " ");
	text_add(&t, stream);
	text_add(&t, " ");
	text_add_bytes(&t, &tag, 1);
	text_add(&t, " ");
	return (size_t)(t.at - buffer);
}

size_t log_whole_characters(const char *text, size_t length)
{
	for (size_t tail = 1; tail <= 3 && tail <= length; tail++) {
		const unsigned char c = (unsigned char)text[length - tail];
		const size_t needed = c >= 0xf0 && c <= 0xf4 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;

		if (c > 0xf4 || c < 0x80)
			break;
		if (c >= 0xc0)
			return needed > tail && tail < length ? length - tail : length;
	}
	return length;
}

static const char *numbered(const struct log *l, char *name, size_t size, uint64_t number)
{
	struct text t = text_in(name, size);

	text_add(&t, l->name);
	text_add(&t, ".");
	text_add_padded(&t, number, 1);
	return name;
}

static bool failed(struct log *l)
{
	l->error = errno;
	return false;
}

/* Removes the oldest files, so that with the two of the rotation there are not too many. */
static bool remove_oldest(struct log *l)
{
	char name[NAME_MAX + 24];

	for (; l->next - l->first + 2 > l->files && l->first < l->next; l->first++)
		if (unlinkat(l->dir, numbered(l, name, sizeof(name), l->first), 0) != 0 && errno != ENOENT)
			return failed(l);
	return true;
}

/* Numbers only grow: a rotated file keeps its name, so a reader can tell which one comes next. */
static bool put_aside(struct log *l)
{
	char name[NAME_MAX + 24];

	if (!remove_oldest(l))
		return false;
	if (l->files == 1) {
		if (unlinkat(l->dir, l->name, 0) != 0 && errno != ENOENT)
			return failed(l);
	} else if (renameat(l->dir, l->name, l->dir, numbered(l, name, sizeof(name), l->next)) == 0) {
		l->next++;
	} else if (errno != ENOENT) {
		return failed(l);
	}
	close_quietly(&l->fd);
	l->torn = false;
	return true;
}

/* Makes a file with room for this many more bytes. On failure the old file stays as it is: the limit holds in any case. */
static bool make_room(struct log *l, size_t bytes)
{
	if (l->fd >= 0 && l->limit != 0 && l->size != 0 && l->size + bytes > l->limit && !put_aside(l))
		return false;
	if (l->fd >= 0)
		return true;
	l->fd = openat(l->dir, l->name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	l->size = 0;
	return l->fd >= 0 || failed(l);
}

/* Skips the written bytes of the batch. */
static void skip(struct log_batch *b, struct iovec **at, size_t written)
{
	b->bytes -= written;
	while (written > 0 && written >= (*at)->iov_len) {
		written -= (*at)->iov_len;
		(*at)++;
	}
	if (written > 0) {
		(*at)->iov_base = (char *)(*at)->iov_base + written;
		(*at)->iov_len -= written;
	}
}

static bool append(struct log *l, struct log_batch *b)
{
	struct iovec *at = b->iov, *const end = b->iov + b->count;

	while (b->bytes > 0) {
		const ssize_t n = writev(l->fd, at, (int)(end - at));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return failed(l);
		l->size += (uint64_t)n;
		skip(b, &at, (size_t)n);
		l->torn = b->bytes > 0;
	}
	return true;
}

/* Ends an incomplete line, and says how much is missing after it. */
static bool mend(struct log *l)
{
	static const char words[] = " bytes of the log are lost here: errno ";
	char prefix[64], number[24], error[24];
	struct text lost = text_in(number, sizeof(number)), reason = text_in(error, sizeof(error));
	struct log_batch b = { .count = 0, .bytes = 0 };

	if (l->lost == 0)
		return true;
	text_add_padded(&lost, l->lost, 1);
	text_add_number(&reason, l->error);
	if (l->torn)
		log_add(&b, "\n", 1);
	log_add(&b, prefix, log_prefix(prefix, sizeof(prefix), "stderr", 'F'));
	log_add(&b, "[", 1);
	log_add(&b, number, strlen(number));
	log_add(&b, words, sizeof(words) - 1);
	log_add(&b, error, strlen(error));
	log_add(&b, "]\n", 2);
	if (!append(l, &b))
		return false;
	l->lost = 0;
	return true;
}

void log_write(struct log *l, struct log_batch *b)
{
	if (l->files > 0 && b->bytes > 0 && !(make_room(l, b->bytes) && mend(l) && append(l, b)))
		l->lost += b->bytes;
	b->count = 0;
	b->bytes = 0;
}

void log_end(struct log *l)
{
	if (l->lost > 0 && make_room(l, 0))
		mend(l);
}
