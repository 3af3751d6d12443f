/* JOIN_NS, UNSHARE, TIME_OFFSETS, BECOME_ROOT, JOIN_CGROUP, SETSID, KEYRING, LOOPBACK_UP, HOSTNAME, DOMAINNAME, SYSCTL. */
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "../proc.h"
#include "../sources.h"
#include "../syscalls.h"
#include "steps.h"

/* KEY_USR_SEARCH of the kernel's permission mask (keyctl_setperm(3)) */
#define USER_MAY_SEARCH 0x00080000ul

int step_join_ns(struct context *c, const struct oci_step *s)
{
	return setns(step_fd(c, s), (int)s->n[0]) == 0 ? 0 : fail(c, OCI_OP_SETNS, NULL);
}

int step_unshare(struct context *c, const struct oci_step *s)
{
	if (unshare((int)s->n[0]) != 0)
		return fail(c, OCI_OP_UNSHARE, NULL);
	if ((s->n[0] & CLONE_NEWNS) != 0 && c->sources.socket >= 0 && sources_introduce(c) != 0)
		return fail(c, OCI_OP_SENDMSG, "sources of binds");
	return 0;
}

/* In a user namespace an undumpable process does not own its file (proc(5)). Stage one has nothing to hide yet, as in step_await. */
int step_time_offsets(struct context *c, const struct oci_step *s)
{
	static const char file[] = "self/timens_offsets";
	int result = proc_write(c, file, step_string(c, s, 0));

	if (result == 0 || errno != EACCES)
		return result;
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	result = proc_write(c, file, step_string(c, s, 0));
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? result : fail(c, OCI_OP_PRCTL, "PR_SET_DUMPABLE");
}

/* A change of ids makes the process dumpable again. */
int step_become_root(struct context *c, const struct oci_step *s)
{
	(void)s;
	if (sys_setgroups(0, NULL) != 0 && errno != EPERM)
		return fail(c, OCI_OP_SETGROUPS, NULL);
	if (sys_setresgid(0) != 0)
		return fail(c, OCI_OP_SETRESGID, "0");
	if (sys_setresuid(0) != 0)
		return fail(c, OCI_OP_SETRESUID, "0");
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : fail(c, OCI_OP_PRCTL, "PR_SET_DUMPABLE");
}

int step_join_cgroup(struct context *c, const struct oci_step *s)
{
	return write(step_fd(c, s), "0", 1) == 1 ? 0 : fail(c, OCI_OP_WRITE, "cgroup");
}

int step_setsid(struct context *c, const struct oci_step *s)
{
	(void)s;
	return setsid() >= 0 ? 0 : fail(c, OCI_OP_SETSID, NULL);
}

/* The current permissions are the fourth field of "type;uid;gid;perm;name", in hexadecimal. */
static void widen_search(long keyring)
{
	char description[256], *at = description;
	unsigned long permissions = 0;
	long n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, keyring, description, sizeof(description) - 1);

	if (n <= 0 || n >= (long)sizeof(description))
		return;
	description[n] = '\0';
	for (int field = 0; field < 3 && at != NULL; field++) {
		at = strchr(at, ';');
		at = at == NULL ? NULL : at + 1;
	}
	if (at == NULL)
		return;
	for (; (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f'); at++)
		permissions = permissions * 16 + (unsigned long)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
	syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, permissions | USER_MAY_SEARCH);
}

int step_keyring(struct context *c, const struct oci_step *s)
{
	long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, step_string(c, s, 0));

	if (keyring < 0) {
		/* A full quota, a kernel without keyrings or a seccomp profile of the host is not a reason to refuse to run. */
		c->failure.warning = errno == EDQUOT || errno == ENOSYS || errno == EPERM;
		return fail(c, OCI_OP_KEYCTL, "session keyring");
	}
	if (s->n[0] == 1)
		widen_search(keyring);
	return 0;
}

int step_loopback_up(struct context *c, const struct oci_step *s)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING };
	cleanup_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)s;
	if (fd < 0)
		fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(c, OCI_OP_SOCKET, "lo");
	return ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : fail(c, OCI_OP_IOCTL, "lo");
}

int step_hostname(struct context *c, const struct oci_step *s)
{
	const char *name = step_string(c, s, 0);

	return sethostname(name, strlen(name)) == 0 ? 0 : fail(c, OCI_OP_SETHOSTNAME, name);
}

int step_domainname(struct context *c, const struct oci_step *s)
{
	const char *name = step_string(c, s, 0);

	return setdomainname(name, strlen(name)) == 0 ? 0 : fail(c, OCI_OP_SETDOMAINNAME, name);
}

int step_sysctl(struct context *c, const struct oci_step *s)
{
	return proc_write_sysctl(c, step_string(c, s, 0), step_string(c, s, 1));
}
