/* Properties of the process: limits, ids, capabilities, scheduling. */
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../proc.h"
#include "../syscalls.h"
#include "../text.h"
#include "steps.h"

struct oci_sched_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max; /* the runtime-spec has flags for them, but no values */
};

/*
 * The file of an undumpable process belongs to root (proc(5)), but any user may raise the value.
 * Before the container's root is opened there is nothing to hide yet, as in step_await.
 */
int step_oom_score(struct context *c, const struct oci_step *s)
{
	static const char file[] = "self/oom_score_adj";
	char value[24];
	struct text t = text_in(value, sizeof(value));
	int result;

	text_add_number(&t, (int64_t)s->n[0]);
	result = proc_write(c, file, value);
	if (result == 0 || errno != EACCES || c->root >= 0)
		return result;
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	result = proc_write(c, file, value);
	if (result != 0 && errno == EACCES)
		fail_with(c, EACCES, OCI_OP_WRITE, "/proc", "lowering it takes CAP_SYS_RESOURCE");
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? result : fail(c, OCI_OP_PRCTL, "PR_SET_DUMPABLE");
}

int step_attr_exec(struct context *c, const struct oci_step *s)
{
	const char *attribute = step_string(c, s, 1);
	char path[64];
	struct text t = text_in(path, sizeof(path));

	if (strlen(attribute) > sizeof(path) - sizeof("thread-self/"))
		return fail_with(c, ENAMETOOLONG, OCI_OP_OPENAT2, attribute, NULL);
	text_add(&t, "thread-self/");
	text_add(&t, attribute);
	return proc_write(c, path, step_string(c, s, 0));
}

int step_rlimit(struct context *c, const struct oci_step *s)
{
	uint64_t limit[2] = { s->n[1], s->n[2] };

	if (syscall(SYS_prlimit64, 0, (int)s->n[0], limit, NULL) != 0)
		return fail(c, OCI_OP_PRLIMIT, NULL);
	return 0;
}

int step_scheduler(struct context *c, const struct oci_step *s)
{
	struct oci_sched_attr attr = {
		.size = sizeof(attr), .policy = (uint32_t)s->n[0], .flags = s->n[1], .nice = (int32_t)(uint32_t)s->n[2], .priority = (uint32_t)(s->n[2] >> 32),
	};
	const struct oci_blob *deadline = step_blob(c, s, 0);

	if (deadline != NULL && deadline->length != 0) {
		memcpy(&attr.runtime, deadline->bytes, sizeof(attr.runtime));
		memcpy(&attr.deadline, deadline->bytes + sizeof(uint64_t), sizeof(attr.deadline));
		memcpy(&attr.period, deadline->bytes + 2 * sizeof(uint64_t), sizeof(attr.period));
	}
	return syscall(SYS_sched_setattr, 0, &attr, 0) != 0 ? fail(c, OCI_OP_SCHED_SETATTR, NULL) : 0;
}

int step_ioprio(struct context *c, const struct oci_step *s)
{
	return syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, (int)s->n[0]) != 0 ? fail(c, OCI_OP_IOPRIO_SET, NULL) : 0;
}

int step_affinity(struct context *c, const struct oci_step *s)
{
	const struct oci_blob *mask = step_blob(c, s, 0);

	return syscall(SYS_sched_setaffinity, 0, (size_t)mask->length, mask->bytes) != 0 ? fail(c, OCI_OP_SCHED_SETAFFINITY, NULL) : 0;
}

int step_mempolicy(struct context *c, const struct oci_step *s)
{
	const struct oci_blob *nodes = step_blob(c, s, 0);

	return syscall(SYS_set_mempolicy, (int)s->n[0], nodes == NULL ? NULL : nodes->bytes, (unsigned long)s->n[1]) != 0 ? fail(c, OCI_OP_SET_MEMPOLICY, NULL) : 0;
}

int step_personality(struct context *c, const struct oci_step *s)
{
	return personality((unsigned long)s->n[0]) < 0 ? fail(c, OCI_OP_PERSONALITY, NULL) : 0;
}

int step_no_new_privs(struct context *c, const struct oci_step *s)
{
	(void)s;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ? fail(c, OCI_OP_PRCTL, "PR_SET_NO_NEW_PRIVS") : 0;
}

int step_cap_bounding(struct context *c, const struct oci_step *s)
{
	for (int capability = 0; capability < 64; capability++) {
		if ((s->n[0] >> capability & 1) != 0)
			continue;
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
			if (errno == EINVAL && capability > CAP_SETPCAP)
				break; /* above the last capability that this kernel knows */
			return fail(c, OCI_OP_PRCTL, "PR_CAPBSET_DROP");
		}
	}
	return 0;
}

static void give_pipes(uid_t uid, gid_t gid)
{
	struct stat st;

	for (int fd = 0; fd <= 2; fd++)
		if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && (st.st_uid != uid || st.st_gid != gid))
			(void)fchown(fd, uid, gid);
}

/* If a user namespace forbids setgroups(2), that is not a failure when there are no groups to set. */
static int set_groups(const struct oci_blob *groups)
{
	if (groups == NULL || sys_setgroups(groups->length / sizeof(uint32_t), (const uint32_t *)(const void *)groups->bytes) == 0)
		return 0;
	return groups->length == 0 && errno == EPERM ? 0 : -1;
}

int step_user(struct context *c, const struct oci_step *s)
{
	const struct oci_blob *groups = step_blob(c, s, 0);
	uid_t uid = (uid_t)s->n[0];
	gid_t gid = (gid_t)s->n[1];

	if (s->n[3] == 1)
		give_pipes(uid, gid);
	if (uid != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
		return fail(c, OCI_OP_PRCTL, "PR_SET_KEEPCAPS");
	if (set_groups(groups) != 0)
		return fail(c, OCI_OP_SETGROUPS, NULL);
	if (sys_setresgid(gid) != 0)
		return fail(c, OCI_OP_SETRESGID, NULL);
	if (sys_setresuid(uid) != 0)
		return fail(c, OCI_OP_SETRESUID, NULL);
	umask((mode_t)s->n[2]);
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ? fail(c, OCI_OP_PRCTL, "PR_SET_DUMPABLE") : 0;
}

static int raise_ambient(struct context *c, uint64_t ambient)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
		return fail(c, OCI_OP_PRCTL, "PR_CAP_AMBIENT_CLEAR_ALL");
	for (unsigned long capability = 0; capability < 64; capability++) {
		if ((ambient >> capability & 1) == 0 || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0)
			continue;
		/* The securebits that the runtime was started with may forbid all of them: the process gets less than was asked for. */
		c->failure.warning = errno == EPERM;
		return fail(c, OCI_OP_PRCTL, "PR_CAP_AMBIENT_RAISE");
	}
	return 0;
}

int step_caps(struct context *c, const struct oci_step *s)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	for (int half = 0; half < 2; half++) {
		data[half].effective = (uint32_t)(s->n[0] >> (32 * half));
		data[half].permitted = (uint32_t)(s->n[1] >> (32 * half));
		data[half].inheritable = (uint32_t)(s->n[2] >> (32 * half));
	}
	if (sys_capset(&header, data) != 0)
		return fail(c, OCI_OP_CAPSET, NULL);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return fail(c, OCI_OP_PRCTL, "PR_SET_DUMPABLE");
	return raise_ambient(c, s->n[3]);
}
