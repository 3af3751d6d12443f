#include "image.h"

#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <sys/mman.h>
#include <sys/stat.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define NAMESPACES ((uint64_t)CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME)
#define STEP_FLAGS 0xfff3u
/* Two per hook. */
#define MAX_VECTORS 4096u
/* The kernel's NGROUPS_MAX; that of the C library is smaller. */
#define MAX_GROUPS 65536u

enum shape_blob { NONE, STRING, OPTIONAL_STRING, LIST, VECTOR, OPTIONAL_VECTOR, BYTES, OPTIONAL_BYTES };
enum shape_fd { NO_FD, OPTIONAL_FD, NEEDS_FD };
enum shape_place { STAGE_ONE = 1, STAGE_TWO = 2, ANY_STAGE = 3, ALONE = 4, IN_CHANGE = 8, RESTORING = 16 };

/* The required form of a step of one kind. */
struct shape {
	uint8_t place;
	uint8_t fd;
	uint8_t slots; /* bit i: n[i] is a slot */
	uint8_t s[4];
};

static const struct shape shapes[] = {
#define X(name, value, function, place, fd, slots, ...) [OCI_KIND_##name] = { place, fd, slots, { __VA_ARGS__ } },
	OCI_STEP_KINDS(X)
#undef X
};

/* The image while it is checked: base is 8-byte aligned, size is that of the mapping's file. */
struct check {
	const char *base;
	uint64_t size;
	const struct oci_image_header *header;
	const struct oci_step *steps;
};

static const struct oci_blob *blob_at(const struct check *k, uint32_t offset)
{
	return (const struct oci_blob *)(const void *)(k->base + offset);
}

static const char *check_header(struct check *k)
{
	const struct oci_image_header *h = (const struct oci_image_header *)(const void *)k->base;

	if (k->size < sizeof(*h) || k->size > OCI_WIRE_MAX_IMAGE)
		return "size of the image";
	if (h->magic != OCI_WIRE_MAGIC)
		return "magic number";
	if (h->version != OCI_WIRE_VERSION)
		return "version";
	if (h->size != k->size)
		return "size in the header";
	if ((h->flags & ~OCI_IMAGE_TIMELINE) != 0)
		return "header flags";
	if (h->step_count == 0 || h->step_count > OCI_WIRE_MAX_STEPS)
		return "number of steps";
	if (h->step_offset % 8 != 0 || h->step_offset < sizeof(*h))
		return "offset of the steps";
	if (h->data_offset > k->size || h->step_offset + (uint64_t)h->step_count * sizeof(struct oci_step) > h->data_offset)
		return "offset of the data";
	if (h->fd_count > OCI_WIRE_MAX_FDS)
		return "number of descriptors";
	if (h->fault_step != OCI_WIRE_NO_FAULT && (h->fault_step >= h->step_count || h->fault_errno == 0 || h->fault_errno > 4095))
		return "fault step";
	k->header = h;
	k->steps = (const struct oci_step *)(const void *)(k->base + h->step_offset);
	return NULL;
}

/* A list must hold exactly as many strings as its count says. */
static bool list_is_sound(const struct oci_blob *blob)
{
	const char *at, *end = blob->bytes + blob->length;
	uint32_t count;

	if (blob->length < sizeof(count))
		return false;
	memcpy(&count, blob->bytes, sizeof(count));
	at = blob->bytes + sizeof(count);
	for (uint32_t i = 0; i < count; i++) {
		const char *nul = memchr(at, '\0', (size_t)(end - at));

		if (nul == NULL)
			return false;
		at = nul + 1;
	}
	return at == end;
}

/* Where a vector's pointers begin: after the blob's terminator, aligned. */
static uint64_t vector_room(uint32_t offset, uint32_t length)
{
	uint64_t end = (uint64_t)offset + sizeof(struct oci_blob) + length + 1;

	return (end + alignof(char *) - 1) / alignof(char *) * alignof(char *);
}

static bool is_vector(unsigned kind)
{
	return kind == VECTOR || kind == OPTIONAL_VECTOR;
}

