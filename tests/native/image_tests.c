/* Every class of malformed image is refused, and no mutation makes the check read outside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "container.h"
#include "harness.h"
#include "image.h"
#include "launch.h"
#include "tests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct program good;

/* image_check wants alignment and must not read behind the end: the copy ends at a page that can't be read. */
static const char *check(const void *bytes, size_t size)
{
	const size_t room = (sizeof(good.bytes) + 4095) / 4096 * 4096;
	static char *pages;
	const char *wrong;

	if (pages == NULL) {
		pages = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (pages == MAP_FAILED || mprotect(pages + room, 4096, PROT_NONE) != 0)
			abort();
	}
	if (size % 8 != 0 || size > room)
		return image_check(bytes, size);
	memcpy(pages + room - size, bytes, size);
	wrong = image_check(pages + room - size, size);
	return wrong;
}

static const char *check_program(struct program *p)
{
	p->header.size = (p->header.size + 7) / 8 * 8;
	return check(p->bytes, p->header.size);
}

static void build_good(void)
{
	program_begin(&good);
	add_container(&good, "/rootfs");
	add_shell(&good, "true");
}

static void a_good_image_passes(void)
{
	const char *wrong;

	build_good();
	wrong = check_program(&good);
	CHECK_TEXT(wrong == NULL, wrong);
}

#define REFUSES(name, change)                                              \
	static void name(void)                                             \
	{                                                                  \
		struct oci_image_header *h = &good.header;                 \
		struct oci_step *first, *s;                                \
		build_good();                                              \
		first = program_steps(&good);                              \
		s = find(&good, OCI_KIND_MOUNT);                           \
		(void)h, (void)first, (void)s;                             \
		change;                                                    \
		CHECK(check(good.bytes, (good.header.size + 7) / 8 * 8) != NULL || check(good.bytes, good.header.size) != NULL); \
	}

REFUSES(a_wrong_magic_is_refused, h->magic++)
REFUSES(a_wrong_version_is_refused, h->version++)
REFUSES(unknown_header_flags_are_refused, h->flags = 2)
REFUSES(no_steps_are_refused, h->step_count = 0)
REFUSES(too_many_steps_are_refused, h->step_count = OCI_WIRE_MAX_STEPS + 1)
REFUSES(steps_behind_the_data_are_refused, h->step_count = 4000)
REFUSES(misaligned_steps_are_refused, h->step_offset += 4)
REFUSES(steps_over_the_header_are_refused, h->step_offset = 8)
REFUSES(data_behind_the_end_is_refused, h->data_offset = h->size + 1)
REFUSES(too_many_descriptors_are_refused, h->fd_count = OCI_WIRE_MAX_FDS + 1)
REFUSES(a_fault_step_out_of_range_is_refused, h->fault_step = h->step_count)
REFUSES(a_fault_without_errno_is_refused, h->fault_step = 0)
REFUSES(kind_zero_is_refused, first->kind = 0)
REFUSES(an_unknown_kind_is_refused, first->kind = 50)
REFUSES(unknown_step_flags_are_refused, first->flags = 4)
REFUSES(a_slot_out_of_range_is_refused, first->fd = 0)
REFUSES(a_negative_slot_is_refused, first->fd = -2)
REFUSES(a_slot_where_none_belongs_is_refused, (h->fd_count = 1, s->fd = 0))
REFUSES(an_offset_behind_the_end_is_refused, s->s[0] = h->size)
REFUSES(an_offset_that_wraps_is_refused, s->s[0] = 0xfffffffc)
REFUSES(an_offset_into_the_steps_is_refused, s->s[0] = h->step_offset)
REFUSES(a_misaligned_offset_is_refused, s->s[0] += 1)
REFUSES(a_missing_string_is_refused, s->s[0] = 0)
REFUSES(a_string_too_many_is_refused, first->s[0] = s->s[0])
REFUSES(a_length_behind_the_end_is_refused, memcpy(good.bytes + s->s[0], &(uint32_t){ 60000 }, 4))
REFUSES(a_length_that_wraps_is_refused, memcpy(good.bytes + s->s[0], &(uint32_t){ 0xffffffff }, 4))
REFUSES(a_missing_terminator_is_refused, good.bytes[s->s[0] + 4 + 4] = 'x')
REFUSES(a_nul_in_a_string_is_refused, good.bytes[s->s[0] + 5] = '\0')
REFUSES(a_list_that_counts_wrong_is_refused, good.bytes[find(&good, OCI_KIND_EXEC)->s[0] + 4]++)
REFUSES(a_misaligned_vector_is_refused, find(&good, OCI_KIND_EXEC)->s[0] += 4)
REFUSES(a_vector_without_room_is_refused, good.bytes[find(&good, OCI_KIND_EXEC)->s[1] + 4] = 100)
REFUSES(a_string_in_a_vectors_room_is_refused, s->s[0] = find(&good, OCI_KIND_EXEC)->s[1] - 8)
REFUSES(a_second_clone_is_refused, first[1].kind = OCI_KIND_CLONE)
REFUSES(a_mount_before_the_clone_is_refused, (first[0] = *s))
REFUSES(a_program_without_exec_is_refused, h->step_count--)
REFUSES(an_exec_in_the_middle_is_refused, (*s = *find(&good, OCI_KIND_EXEC)))
REFUSES(unknown_clone_flags_are_refused, first->n[0] |= 0x100)
REFUSES(a_filter_of_odd_length_is_refused, (s->kind = OCI_KIND_SECCOMP, s->s[1] = s->s[2] = s->s[3] = 0))
REFUSES(groups_of_odd_length_are_refused, memcpy(good.bytes + find(&good, OCI_KIND_USER)->s[0], &(uint32_t){ 7 }, 4))

