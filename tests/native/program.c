#include "program.h"

#include <stdlib.h>
#include <string.h>

void program_begin(struct program *p)
{
	memset(p, 0, sizeof(*p));
	p->header = (struct oci_image_header){
		.magic = OCI_WIRE_MAGIC,
		.version = OCI_WIRE_VERSION,
		.size = DATA_OFFSET,
		.step_offset = sizeof(struct oci_image_header),
		.data_offset = DATA_OFFSET,
		.fault_step = OCI_WIRE_NO_FAULT,
	};
}

struct oci_step *program_steps(struct program *p)
{
	return (struct oci_step *)(void *)(p->bytes + p->header.step_offset);
}

struct oci_step *add(struct program *p, enum oci_step_kind kind, uint16_t flags, int32_t slot)
{
	struct oci_step *s;

	if (p->header.step_count == MAX_STEPS)
		abort();
	s = &program_steps(p)[p->header.step_count++];
	memset(s, 0, sizeof(*s));
	s->kind = (uint16_t)kind;
	s->flags = flags;
	s->fd = slot;
	return s;
}

static uint32_t reserve(struct program *p, size_t align, size_t length)
{
	uint32_t offset = (uint32_t)((p->header.size + align - 1) / align * align);

	if (offset + length > sizeof(p->bytes))
		abort();
	p->header.size = (uint32_t)(offset + length);
	return offset;
}

static uint32_t add_blob(struct program *p, const void *bytes, size_t length, size_t align)
{
	uint32_t offset = reserve(p, align, sizeof(uint32_t) + length + 1), size = (uint32_t)length;

	memcpy(p->bytes + offset, &size, sizeof(size));
	if (length > 0)
		memcpy(p->bytes + offset + sizeof(size), bytes, length);
	p->bytes[offset + sizeof(size) + length] = '\0';
	return offset;
}

uint32_t add_bytes(struct program *p, const void *bytes, size_t length)
{
	return add_blob(p, bytes, length, 4);
}

uint32_t add_string(struct program *p, const char *string)
{
	return add_blob(p, string, strlen(string), 4);
}

static uint32_t add_strings(struct program *p, const char *const *strings, size_t align, uint32_t *count)
{
	char buffer[4096];
	size_t length = sizeof(*count);

	for (*count = 0; strings[*count] != NULL; ++*count) {
		size_t n = strlen(strings[*count]) + 1;

		if (length + n > sizeof(buffer))
			abort();
		memcpy(buffer + length, strings[*count], n);
		length += n;
	}
	memcpy(buffer, count, sizeof(*count));
	return add_blob(p, buffer, length, align);
}

uint32_t add_list(struct program *p, const char *const *strings)
{
	uint32_t count;

	return add_strings(p, strings, 4, &count);
}

uint32_t add_vector(struct program *p, const char *const *strings)
{
	uint32_t count, offset = add_strings(p, strings, 8, &count);

	reserve(p, 8, (count + 1) * sizeof(char *));
	return offset;
}

int add_slot(struct program *p, int fd)
{
	p->slots[p->header.fd_count] = fd;
	return (int)p->header.fd_count++;
}

struct oci_step *insert(struct program *p, const struct oci_step *before, enum oci_step_kind kind, uint16_t flags, int32_t slot)
{
	ptrdiff_t at = before - program_steps(p);
	struct oci_step *s = program_steps(p) + at;

	add(p, kind, flags, slot);
	memmove(s + 1, s, (p->header.step_count - 1 - (size_t)at) * sizeof(*s));
	memset(s, 0, sizeof(*s));
	s->kind = (uint16_t)kind;
	s->flags = flags;
	s->fd = slot;
	return s;
}

struct oci_step *find(struct program *p, enum oci_step_kind kind)
{
	for (uint32_t i = 0; i < p->header.step_count; i++)
		if (program_steps(p)[i].kind == kind)
			return &program_steps(p)[i];
	return NULL;
}