/* One past the last byte of a checked blob, a vector's room included. */
static uint64_t blob_end(const struct check *k, uint32_t offset, unsigned kind)
{
	const struct oci_blob *blob = blob_at(k, offset);

	if (!is_vector(kind))
		return (uint64_t)offset + sizeof(*blob) + blob->length + 1;
	return vector_room(offset, blob->length) + ((uint64_t)list_count(blob) + 1) * sizeof(char *);
}

static const char *check_blob(const struct check *k, uint32_t offset, unsigned kind)
{
	const struct oci_blob *blob;

	if (offset == 0)
		return kind == NONE || kind == OPTIONAL_STRING || kind == OPTIONAL_VECTOR || kind == OPTIONAL_BYTES || kind == LIST ? NULL : "missing blob";
	if (kind == NONE)
		return "blob where none belongs";
	if (offset % 4 != 0 || offset < k->header->data_offset || (uint64_t)offset + sizeof(*blob) + 1 > k->size)
		return "offset of a blob";
	blob = blob_at(k, offset);
	if (blob->length >= k->size - offset - sizeof(*blob))
		return "length of a blob";
	if (blob->bytes[blob->length] != '\0')
		return "terminator of a blob";
	if ((kind == STRING || kind == OPTIONAL_STRING) && memchr(blob->bytes, '\0', blob->length) != NULL)
		return "NUL inside a string";
	if ((kind == LIST || is_vector(kind)) && !list_is_sound(blob))
		return "strings of a list";
	if (is_vector(kind) && (offset % 8 != 0 || blob_end(k, offset, kind) > k->size))
		return "room behind a vector";
	return NULL;
}

static bool slot_is_sound(const struct check *k, int64_t slot)
{
	return slot == OCI_WIRE_NO_FD || (slot >= 0 && slot < (int64_t)k->header->fd_count);
}

static bool log_is_sound(const struct oci_blob *limits)
{
	uint64_t files;

	if (limits->length != 2 * sizeof(uint64_t))
		return false;
	memcpy(&files, limits->bytes + sizeof(uint64_t), sizeof(files));
	return files > 0;
}

/* Rules for single kinds that have no column in the table of shapes. */
static const char *check_values(const struct check *k, const struct oci_step *s)
{
	const uint32_t length = s->s[0] == 0 ? 0 : blob_at(k, s->s[0])->length;

	switch (s->kind) {
	case OCI_KIND_SUPERVISE:
		return log_is_sound(blob_at(k, s->s[2])) ? NULL : "limits of the log";
	case OCI_KIND_JOIN_NS:
		return (s->n[0] & ~NAMESPACES) == 0 ? NULL : "namespaces";
	case OCI_KIND_UNSHARE:
		return s->n[0] != 0 && (s->n[0] & ~NAMESPACES) == 0 ? NULL : "namespaces";
	case OCI_KIND_CLONE:
		return (s->n[0] & ~(NAMESPACES | CLONE_PARENT)) == 0 ? NULL : "clone flags";
	case OCI_KIND_OPEN_ROOT:
		return s->n[1] == 1 || s->s[0] != 0 || s->fd >= 0 ? NULL : "root without a path";
	case OCI_KIND_CONSOLE:
		return s->s[1] != 0 || (s->flags & OCI_F_NO_CONSOLE_NODE) != 0 ? NULL : "console without a node";
	case OCI_KIND_SCHEDULER:
		return length == 0 || length == 3 * sizeof(uint64_t) ? NULL : "length of a deadline";
	case OCI_KIND_USER:
		return length % sizeof(uint32_t) == 0 && length / sizeof(uint32_t) <= MAX_GROUPS ? NULL : "length of the groups";
	case OCI_KIND_SECCOMP:
		return length != 0 && length % sizeof(struct sock_filter) == 0 && length / sizeof(struct sock_filter) <= BPF_MAXINSNS ? NULL : "length of a filter";
	case OCI_KIND_GATE:
		return s->n[0] == 0 || s->fd >= 0 ? NULL : "gate without a socket";
	case OCI_KIND_HOOK:
		return (int64_t)s->n[2] >= 0 ? NULL : "hook without an output";
	case OCI_KIND_KEEP_FD:
		return s->n[0] >= 3 && s->n[0] < 3 + OCI_WIRE_MAX_FDS ? NULL : "number of a kept descriptor";
	case OCI_KIND_LEASH:
		if ((s->fd >= 0) != (length > 0) || (length > 0 && strchr(blob_at(k, s->s[0])->bytes, '/') != NULL))
			return "directory of a leash";
		return s->n[0] >= 1 && s->n[0] < NSIG && s->n[1] <= INT_MAX ? NULL : "signal of a leash";
	default:
		return NULL;
	}
}

