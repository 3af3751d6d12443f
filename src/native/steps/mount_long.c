/* Filesystem options that are too long for fsconfig(2): mount(2) takes a page of them. */
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "../image.h"
#include "../path.h"
#include "../syscalls.h"
#include "mount.h"

/* strndup_user(value, 256) in the kernel's fsconfig(2) */
#define MAX_VALUE 255

#ifndef ST_NOSYMFOLLOW
#define ST_NOSYMFOLLOW 0x2000
#endif

bool has_long_value(const struct context *c, const struct oci_step *s)
{
	const struct oci_blob *options = step_blob(c, s, 1);
	const char *option = options == NULL ? NULL : list_first(options), *source = s->kind == OCI_KIND_MOUNT ? step_string(c, s, 2) : NULL;

	if (source != NULL && strlen(source) > MAX_VALUE)
		return true;
	for (uint32_t count = list_count(options); count > 0; count--, option = list_next(option)) {
		const char *equals = strchr(option, '=');

		if (equals != NULL && strlen(equals + 1) > MAX_VALUE)
			return true;
	}
	return false;
}

/* Joins the options with commas, in the page that mount(2) takes. */
static int join_options(struct context *c, const struct oci_step *s, char *page, size_t size, const char *path)
{
	const struct oci_blob *options = step_blob(c, s, 1);
	const char *option = options == NULL ? NULL : list_first(options);
	size_t used = 0;

	for (uint32_t count = list_count(options); count > 0; count--, option = list_next(option)) {
		const size_t length = strlen(option);

		if (strcmp(option, "ro") == 0)
			continue; /* among the flags */
		if (used + length + 2 > size)
			return fail_with(c, E2BIG, OCI_OP_MOUNT, path, "options of more than a page");
		memcpy(page + used, option, length);
		used += length;
		page[used++] = ',';
	}
	page[used == 0 ? 0 : used - 1] = '\0';
	return 0;
}

static unsigned long mount_flags(uint64_t attributes)
{
	static const struct {
		uint64_t attribute;
		unsigned long flag;
	} table[] = {
		{ MOUNT_ATTR_RDONLY, MS_RDONLY },	  { MOUNT_ATTR_NOSUID, MS_NOSUID },	{ MOUNT_ATTR_NODEV, MS_NODEV },		  { MOUNT_ATTR_NOEXEC, MS_NOEXEC },
		{ MOUNT_ATTR_NOATIME, MS_NOATIME },	  { MOUNT_ATTR_STRICTATIME, MS_STRICTATIME }, { MOUNT_ATTR_NODIRATIME, MS_NODIRATIME }, { MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW },
	};
	unsigned long flags = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		flags |= (attributes & table[i].attribute) != 0 ? table[i].flag : 0;
	return flags;
}

int mount_long(struct context *c, const struct oci_step *s, int target, const char *path)
{
	const char *type = step_string(c, s, 0), *source = step_string(c, s, 2);
	const uint64_t propagation = s->n[2];
	cleanup_close int mounted = -1;
	char page[4096];

	if (join_options(c, s, page, sizeof(page), path) != 0)
		return -1;
	if (fchdir(target) != 0)
		return fail(c, OCI_OP_CHDIR, path);
	if (syscall(SYS_mount, source == NULL ? type : source, ".", type, mount_flags(s->n[0]), page) != 0)
		return fail_detail(c, OCI_OP_MOUNT, path, type);
	path_forget(c);
	if (chdir("/") != 0)
		return fail(c, OCI_OP_CHDIR, "/");
	if (propagation == 0)
		return 0;
	mounted = path_open(c, path, O_PATH, 0);
	if (mounted < 0)
		return fail(c, OCI_OP_OPENAT2, path);
	return set_attributes(mounted, 0, 0, propagation, (propagation & MS_REC) != 0) == 0 ? 0 : fail(c, OCI_OP_MOUNT_SETATTR, path);
}

/* Whether the filesystem itself is read-only, and not only this mount: a copy of the mount tells. */
static int is_readonly(struct context *c, int mount, const char *path)
{
	cleanup_close int copy = sys_open_tree(mount, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	struct statfs fs;

	if (copy < 0)
		return fail(c, OCI_OP_OPEN_TREE, path);
	if (set_attributes(copy, 0, MOUNT_ATTR_RDONLY, 0, false) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	if (fstatfs(copy, &fs) != 0)
		return fail(c, OCI_OP_FSTATFS, path);
	return (fs.f_flags & ST_RDONLY) != 0;
}

/* mount(2) sets the flags of the mount as well, so the present ones are passed. */
int reconfigure_long(struct context *c, const struct oci_step *s, int mount, const char *path)
{
	const unsigned long kept = ST_NOSUID | ST_NODEV | ST_NOEXEC | ST_SYNCHRONOUS; /* MS_ flags have the same values */
	const int readonly = is_readonly(c, mount, path);
	unsigned long flags = MS_REMOUNT | (readonly == 1 ? MS_RDONLY : 0);
	struct statfs fs;
	char page[4096];

	if (readonly < 0 || join_options(c, s, page, sizeof(page), path) != 0)
		return -1;
	if (fstatfs(mount, &fs) != 0)
		return fail(c, OCI_OP_FSTATFS, path);
	flags |= ((unsigned long)fs.f_flags & kept) | ((fs.f_flags & ST_NOSYMFOLLOW) != 0 ? MS_NOSYMFOLLOW : 0);
	if (fchdir(mount) != 0)
		return fail(c, OCI_OP_CHDIR, path);
	if (syscall(SYS_mount, NULL, ".", NULL, flags, page) != 0)
		return fail(c, OCI_OP_MOUNT, path);
	if (chdir("/") != 0)
		return fail(c, OCI_OP_CHDIR, "/");
	if (set_attributes(mount, (fs.f_flags & ST_RDONLY) != 0 ? MOUNT_ATTR_RDONLY : 0, 0, 0, false) != 0)
		return fail(c, OCI_OP_MOUNT_SETATTR, path);
	return 0;
}

