/* JOIN_NS, UNSHARE, TIME_OFFSETS, BECOME_ROOT, JOIN_CGROUP, SETSID, KEYRING, LOOPBACK_UP, HOSTNAME, DOMAINNAME, SYSCTL. */
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "../proc.h"
#include "../syscalls.h"
#include "steps.h"

int step_join_ns(struct context *c, const struct oci_step *s)
{
	if (setns(step_fd(c, s), (int)s->n[0]) != 0)
		return fail(c, OCI_OP_SETNS, step_string(c, s, 0));
	return 0;
}

int step_unshare(struct context *c, const struct oci_step *s)
{
	if (unshare((int)s->n[0]) != 0)
		return fail(c, OCI_OP_UNSHARE, NULL);
	return 0;
}

int step_time_offsets(struct context *c, const struct oci_step *s)
{
	const char *text = step_string(c, s, 0);
	size_t length = strlen(text);
	cleanup_close int fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(c, OCI_OP_OPEN, "timens_offsets");
	if (write(fd, text, length) != (ssize_t)length)
		return fail(c, OCI_OP_WRITE, "timens_offsets");
	return 0;
}

int step_become_root(struct context *c, const struct oci_step *s)
{
	(void)s;
	if (sys_setgroups(0, NULL) != 0 && errno != EPERM)
		return fail(c, OCI_OP_SETGROUPS, NULL);
	if (sys_setresgid(0) != 0)
		return fail(c, OCI_OP_SETRESGID, "0");
	if (sys_setresuid(0) != 0)
		return fail(c, OCI_OP_SETRESUID, "0");
	return 0;
}

int step_join_cgroup(struct context *c, const struct oci_step *s)
{
	if (write(step_fd(c, s), "0", 1) != 1)
		return fail(c, OCI_OP_WRITE, "tasks");
	return 0;
}

int step_setsid(struct context *c, const struct oci_step *s)
{
	(void)s;
	return setsid() < 0 ? fail(c, OCI_OP_SETSID, NULL) : 0;
}

int step_keyring(struct context *c, const struct oci_step *s)
{
	long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, step_string(c, s, 0));

	if (keyring < 0) {
		int error = errno;

		(void)fail(c, OCI_OP_KEYCTL, "join the session keyring");
		c->failure.warning = error == EDQUOT || error == ENOSYS || error == EPERM;
		return -1;
	}
	if (s->n[0] == 1)
		(void)syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, 0x3f1f0000 | 0x00080000); /* user may search; failing is fine */
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
	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		return fail(c, OCI_OP_IOCTL, "lo");
	return 0;
}

int step_hostname(struct context *c, const struct oci_step *s)
{
	const char *name = step_string(c, s, 0);

	return syscall(SYS_sethostname, name, strlen(name)) != 0 ? fail(c, OCI_OP_SETHOSTNAME, name) : 0;
}

int step_domainname(struct context *c, const struct oci_step *s)
{
	const char *name = step_string(c, s, 0);

	return syscall(SYS_setdomainname, name, strlen(name)) != 0 ? fail(c, OCI_OP_SETDOMAINNAME, name) : 0;
}

int step_sysctl(struct context *c, const struct oci_step *s)
{
	char path[256] = "sys/";
	const char *name = step_string(c, s, 0);

	if (strlen(name) >= sizeof(path) - 4)
		return fail_with(c, ENAMETOOLONG, OCI_OP_OPENAT2, name, NULL);
	memcpy(path + 4, name, strlen(name) + 1);
	return proc_write(c, true, path, step_string(c, s, 1));
}
