/*
 * The helper's check of the wire image under the sanitizers: image CORPUS SECONDS SEED LAST
 *
 * The images of the corpus directory are changed at random, in places that have a meaning, and whatever passes is
 * used as the helper would use it. LAST holds the image that is being checked: after a crash it is the one to keep.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "image.h"

#define MAX_SEEDS 256
#define MAX_SIZE 65536u

struct seed {
	char *bytes;
	uint32_t size;
};

static struct seed seeds[MAX_SEEDS];
static unsigned seed_count;
static uint64_t random_state;

static uint32_t random_number(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % below;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void load_seed(const char *directory, const char *name)
{
	char path[4096];
	struct stat st;
	FILE *file;
	struct seed *s = &seeds[seed_count];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "re");
	if (file == NULL || fstat(fileno(file), &st) != 0)
		die(path);
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)MAX_SIZE || seed_count == MAX_SEEDS) {
		fprintf(stderr, "%s: not an image, or one too many\n", path);
		exit(1);
	}
	s->size = (uint32_t)st.st_size;
	s->bytes = malloc(MAX_SIZE);
	if (s->bytes == NULL || fread(s->bytes, 1, s->size, file) != s->size)
		die(path);
	fclose(file);
	seed_count++;
}

static void load_seeds(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *entry;

	if (d == NULL)
		die(directory);
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			load_seed(directory, entry->d_name);
	closedir(d);
}

/* Every pointer that the helper would follow. */
static size_t use(char *image)
{
	const struct oci_image_header *header = (const struct oci_image_header *)(const void *)image;
	const struct oci_step *steps = (const struct oci_step *)(const void *)(image + header->step_offset);
	struct context c = { .image = image, .header = header, .steps = steps };
	size_t sum = 0;

	for (uint32_t i = 0; i < header->step_count; i++) {
		const struct oci_step *s = &steps[i];

		for (int j = 0; j < 4; j++) {
			const struct oci_blob *blob = (const struct oci_blob *)(const void *)(image + s->s[j]);
			const bool list = (s->kind == OCI_KIND_MOUNT || s->kind == OCI_KIND_SETATTR) && j == 1;
			const bool vector = (s->kind == OCI_KIND_EXEC && j < 2) || (s->kind == OCI_KIND_HOOK && (j == 1 || j == 2));

			if (s->s[j] == 0)
				continue;
			if (list) {
				const char *string = list_first(blob);

				for (uint32_t k = list_count(blob); k > 0; k--, string = list_next(string))
					sum += strlen(string);
			}
			for (char **v = vector ? vector_fill(&c, s->s[j]) : NULL; v != NULL && *v != NULL; v++)
				sum += strlen(*v);
			/* A vector's room is behind it: its own bytes are as they were. */
			for (uint32_t k = 0; k <= blob->length; k++)
				sum += (unsigned char)blob->bytes[k];
		}
	}
	return sum;
}

/* Numbers at which sums and comparisons go wrong. */
static uint32_t number_for(uint32_t size)
{
	static const uint32_t numbers[] = { 0, 1, 3, 4, 7, 8, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xfffffffc, 0xffffffff };

	switch (random_number(4)) {
	case 0:
		return size - 16 + random_number(32);
	case 1:
		return random_number(size + 64);
	default:
		return numbers[random_number(sizeof(numbers) / sizeof(*numbers))];
	}
}

static uint32_t step_at(const char *image, uint32_t size)
{
	const struct oci_image_header *h = (const struct oci_image_header *)(const void *)image;
	const uint64_t at = h->step_count == 0 ? size : h->step_offset / 8 * 8 + (uint64_t)random_number(h->step_count) * sizeof(struct oci_step);

	return at + sizeof(struct oci_step) <= size ? (uint32_t)at : 0;
}

