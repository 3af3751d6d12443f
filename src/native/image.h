/* The wire image: mapped, and checked as a whole before anything in it is used. */
#ifndef OCI_IMAGE_H
#define OCI_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "context.h"

/* NULL when every offset, length, terminator, slot and the order of the steps are right; otherwise what is wrong. */
const char *image_check(const void *image, uint64_t size);

/* Maps and checks the image in this memfd, which came with `fd_count` other descriptors. Records. */
int image_load(struct context *c, int fd, uint32_t fd_count);

/* Strings of a list blob: the first one, and the one after `string`. */
uint32_t list_count(const struct oci_blob *list);
const char *list_first(const struct oci_blob *list);
const char *list_next(const char *string);

/* Fills the pointers after a vector blob and returns them. */
char **vector_fill(struct context *c, uint32_t offset);

#endif