/* A tmpfs that is made and attached; then what the change makes of it. */
static void build_change(void)
{
	struct oci_step *s;

	program_begin(&good);
	add(&good, OCI_KIND_CHANGE, 0, OCI_WIRE_NO_FD);
	s = add(&good, OCI_KIND_MOUNT, OCI_F_MKDIR, OCI_WIRE_NO_FD);
	s->s[0] = s->s[2] = add_string(&good, "tmpfs");
	s->s[3] = add_string(&good, "data");
	add(&good, OCI_KIND_ATTACH, 0, OCI_WIRE_NO_FD)->n[0] = 1;
	add(&good, OCI_KIND_COMMIT, 0, OCI_WIRE_NO_FD);
}

static void a_change_attaches_what_it_has_made_and_commits(void)
{
	const char *wrong;

	build_change();
	wrong = check_program(&good);
	CHECK_TEXT(wrong == NULL, wrong);
	for (uint64_t of = 0; of < 5; of += of == 0 ? 2 : 1) {
		build_change();
		find(&good, OCI_KIND_ATTACH)->n[0] = of;
		CHECK(check_program(&good) != NULL);
	}
	build_change();
	good.header.step_count--;
	CHECK(check_program(&good) != NULL);
	build_change();
	add(&good, OCI_KIND_COMMIT, 0, OCI_WIRE_NO_FD);
	CHECK(check_program(&good) != NULL);
	build_change();
	*find(&good, OCI_KIND_ATTACH) = (struct oci_step){ .kind = OCI_KIND_SETSID, .fd = OCI_WIRE_NO_FD };
	CHECK(check_program(&good) != NULL);
	build_good();
	insert(&good, find(&good, OCI_KIND_EXEC), OCI_KIND_ATTACH, 0, OCI_WIRE_NO_FD);
	CHECK(check_program(&good) != NULL);
}

/* SUPERVISE in the place of the first step, with limits of the log as they are given. */
static const char *check_log_limits(const uint64_t *limits, size_t length)
{
	struct oci_step *first;

	build_good();
	first = insert(&good, program_steps(&good), OCI_KIND_SUPERVISE, 0, add_slot(&good, 0));
	first->s[0] = add_string(&good, "exit.json");
	first->s[1] = add_string(&good, "log");
	first->s[2] = add_bytes(&good, limits, length);
	for (int i = 0; i < 5; i++)
		first->n[i] = (uint64_t)(int64_t)OCI_WIRE_NO_FD;
	return check_program(&good);
}

static void limits_of_a_log_are_two_numbers_and_a_file(void)
{
	static const uint64_t sound[] = { 0, 1, 0 }, no_file[] = { 4096, 0 };
	const char *wrong = check_log_limits(sound, 2 * sizeof(uint64_t));

	CHECK_TEXT(wrong == NULL, wrong);
	CHECK(check_log_limits(sound, sizeof(uint64_t)) != NULL);
	CHECK(check_log_limits(sound, 3 * sizeof(uint64_t)) != NULL);
	CHECK(check_log_limits(no_file, 2 * sizeof(uint64_t)) != NULL);
}

static void a_size_that_is_not_the_files_is_refused(void)
{
	build_good();
	CHECK(check(good.bytes, good.header.size + 8) != NULL);
	CHECK(check(good.bytes, 8) != NULL);
	CHECK(check(good.bytes, 0) != NULL);
}