static const char *check_step(const struct check *k, const struct oci_step *s)
{
	const struct shape *shape;
	const char *wrong;

	if (s->kind == 0 || s->kind >= sizeof(shapes) / sizeof(shapes[0]))
		return "kind of a step";
	shape = &shapes[s->kind];
	if ((s->flags & ~STEP_FLAGS) != 0)
		return "flags of a step";
	if (!slot_is_sound(k, s->fd) || (shape->fd == NEEDS_FD && s->fd < 0) || (shape->fd == NO_FD && s->fd >= 0))
		return "slot of a step";
	for (int i = 0; i < 5; i++)
		if ((shape->slots & (1u << i)) != 0 && !slot_is_sound(k, (int64_t)s->n[i]))
			return "slot of a step";
	for (int i = 0; i < 4; i++) {
		wrong = check_blob(k, s->s[i], shape->s[i]);
		if (wrong != NULL)
			return wrong;
	}
	return check_values(k, s);
}

/* CHANGE first, COMMIT last; mounts are made before they are attached. */
static const char *check_change(const struct check *k)
{
	const uint32_t last = k->header->step_count - 1;

	for (uint32_t i = 0; i <= last; i++) {
		const struct oci_step *s = &k->steps[i];

		if ((shapes[s->kind].place & IN_CHANGE) == 0)
			return "step that is not one of a change";
		if ((s->kind == OCI_KIND_CHANGE) != (i == 0) || (s->kind == OCI_KIND_COMMIT) != (i == last))
			return "change without its begin or end";
		if (s->kind != OCI_KIND_ATTACH && s->kind != OCI_KIND_ATTRIBUTES)
			continue;
		if (s->n[0] >= i || (k->steps[s->n[0]].kind != OCI_KIND_MOUNT && k->steps[s->n[0]].kind != OCI_KIND_BIND))
			return "mount that is used before it is made";
	}
	return NULL;
}

/* SUPERVISE first, RESTORE last. */
static const char *check_restore(const struct check *k)
{
	const uint32_t last = k->header->step_count - 1;

	for (uint32_t i = 0; i <= last; i++) {
		const unsigned kind = k->steps[i].kind;

		if ((shapes[kind].place & RESTORING) == 0)
			return "step that is not one of a restore";
		if ((kind == OCI_KIND_SUPERVISE) != (i == 0) || (kind == OCI_KIND_RESTORE) != (i == last))
			return "restore without its begin or end";
	}
	return NULL;
}

/* LEASH alone, or SUPERVISE first, one CLONE, EXEC last, and nothing on the wrong side of the clone. */
static const char *check_order(const struct check *k)
{
	const uint32_t last = k->header->step_count - 1;
	unsigned place = STAGE_ONE;

	if (last == 0 && k->steps[0].kind == OCI_KIND_LEASH)
		return NULL;
	if (k->steps[0].kind == OCI_KIND_CHANGE)
		return check_change(k);
	if (k->steps[last].kind == OCI_KIND_RESTORE)
		return check_restore(k);
	for (uint32_t i = 0; i <= last; i++) {
		unsigned kind = k->steps[i].kind;

		if ((shapes[kind].place & place) == 0)
			return "step on the wrong side of the clone";
		if (kind == OCI_KIND_SUPERVISE && i != 0)
			return "supervise after another step";
		if ((kind == OCI_KIND_EXEC) != (i == last))
			return "program that does not end with its exec";
		if (kind == OCI_KIND_CLONE)
			place = STAGE_TWO;
	}
	return NULL;
}

