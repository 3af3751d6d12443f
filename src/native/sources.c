#include "sources.h"

#include <sched.h>
#include <stdalign.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "channel.h"
#include "stage.h"
#include "steps/mount.h"
#include "steps/steps.h"
#include "syscalls.h"

static const char own_mounts[] = "/proc/self/ns/mnt";

static ssize_t receive(int socket, void *bytes, size_t length, int *fd)
{
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = bytes, .iov_len = length };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *rights;
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(socket, &h, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	rights = n < 0 ? NULL : CMSG_FIRSTHDR(&h);
	if (rights != NULL && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(rights), sizeof(*fd));
	return n;
}

/* An answer without a descriptor. */
struct refusal {
	int error;
	uint32_t op;
};

static int source_open(const struct context *c, const struct oci_step *s)
{
	const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | ((s->flags & OCI_F_RECURSIVE) != 0 ? AT_RECURSIVE : 0);

	return sys_open_tree(AT_FDCWD, step_string(c, s, 0), flags | ((s->flags & OCI_F_SRC_NOFOLLOW) != 0 ? AT_SYMLINK_NOFOLLOW : 0));
}

/* Maps the owners of the files. Requires CAP_SYS_ADMIN in the user namespace that owns the filesystem. */
static int show_owners(const struct context *c, const struct oci_step *s, int tree)
{
	const int maps = step_fd(c, s);
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)maps };

	return maps < 0 ? 0 : sys_mount_setattr(tree, "", AT_EMPTY_PATH | (s->n[4] == 1 ? AT_RECURSIVE : 0), &attr);
}

/*
 * In the container's mount namespace the mounts below a directory are locked to it, and a clone without them is not allowed. On the host it is;
 * a clone from there must not propagate the container's mounts back to the host.
 */
static int open_outside(const struct context *c, const struct oci_step *s, int outside, int inside)
{
	cleanup_close int tree = -1;
	int result;

	if (setns(outside, CLONE_NEWNS) != 0)
		return -1;
	tree = source_open(c, s);
	if (tree >= 0 && set_attributes(tree, 0, 0, MS_SLAVE, true) != 0)
		close_quietly(&tree);
	if (setns(inside, CLONE_NEWNS) != 0)
		return -1;
	result = tree;
	tree = -1;
	return result;
}

static bool is_bind(const struct context *c, uint32_t index)
{
	return index < c->header->step_count && c->steps[index].kind == OCI_KIND_BIND;
}

/* Makes the source as its step asks; otherwise fills in the refusal. */
static int source_make(const struct context *c, const struct oci_step *s, int outside, int inside, struct refusal *refusal)
{
	cleanup_close int tree = source_open(c, s);
	int result;

	if (tree < 0 && errno == EINVAL && outside >= 0 && (s->flags & OCI_F_RECURSIVE) == 0)
		tree = open_outside(c, s, outside, inside);
	if (tree < 0 || show_owners(c, s, tree) != 0) {
		*refusal = (struct refusal){ .error = errno, .op = tree < 0 ? OCI_OP_OPEN_TREE : OCI_OP_MOUNT_SETATTR };
		return -1;
	}
	result = tree;
	tree = -1;
	return result;
}

/* The first message brings the container's mount namespace, every later one asks for the source of a step. */
static _Noreturn void serve(const struct context *c, int socket)
{
	cleanup_close int outside = open(own_mounts, O_RDONLY | O_CLOEXEC), inside = -1;
	uint32_t index;
	int ignored;

	if (receive(socket, &index, sizeof(index), &inside) != (ssize_t)sizeof(index) || outside < 0 || inside < 0 || setns(inside, CLONE_NEWNS) != 0)
		sys_exit(1);
	while (receive(socket, &index, sizeof(index), &ignored) == (ssize_t)sizeof(index)) {
		struct refusal refusal = { .error = EINVAL, .op = OCI_OP_OPEN_TREE };
		cleanup_close int tree = is_bind(c, index) ? source_make(c, &c->steps[index], outside, inside, &refusal) : -1;

		if (tree >= 0 ? send_descriptor(socket, &refusal, sizeof(refusal), tree) != 0 : write(socket, &refusal, sizeof(refusal)) != (ssize_t)sizeof(refusal))
			sys_exit(1);
	}
	sys_exit(0);
}

int step_sources(struct context *c, const struct oci_step *s)
{
	struct fd_set_bits set = { { 0 } };
	int ends[2];
	pid_t pid;

	(void)s;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return fail(c, OCI_OP_SOCKET, "sources of binds");
	pid = stage_fork(NULL);
	if (pid < 0)
		return fail(c, OCI_OP_FORK, "sources of binds");
	if (pid == 0) {
		fds_keep(&set, ends[1]);
		for (uint32_t i = 0; i < c->header->step_count; i++)
			if (is_bind(c, i))
				fds_keep(&set, step_fd(c, &c->steps[i]));
		fds_close_rest(&set);
		serve(c, ends[1]);
	}
	close(ends[1]);
	c->sources = (struct sources){ .socket = ends[0], .pid = pid };
	return 0;
}

static bool is_last(const struct context *c)
{
	for (uint32_t i = c->step + 1; i < c->header->step_count; i++)
		if (is_bind(c, i))
			return false;
	return true;
}

/* Returns a descriptor, or -1; ENOTCONN when the other process has gone without an answer. */
static int ask(const struct context *c, uint32_t index, struct refusal *refusal)
{
	int tree;

	if (write(c->sources.socket, &index, sizeof(index)) != (ssize_t)sizeof(index) || receive(c->sources.socket, refusal, sizeof(*refusal), &tree) != (ssize_t)sizeof(*refusal)) {
		refusal->error = ENOTCONN;
		return -1;
	}
	return tree;
}

int sources_introduce(struct context *c)
{
	cleanup_close int mounts = open(own_mounts, O_RDONLY | O_CLOEXEC);

	c->sources.introduced = true;
	return mounts < 0 ? -1 : send_descriptor(c->sources.socket, &c->step, sizeof(c->step), mounts);
}

/* If the runtime's ids do not help, the container's have to do. */
int source_get(struct context *c, const struct oci_step *s, const char *path)
{
	struct refusal refusal = { .error = ENOTCONN };
	int tree = -1;

	if (c->sources.socket >= 0 && !c->sources.introduced && sources_introduce(c) != 0)
		close_quietly(&c->sources.socket);
	if (c->sources.socket >= 0)
		tree = ask(c, (uint32_t)(s - c->steps), &refusal);
	if (tree < 0 && refusal.error == ENOTCONN) {
		close_quietly(&c->sources.socket);
		tree = source_make(c, s, -1, -1, &refusal);
	}
	if (c->sources.socket >= 0 && is_last(c))
		close_quietly(&c->sources.socket);
	if (tree >= 0)
		return tree;
	return fail_with(c, refusal.error, (enum oci_op)refusal.op, path, refusal.op == OCI_OP_MOUNT_SETATTR ? "owners can't be mapped" : NULL);
}

void sources_leave(struct context *c)
{
	siginfo_t info;

	close_quietly(&c->sources.socket);
	if (c->sources.pid > 0)
		waitid(P_PID, (id_t)c->sources.pid, &info, WEXITED | __WALL);
}