static void the_helper_says_what_is_wrong_with_an_image(void)
{
	struct program p;
	char output[512];

	container(&p, "/", "true");
	find(&p, OCI_KIND_MOUNT)->s[0] = 0xfffffffc;
	CHECK(run_program_to_end(&p, output, sizeof(output)) == -1);
	CHECK_TEXT(strstr(output, "image: Bad message (offset of a blob)") != NULL, output);
}

/* For libFuzzer too: it gives inputs of any alignment and size. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = (size + 7) / 8 * 8;
	void *copy = aligned_alloc(8, room == 0 ? 8 : room);

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	image_check(copy, size);
	free(copy);
	return 0;
}

static uint32_t random_number(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Also fills the vectors of every image that passes, as the helper would. */
static void use(struct program *p)
{
	struct context c = { .image = p->bytes };
	size_t sum = 0;

	if (check_program(p) != NULL)
		return;
	for (uint32_t i = 0; i < p->header.step_count; i++) {
		struct oci_step *s = &program_steps(p)[i];

		if (s->kind == OCI_KIND_EXEC)
			for (int j = 0; j < 2; j++)
				for (char **v = s->s[j] == 0 ? NULL : vector_fill(&c, s->s[j]); v != NULL && *v != NULL; v++)
					sum += strlen(*v);
	}
	if (sum > 1u << 30)
		abort();
}

static void mutations_are_survived(void)
{
	uint32_t state = 20261123;
	struct program p;

	build_good();
	for (int i = 0; i < 20000; i++) {
		int changes = 1 + (int)(random_number(&state) % 4);

		p = good;
		for (int j = 0; j < changes; j++) {
			uint32_t used = good.header.step_count * (uint32_t)sizeof(struct oci_step) + (uint32_t)sizeof(good.header);
			uint32_t at = random_number(&state) % 2 == 0 ? random_number(&state) % used : (uint32_t)DATA_OFFSET + random_number(&state) % (good.header.size - (uint32_t)DATA_OFFSET);

			p.bytes[at] = (char)(random_number(&state) % 3 == 0 ? 0xff : random_number(&state));
		}
		if (p.header.size > sizeof(p.bytes))
			p.header.size = good.header.size;
		LLVMFuzzerTestOneInput((const uint8_t *)p.bytes, good.header.size);
		use(&p);
	}
}

void image_tests(void)
{
	TEST(a_good_image_passes);
	TEST(a_wrong_magic_is_refused);
	TEST(a_wrong_version_is_refused);
	TEST(unknown_header_flags_are_refused);
	TEST(no_steps_are_refused);
	TEST(too_many_steps_are_refused);
	TEST(steps_behind_the_data_are_refused);
	TEST(misaligned_steps_are_refused);
	TEST(steps_over_the_header_are_refused);
	TEST(data_behind_the_end_is_refused);
	TEST(too_many_descriptors_are_refused);
	TEST(a_fault_step_out_of_range_is_refused);
	TEST(a_fault_without_errno_is_refused);
	TEST(kind_zero_is_refused);
	TEST(an_unknown_kind_is_refused);
	TEST(unknown_step_flags_are_refused);
	TEST(a_slot_out_of_range_is_refused);
	TEST(a_negative_slot_is_refused);
	TEST(a_slot_where_none_belongs_is_refused);
	TEST(an_offset_behind_the_end_is_refused);
	TEST(an_offset_that_wraps_is_refused);
	TEST(an_offset_into_the_steps_is_refused);
	TEST(a_misaligned_offset_is_refused);
	TEST(a_missing_string_is_refused);
	TEST(a_string_too_many_is_refused);
	TEST(a_length_behind_the_end_is_refused);
	TEST(a_length_that_wraps_is_refused);
	TEST(a_missing_terminator_is_refused);
	TEST(a_nul_in_a_string_is_refused);
	TEST(a_list_that_counts_wrong_is_refused);
	TEST(a_misaligned_vector_is_refused);
	TEST(a_vector_without_room_is_refused);
	TEST(a_string_in_a_vectors_room_is_refused);
	TEST(a_second_clone_is_refused);
	TEST(a_mount_before_the_clone_is_refused);
	TEST(a_program_without_exec_is_refused);
	TEST(an_exec_in_the_middle_is_refused);
	TEST(unknown_clone_flags_are_refused);
	TEST(a_filter_of_odd_length_is_refused);
	TEST(groups_of_odd_length_are_refused);
	TEST(a_change_attaches_what_it_has_made_and_commits);
	TEST(limits_of_a_log_are_two_numbers_and_a_file);
	TEST(a_size_that_is_not_the_files_is_refused);
	TEST(the_helper_says_what_is_wrong_with_an_image);
	TEST(mutations_are_survived);
}