/* Filling a vector writes after it: no other blob may reach into [start, end), or it would lose its terminator. */
static const char *check_overlap(const struct check *k, uint32_t vector, uint64_t end)
{
	for (uint32_t i = 0; i < k->header->step_count; i++) {
		const struct oci_step *s = &k->steps[i];
		const uint8_t *kinds = shapes[s->kind].s;

		for (int j = 0; j < 4; j++) {
			if (s->s[j] == 0 || (s->s[j] == vector && is_vector(kinds[j])))
				continue;
			if (s->s[j] < end && blob_end(k, s->s[j], kinds[j]) > vector)
				return "blob inside a vector";
		}
	}
	return NULL;
}

static const char *check_vectors(const struct check *k)
{
	uint32_t vectors = 0;

	for (uint32_t i = 0; i < k->header->step_count; i++) {
		const struct oci_step *s = &k->steps[i];

		for (int j = 0; j < 4; j++) {
			unsigned kind = shapes[s->kind].s[j];
			const char *wrong;

			if (!is_vector(kind) || s->s[j] == 0)
				continue;
			if (++vectors > MAX_VECTORS)
				return "number of vectors";
			wrong = check_overlap(k, s->s[j], blob_end(k, s->s[j], kind));
			if (wrong != NULL)
				return wrong;
		}
	}
	return NULL;
}

const char *image_check(const void *image, uint64_t size)
{
	struct check k = { .base = image, .size = size };
	const char *wrong = check_header(&k);

	for (uint32_t i = 0; wrong == NULL && i < k.header->step_count; i++)
		wrong = check_step(&k, &k.steps[i]);
	if (wrong == NULL)
		wrong = check_order(&k);
	if (wrong == NULL)
		wrong = check_vectors(&k);
	return wrong;
}

int image_load(struct context *c, int fd, uint32_t fd_count)
{
	struct stat st;
	const char *wrong;
	void *map;

	if (fstat(fd, &st) != 0)
		return fail(c, OCI_OP_IMAGE, "fstat");
	if (st.st_size < (off_t)sizeof(struct oci_image_header) || st.st_size > (off_t)OCI_WIRE_MAX_IMAGE)
		return fail_with(c, EBADMSG, OCI_OP_IMAGE, "size of the image", NULL);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return fail(c, OCI_OP_IMAGE, "mmap");
	wrong = image_check(map, (uint64_t)st.st_size);
	if (wrong != NULL)
		return fail_with(c, EBADMSG, OCI_OP_IMAGE, wrong, NULL);
	c->image = map;
	c->header = map;
	if (c->header->fd_count != fd_count)
		return fail_with(c, EBADMSG, OCI_OP_IMAGE, "number of descriptors received", NULL);
	c->steps = (const struct oci_step *)(const void *)(c->image + c->header->step_offset);
	return 0;
}

uint32_t list_count(const struct oci_blob *list)
{
	uint32_t count = 0;

	if (list != NULL)
		memcpy(&count, list->bytes, sizeof(count));
	return count;
}

const char *list_first(const struct oci_blob *list)
{
	return list->bytes + sizeof(uint32_t);
}

const char *list_next(const char *string)
{
	return string + strlen(string) + 1;
}

char **vector_fill(struct context *c, uint32_t offset)
{
	struct oci_blob *blob = (struct oci_blob *)(void *)(c->image + offset);
	char **vector = (char **)(void *)(c->image + vector_room(offset, blob->length));
	const uint32_t count = list_count(blob);
	char *at = blob->bytes + sizeof(count);

	for (uint32_t i = 0; i < count; i++) {
		vector[i] = at;
		at += strlen(at) + 1;
	}
	vector[count] = NULL;
	return vector;
}
