#include "run.h"

#include <sys/mman.h>
#include <time.h>

#include "channel.h"
#include "steps/steps.h"
#include "syscalls.h"
#include "text.h"

typedef int step_function(struct context *c, const struct oci_step *s);

static step_function *const functions[] = {
	[OCI_KIND_SUPERVISE] = step_supervise,
	[OCI_KIND_SOURCES] = step_sources,
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
	[OCI_KIND_LEASH] = step_leash,
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
	/* As runc's init: whoever waits for the container's process sees that its program could not be executed. */
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
			if ((s->flags & OCI_STEP_WARN) == 0 && !c->failure.warning)
				run_abort(c);
			if (send_failure(c, OCI_MSG_WARNING) != 0)
				sys_exit(1);
		}
		if (c->timeline != NULL)
			c->timeline[i] = run_clock();
	}
	/* The image's check has seen that the last step is EXEC, which does not come back. */
	sys_exit(1);
}
