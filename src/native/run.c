#include "run.h"

#include <sys/mman.h>
#include <time.h>

#include "change.h"
#include "channel.h"
#include "steps/steps.h"
#include "syscalls.h"
#include "text.h"

static step_function *const functions[] = {
#define X(name, value, function, ...) [OCI_KIND_##name] = function,
	OCI_STEP_KINDS(X)
#undef X
};

int fail_with(struct context *c, int error, enum oci_op op, const char *text, const char *detail)
{
	struct text t = text_in(c->failure.text, sizeof(c->failure.text));

	c->failure.error = error;
	c->failure.op = op;
	if (text != NULL)
		text_add(&t, text);
	if (text != NULL && detail != NULL)
		text_add(&t, ": ");
	if (detail != NULL)
		text_add(&t, detail);
	errno = error;
	return -1;
}

int fail_detail(struct context *c, enum oci_op op, const char *text, const char *detail)
{
	return fail_with(c, errno, op, text, detail);
}

int fail(struct context *c, enum oci_op op, const char *text)
{
	return fail_with(c, errno, op, text, NULL);
}

uint64_t run_clock(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int send_failure(struct context *c, enum oci_msg_type type)
{
	const struct failure *f = &c->failure;
	struct oci_msg m = { .type = type, .error = f->error, .op = f->op, .text_length = (uint32_t)strlen(f->text) };

	memcpy(m.text, f->text, m.text_length);
	return channel_send(c, &m, -1);
}

void run_abort(struct context *c)
{
	if (c->channel >= 0)
		send_failure(c, OCI_MSG_ERROR);
	/* As runc's init does: the exit status tells that the program could not be executed. */
	sys_exit(c->failure.op == OCI_OP_EXECVE ? 255 : 1);
}

static int run_step(struct context *c, const struct oci_step *s)
{
	if (c->step == c->header->fault_step)
		return fail_with(c, (int)c->header->fault_errno, OCI_OP_FAULT, "injected", NULL);
	return functions[s->kind](c, s);
}

static void start_timeline(struct context *c)
{
	void *values;

	if ((c->header->flags & OCI_IMAGE_TIMELINE) == 0)
		return;
	values = mmap(NULL, OCI_WIRE_MAX_STEPS * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (values == MAP_FAILED)
		return;
	c->timeline = values;
	c->started = run_clock();
}

void run(struct context *c)
{
	start_timeline(c);
	for (uint32_t i = 0; i < c->header->step_count; i++) {
		const struct oci_step *s = &c->steps[i];

		c->step = i;
		c->failure.warning = false;
		if (run_step(c, s) != 0) {
			if ((s->flags & OCI_STEP_WARN) == 0 && !c->failure.warning) {
				change_undo(c);
				run_abort(c);
			}
			if (send_failure(c, OCI_MSG_WARNING) != 0)
				sys_exit(1);
		}
		if (c->timeline != NULL)
			c->timeline[i] = run_clock();
	}
	/* image_check has verified that the last step is EXEC or another one that does not return. */
	sys_exit(1);
}
