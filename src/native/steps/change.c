/* CHANGE, ATTACH, ATTRIBUTES, UNMOUNT, COMMIT: changes the mounts of a running container. Its processes may interfere. */
#include "../change.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "../channel.h"
#include "../path.h"
#include "../proc.h"
#include "../sources.h"
#include "../syscalls.h"
#include "../text.h"
#include "copy.h"
#include "mount.h"
#include "steps.h"

/* A process in the container may keep mounting on top. */
#define MAX_LAYERS 128

int step_change(struct context *c, const struct oci_step *s)
{
	const size_t count = c->header->step_count;
	void *mounts = mmap(NULL, count * sizeof(int), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)s;
	if (mounts == MAP_FAILED)
		return fail(c, OCI_OP_MMAP, "mounts");
	c->change.mounts = mounts;
	for (size_t i = 0; i < count; i++)
		c->change.mounts[i] = -1;
	return proc_open(c);
}

int change_keep(struct context *c, int mount)
{
	c->change.mounts[c->step] = mount;
	return mount < 0 ? -1 : 0;
}

/* umount2(2) takes only a path. The /proc path of a descriptor leads to exactly this mount, wherever it has been moved. Leaves errno. */
static int unmount(struct context *c, int mount)
{
	char path[32] = "self/fd/";
	struct text t = text_in(path + strlen(path), sizeof(path) - strlen(path));

	text_add_number(&t, mount);
	return fchdir(c->proc) == 0 ? sys_umount2(path, MNT_DETACH) : -1;
}

/* A mount that is not attached gives EINVAL. */
void change_undo(struct context *c)
{
	if (c->change.mounts == NULL)
		return;
	for (uint32_t i = c->step + 1; i-- > 0;) {
		if (c->steps[i].kind != OCI_KIND_ATTACH)
			continue;
		for (int layer = 0; layer < MAX_LAYERS && unmount(c, c->change.mounts[c->steps[i].n[0]]) == 0; layer++)
			;
	}
	sources_leave(c);
	errno = c->failure.error;
}

/* An existing directory has permissions that somebody chose. */
static int give_mode(struct context *c, int mount, int target, const char *path)
{
	struct stat st;

	if (fstat(target, &st) != 0)
		return fail(c, OCI_OP_STAT, path);
	return fchmodat(mount, ".", st.st_mode & 07777, 0) == 0 ? 0 : fail(c, OCI_OP_FCHMOD, path);
}

static const char *target_of(const struct context *c, const struct oci_step *s)
{
	return step_string(c, s, s->kind == OCI_KIND_MOUNT ? 3 : 1);
}

int step_attach(struct context *c, const struct oci_step *s)
{
	const struct oci_step *of = &c->steps[s->n[0]];
	const bool filesystem = of->kind == OCI_KIND_MOUNT;
	const char *path = target_of(c, of);
	const int mount = c->change.mounts[s->n[0]];
	const mode_t mode = filesystem && of->n[1] != 0 ? (mode_t)of->n[1] : 0755;
	cleanup_close int target = -1;
	bool made = false;
	struct stat st;

	if (fstat(mount, &st) != 0)
		return fail(c, OCI_OP_STAT, path);
	target = path_target(c, path, of->flags, mode, !S_ISDIR(st.st_mode), &made);
	if (target < 0)
		return -1;
	if (filesystem && of->n[3] == 1 && !made && give_mode(c, mount, target, path) != 0)
		return -1;
	if (filesystem && of->n[4] == 1 && copy_directory(c, target, mount, path) != 0)
		return -1;
	return place(c, of, mount, target, path);
}

int step_attributes(struct context *c, const struct oci_step *s)
{
	const struct oci_step *of = &c->steps[s->n[0]];

	if (set_attributes(c->change.mounts[s->n[0]], s->n[1], s->n[2], 0, (s->flags & OCI_F_ATTR_RECURSIVE) != 0) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, target_of(c, of));
	return 0;
}

/* fspick(2) needs the root of a mount. */
static bool is_mount(int fd)
{
	cleanup_close int fs = sys_fspick(fd);

	return fs >= 0 || errno != EINVAL;
}

int step_unmount(struct context *c, const struct oci_step *s)
{
	const char *path = step_string(c, s, 0);
	cleanup_close int target = path_target(c, path, s->flags, 0, false, NULL);

	if (target < 0)
		return -1;
	if (!is_mount(target))
		return fail_with(c, EINVAL, OCI_OP_VERIFY, path, "nothing is mounted there");
	if (s->n[0] == 1)
		return 0;
	return unmount(c, target) == 0 ? 0 : fail(c, OCI_OP_UMOUNT2, path);
}

/* A runtime that is gone, or has changed its mind, does not answer. */
int step_commit(struct context *c, const struct oci_step *s)
{
	int got;

	(void)s;
	sources_leave(c);
	if (channel_send_type(c, OCI_MSG_READY) != 0)
		return -1;
	got = record_read(c->channel, OCI_MSG_GO);
	if (got == 1)
		sys_exit(0);
	return got == 0 ? fail_with(c, ECANCELED, OCI_OP_RECVMSG, "channel", NULL) : fail(c, OCI_OP_RECVMSG, "channel");
}
