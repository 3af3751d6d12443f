#include "kept.h"

#include "../syscalls.h"
#include "steps.h"

static const struct oci_step *next_kept(const struct context *c, uint32_t *i)
{
	while (*i < c->header->step_count)
		if (c->steps[(*i)++].kind == OCI_KIND_KEEP_FD)
			return &c->steps[*i - 1];
	return NULL;
}

static int move_above(struct context *c, int *fd, int top)
{
	const int moved = fcntl(*fd, F_DUPFD_CLOEXEC, top);

	if (moved < 0)
		return fail(c, OCI_OP_DUP, "kept descriptor");
	close(*fd);
	*fd = moved;
	return 0;
}

/* Moves any other descriptor that has a wanted number above all of them. */
static int make_way(struct context *c, int number, int top)
{
	if (c->channel == number)
		return move_above(c, &c->channel, top);
	for (uint32_t i = 0; i < c->header->fd_count; i++)
		if (c->slots[i] == number)
			return move_above(c, &c->slots[i], top);
	return 0;
}

static int place(struct context *c, int *slot, bool *placed, int number)
{
	const int old = *slot;

	if (dup3(old, number, O_CLOEXEC) < 0)
		return fail(c, OCI_OP_DUP, "kept descriptor");
	/* A slot may be kept twice: then this number is taken by the other. */
	if (!*placed)
		close(old);
	*placed = true;
	*slot = number;
	return 0;
}

int kept_place(struct context *c)
{
	bool placed[OCI_WIRE_MAX_FDS] = { false };
	const struct oci_step *s;
	int top = 0;

	for (uint32_t i = 0; (s = next_kept(c, &i)) != NULL;)
		if ((int)s->n[0] >= top)
			top = (int)s->n[0] + 1;
	for (uint32_t i = 0; (s = next_kept(c, &i)) != NULL;) {
		int *slot = &c->slots[s->fd];

		if (*slot == (int)s->n[0]) {
			placed[s->fd] = true;
			continue;
		}
		if (make_way(c, (int)s->n[0], top) != 0 || place(c, slot, &placed[s->fd], (int)s->n[0]) != 0)
			return -1;
	}
	return 0;
}

int kept_hand_on(struct context *c, struct fd_set_bits *set)
{
	const struct oci_step *s;

	for (uint32_t i = 0; (s = next_kept(c, &i)) != NULL;) {
		if (fcntl((int)s->n[0], F_SETFD, 0) != 0)
			return fail(c, OCI_OP_FCNTL, "kept descriptor");
		fds_keep(set, (int)s->n[0]);
	}
	return 0;
}

void kept_close(const struct context *c)
{
	const struct oci_step *s;

	for (uint32_t i = 0; (s = next_kept(c, &i)) != NULL;)
		close((int)s->n[0]);
}

/* Placed already; image_check has verified that the slot exists. */
int step_keep_fd(struct context *c, const struct oci_step *s)
{
	(void)c;
	(void)s;
	return 0;
}