/* One change; the size may change with it. */
static void change(char *image, uint32_t *size)
{
	uint32_t at = random_number(*size), value = number_for(*size), step, other, length;
	struct oci_image_header *header = (struct oci_image_header *)(void *)image;

	switch (random_number(8)) {
	case 0:
		image[at] = (char)value;
		break;
	case 1: /* a field of the header or of a step */
		step = step_at(image, *size);
		at = random_number(2) == 0 || step == 0 ? random_number((uint32_t)sizeof(*header) / 4) * 4 : step + random_number((uint32_t)sizeof(struct oci_step) / 4) * 4;
		memcpy(image + at, &value, 4);
		break;
	case 2: /* a length, a count, a character of the data */
		at = header->data_offset < *size ? header->data_offset + random_number(*size - header->data_offset) / 4 * 4 : 0;
		if (at + 4 <= *size)
			memcpy(image + at, &value, 4);
		break;
	case 3: /* a step in another one's place */
		step = step_at(image, *size), other = step_at(image, *size);
		memmove(image + step, image + other, sizeof(struct oci_step));
		break;
	case 4: /* another kind of step with these operands */
		step = step_at(image, *size);
		((struct oci_step *)(void *)(image + step))->kind = (uint16_t)random_number(64);
		break;
	case 5: /* a blob that another step has */
		step = step_at(image, *size), other = step_at(image, *size);
		((struct oci_step *)(void *)(image + step))->s[random_number(4)] = ((struct oci_step *)(void *)(image + other))->s[random_number(4)];
		break;
	case 6: /* cut off, and the header says so */
		*size -= random_number(*size / 2) / 8 * 8;
		header->size = *size;
		break;
	default: /* a piece moves */
		length = random_number(64);
		other = random_number(*size);
		if (at + length <= *size && other + length <= *size)
			memmove(image + at, image + other, length);
	}
}

/* The copy ends where its memory ends, so that a byte too many is seen. */
static bool check(const char *image, uint32_t size, char *last, size_t *sum)
{
	char *copy = malloc(size);
	bool passes;

	if (copy == NULL)
		die("malloc");
	memcpy(copy, image, size);
	memcpy(last, &size, sizeof(size));
	memcpy(last + sizeof(size), image, size);
	passes = image_check(copy, size) == NULL;
	if (passes)
		*sum += use(copy);
	free(copy);
	return passes;
}

static char *map_last(const char *path)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *last;

	if (fd < 0 || ftruncate(fd, MAX_SIZE + sizeof(uint32_t)) != 0)
		die(path);
	last = mmap(NULL, MAX_SIZE + sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (last == MAP_FAILED)
		die(path);
	close(fd);
	return last;
}

int main(int argc, char **argv)
{
	char *last, *image = malloc(MAX_SIZE);
	unsigned long tried = 0, passed = 0;
	size_t sum = 0;
	time_t end;

	if (argc != 5 || image == NULL)
		return 2;
	load_seeds(argv[1]);
	last = map_last(argv[4]);
	random_state = strtoull(argv[3], NULL, 16) * 0x9e3779b97f4a7c15 | 1;
	for (unsigned i = 0; i < seed_count; i++) {
		/* What once broke something is kept too, and is refused. */
		if (!check(seeds[i].bytes, seeds[i].size, last, &sum))
			fprintf(stderr, "refused: image %u of the corpus: %s\n", i, image_check(seeds[i].bytes, seeds[i].size));
		else
			passed++;
	}
	if (seed_count == 0 || passed == 0) {
		fprintf(stderr, "no image of the corpus passes\n");
		return 1;
	}
	passed = 0;
	end = time(NULL) + atoi(argv[2]);
	while (tried % 1024 != 0 || time(NULL) < end) {
		const struct seed *s = &seeds[random_number(seed_count)];
		uint32_t size = s->size;

		memcpy(image, s->bytes, size);
		for (uint32_t i = 1 + random_number(4); i > 0 && size > 256; i--)
			change(image, &size);
		passed += check(image, size, last, &sum);
		tried++;
	}
	free(image);
	printf("image: %u of the corpus, %lu changed, %lu of them passed (%zu)\n", seed_count, tried, passed, sum);
	return 0;
}
