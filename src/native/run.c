#include "run.h"

#include <sys/mman.h>
#include <time.h>

#include "channel.h"
#include "stage.h"
#include "steps/steps.h"
#include "text.h"

int fail(struct context *c, enum oci_op op, const char *text)
{
	return fail_with(c, errno, op, text, NULL);
}

int fail_detail(struct context *c, enum oci_op op, const char *text, const char *detail)
{
	return fail_with(c, errno, op, text, detail);
}

int fail_with(struct context *c, int error, enum oci_op op, const char *text, const char *detail)
{
	struct text t = text_in(c->failure.text, sizeof(c->failure.text));

	c->failure.error = error;
	c->failure.op = op;
	c->failure.warning = false;
	text_add(&t, text == NULL ? "" : text);
	if (detail != NULL) {
		text_add(&t, ": ");
		text_add(&t, detail);
	}
	return -1;
}

static void report(struct context *c, enum oci_msg_type type)
{
	struct oci_msg m = { .type = type, .error = c->failure.error, .op = c->failure.op };

	m.text_length = (uint32_t)strnlen(c->failure.text, sizeof(m.text) - 1);
	memcpy(m.text, c->failure.text, m.text_length);
	(void)channel_send(c, &m, -1);
}

void run_failed(struct context *c)
{
	report(c, OCI_MSG_ERROR);
	_exit(1);
}

void run_warn(struct context *c)
{
	report(c, OCI_MSG_WARNING);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

typedef int step_function(struct context *, const struct oci_step *);

static step_function *const functions[] = {
	[OCI_KIND_SUPERVISE] = step_supervise,
	[OCI_KIND_JOIN_NS] = step_join_ns,
	[OCI_KIND_UNSHARE] = step_unshare,
	[OCI_KIND_TIME_OFFSETS] = step_time_offsets,
	[OCI_KIND_AWAIT] = step_await,
	[OCI_KIND_BECOME_ROOT] = step_become_root,
	[OCI_KIND_CLONE] = step_clone,
	[OCI_KIND_JOIN_CGROUP] = step_join_cgroup,
	[OCI_KIND_SETSID] = step_setsid,
	[OCI_KIND_KEYRING] = step_keyring,
	[OCI_KIND_LOOPBACK_UP] = step_loopback_up,
	[OCI_KIND_ROOT_PROPAGATION] = step_root_propagation,
	[OCI_KIND_OPEN_ROOT] = step_open_root,
	[OCI_KIND_OPEN_DEVNULL] = step_open_devnull,
	[OCI_KIND_MOUNT] = step_mount,
	[OCI_KIND_BIND] = step_bind,
	[OCI_KIND_SETATTR] = step_setattr,
	[OCI_KIND_MKDIR] = step_mkdir,
	[OCI_KIND_MKNOD] = step_mknod,
	[OCI_KIND_SYMLINK] = step_symlink,
	[OCI_KIND_UNLINK] = step_unlink,
	[OCI_KIND_CONSOLE] = step_console,
	[OCI_KIND_PIVOT_ROOT] = step_pivot_root,
	[OCI_KIND_ROOT_READONLY] = step_root_readonly,
	[OCI_KIND_HOSTNAME] = step_hostname,
	[OCI_KIND_DOMAINNAME] = step_domainname,
	[OCI_KIND_SYSCTL] = step_sysctl,
	[OCI_KIND_READONLY_PATH] = step_readonly_path,
	[OCI_KIND_MASK] = step_mask,
	[OCI_KIND_OOM_SCORE] = step_oom_score,
	[OCI_KIND_ATTR_EXEC] = step_attr_exec,
	[OCI_KIND_RLIMIT] = step_rlimit,
	[OCI_KIND_SCHEDULER] = step_scheduler,
	[OCI_KIND_IOPRIO] = step_ioprio,
	[OCI_KIND_AFFINITY] = step_affinity,
	[OCI_KIND_MEMPOLICY] = step_mempolicy,
	[OCI_KIND_PERSONALITY] = step_personality,
	[OCI_KIND_NO_NEW_PRIVS] = step_no_new_privs,
	[OCI_KIND_CAP_BOUNDING] = step_cap_bounding,
	[OCI_KIND_USER] = step_user,
	[OCI_KIND_CAPS] = step_caps,
	[OCI_KIND_CHDIR] = step_chdir,
	[OCI_KIND_LOOKUP] = step_lookup,
	[OCI_KIND_SECCOMP] = step_seccomp,
	[OCI_KIND_READY] = step_ready,
	[OCI_KIND_GATE] = step_gate,
	[OCI_KIND_HOOK] = step_hook,
	[OCI_KIND_KEEP_FD] = step_keep_fd,
	[OCI_KIND_EXEC] = step_exec,
};

static int run_step(struct context *c, const struct oci_step *s)
{
	step_function *function = s->kind < sizeof(functions) / sizeof(functions[0]) ? functions[s->kind] : NULL;

	if (c->step == c->header->fault_step)
		return fail_with(c, (int)c->header->fault_errno, OCI_OP_FAULT, NULL, NULL);
	if (function == NULL)
		return fail_with(c, EINVAL, OCI_OP_IMAGE, "unknown step", NULL);
	return function(c, s);
}

void run_program(struct context *c)
{
	if ((c->header->flags & OCI_IMAGE_TIMELINE) != 0) {
		c->timeline = mmap(NULL, c->header->step_count * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (c->timeline == MAP_FAILED)
			c->timeline = NULL;
	}
	for (uint32_t i = 0; i < c->header->step_count; i++) {
		c->step = i;
		if (run_step(c, &c->steps[i]) < 0) {
			if ((c->steps[i].flags & OCI_STEP_WARN) == 0 && !c->failure.warning)
				run_failed(c);
			run_warn(c);
		}
		if (c->timeline != NULL)
			c->timeline[i] = now();
	}
	(void)fail_with(c, EINVAL, OCI_OP_IMAGE, "the program does not end in exec", NULL);
	run_failed(c);
}
