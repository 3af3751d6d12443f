/* Builds wire images by hand. */
#ifndef OCI_TEST_PROGRAM_H
#define OCI_TEST_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define MAX_STEPS 128
#define MAX_DATA (64 * 1024)
#define DATA_OFFSET (sizeof(struct oci_image_header) + MAX_STEPS * sizeof(struct oci_step))

struct program {
	union {
		struct oci_image_header header;
		char bytes[DATA_OFFSET + MAX_DATA];
		uint64_t aligned;
	};
	int slots[32];
};

void program_begin(struct program *p);
struct oci_step *program_steps(struct program *p);
/* Adds a step; the pointer stays valid. */
struct oci_step *add(struct program *p, enum oci_step_kind kind, uint16_t flags, int32_t slot);
struct oci_step *insert(struct program *p, const struct oci_step *before, enum oci_step_kind kind, uint16_t flags, int32_t slot);
uint32_t add_bytes(struct program *p, const void *bytes, size_t length);
uint32_t add_string(struct program *p, const char *string);
/* NULL-terminated lists. */
uint32_t add_list(struct program *p, const char *const *strings);
uint32_t add_vector(struct program *p, const char *const *strings);
int add_slot(struct program *p, int fd);
/* Finds the first step of a kind; NULL when there is none. */
struct oci_step *find(struct program *p, enum oci_step_kind kind);

#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#endif
