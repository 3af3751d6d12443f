/* SECCOMP: loads the compiled filter; a listener goes to whoever is to answer. */
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "../channel.h"
#include "../syscalls.h"
#include "steps.h"

int step_seccomp(struct context *c, const struct oci_step *s)
{
	const struct oci_blob *filter = step_blob(c, s, 0), *message = step_blob(c, s, 1);
	struct sock_fprog program = { .len = (unsigned short)(filter->length / sizeof(struct sock_filter)), .filter = (struct sock_filter *)(uintptr_t)filter->bytes };
	int socket = step_fd(c, s);
	long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (unsigned)s->n[0], &program);

	if (result < 0)
		return fail(c, OCI_OP_SECCOMP, NULL);
	if ((s->n[0] & SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
		return 0;
	cleanup_close int listener = (int)result;
	if (socket < 0) {
		struct oci_msg m = { .type = OCI_MSG_SECCOMP_FD };

		return channel_send(c, &m, listener);
	}
	if (message == NULL || send_descriptor(socket, message->bytes, message->length, listener) != 0)
		return fail(c, OCI_OP_SENDMSG, "seccomp listener");
	return 0;
}
