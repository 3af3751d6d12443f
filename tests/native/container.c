#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

static char bundle[128];

int shell(const char *format, ...)
{
	char command[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

void remove_bundle(void)
{
	if (bundle[0] != '\0')
		shell("rm -rf --one-file-system %s", bundle);
	bundle[0] = '\0';
}

const char *new_bundle(void)
{
	remove_bundle();
	snprintf(bundle, sizeof(bundle), "%s/oci-native-XXXXXX", getenv("TMPDIR"));
	if (mkdtemp(bundle) == NULL || chmod(bundle, 0755) != 0)
		abort();
	if (shell("cd %s && mkdir -p rootfs/bin rootfs/proc rootfs/sys rootfs/dev rootfs/tmp rootfs/etc rootfs/data host && cp /bin/busybox rootfs/bin/ && cd rootfs/bin && "
		  "for a in sh cat ls echo sleep id hostname mount readlink stat touch ulimit env pwd grep wc head seq true false test dd tty stty; do ln -s busybox $a; done && "
		  "echo precious > ../../host/file",
		  bundle) != 0)
		abort();
	return bundle;
}

char *in_bundle(const char *name)
{
	static char paths[4][256];
	static int next;

	next = (next + 1) % 4;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", bundle, name);
	return paths[next];
}

const char *file_text(const char *path)
{
	static char text[65536];
	FILE *f = fopen(path, "re");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text) - 1, f);

	if (f != NULL)
		fclose(f);
	text[n] = '\0';
	return text;
}

static void add_mount(struct program *p, const char *type, const char *target, const char *const *options, uint64_t attributes, uint16_t flags)
{
	struct oci_step *s = add(p, OCI_KIND_MOUNT, OCI_F_MKDIR | flags, OCI_WIRE_NO_FD);

	s->s[0] = add_string(p, type);
	s->s[1] = options == NULL ? 0 : add_list(p, options);
	s->s[2] = add_string(p, type);
	s->s[3] = add_string(p, target);
	s->n[0] = attributes;
}

static void add_path(struct program *p, enum oci_step_kind kind, uint16_t flags, const char *path)
{
	add(p, kind, flags, OCI_WIRE_NO_FD)->s[0] = add_string(p, path);
}

static void add_node(struct program *p, const char *path, unsigned major, unsigned minor)
{
	struct oci_step *s = add(p, OCI_KIND_MKNOD, OCI_F_BIND_FALLBACK, OCI_WIRE_NO_FD);

	s->s[0] = add_string(p, path);
	s->n[0] = S_IFCHR | 0666;
	s->n[1] = major;
	s->n[2] = minor;
}

static void add_link(struct program *p, const char *path, const char *text)
{
	struct oci_step *s = add(p, OCI_KIND_SYMLINK, 0, OCI_WIRE_NO_FD);

	s->s[0] = add_string(p, path);
	s->s[1] = add_string(p, text);
}

static void add_root(struct program *p, const char *rootfs)
{
	const uint64_t safe = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	struct oci_step *s;

	add(p, OCI_KIND_ROOT_PROPAGATION, 0, OCI_WIRE_NO_FD)->n[0] = MS_SLAVE | MS_REC;
	add(p, OCI_KIND_OPEN_DEVNULL, 0, OCI_WIRE_NO_FD);
	s = add(p, OCI_KIND_OPEN_ROOT, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_string(p, rootfs);
	s->n[0] = MS_PRIVATE | MS_REC;
	add_mount(p, "proc", "proc", NULL, safe, OCI_F_REAL_TOP);
	add_mount(p, "tmpfs", "dev", STRINGS("mode=755", "size=65536k"), MOUNT_ATTR_NOSUID, 0);
	add_mount(p, "devpts", "dev/pts", STRINGS("newinstance", "ptmxmode=0666", "mode=0620", "gid=5"), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0);
	add_mount(p, "tmpfs", "dev/shm", STRINGS("mode=1777", "size=65536k"), safe, 0);
	add_mount(p, "mqueue", "dev/mqueue", NULL, safe, 0);
	add_mount(p, "sysfs", "sys", NULL, safe | MOUNT_ATTR_RDONLY, OCI_F_REAL_TOP);
	s = add(p, OCI_KIND_BIND, OCI_F_MKDIR | OCI_F_MKFILE | OCI_F_RECURSIVE, OCI_WIRE_NO_FD);
	s->s[0] = add_string(p, "/etc/hostname");
	s->s[1] = add_string(p, "etc/made/hostname");
	s->n[0] = MOUNT_ATTR_RDONLY;
	s->n[2] = MS_PRIVATE | MS_REC;
	add_node(p, "dev/null", 1, 3);
	add_node(p, "dev/zero", 1, 5);
	add_node(p, "dev/tty", 5, 0);
	add_link(p, "dev/ptmx", "pts/ptmx");
	add_link(p, "dev/fd", "/proc/self/fd");
	add(p, OCI_KIND_PIVOT_ROOT, 0, OCI_WIRE_NO_FD)->n[1] = MS_SLAVE | MS_REC;
	add_path(p, OCI_KIND_HOSTNAME, 0, "box");
	s = add(p, OCI_KIND_SYSCTL, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_string(p, "net/ipv4/ip_forward");
	s->s[1] = add_string(p, "1");
	add_path(p, OCI_KIND_READONLY_PATH, OCI_STEP_IGNORE_ENOENT, "proc/sys");
	add_path(p, OCI_KIND_READONLY_PATH, OCI_STEP_IGNORE_ENOENT, "proc/nothing");
	add_path(p, OCI_KIND_MASK, OCI_STEP_IGNORE_ENOENT, "proc/keys");
	add_path(p, OCI_KIND_MASK, OCI_STEP_IGNORE_ENOENT, "proc/timer_list");
	add_path(p, OCI_KIND_MASK, OCI_STEP_IGNORE_ENOENT, "proc/missing");
	add_path(p, OCI_KIND_MASK, OCI_STEP_IGNORE_ENOENT, "sys/firmware");
	add_path(p, OCI_KIND_MASK, OCI_STEP_IGNORE_ENOENT, "proc/fs");
}

static void add_identity(struct program *p)
{
	const uint32_t groups[] = { 7, 9 };
	struct oci_step *s;

	add(p, OCI_KIND_NO_NEW_PRIVS, 0, OCI_WIRE_NO_FD);
	add(p, OCI_KIND_OOM_SCORE, 0, OCI_WIRE_NO_FD)->n[0] = 100;
	s = add(p, OCI_KIND_RLIMIT, 0, OCI_WIRE_NO_FD);
	s->n[0] = 7; /* RLIMIT_NOFILE */
	s->n[1] = s->n[2] = 77;
	s = add(p, OCI_KIND_CHDIR, OCI_F_MKDIR | OCI_F_CHECK_CWD, OCI_WIRE_NO_FD);
	s->s[0] = add_string(p, "/home/here");
	add(p, OCI_KIND_CAP_BOUNDING, 0, OCI_WIRE_NO_FD)->n[0] = 0x20000420;
	s = add(p, OCI_KIND_USER, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_bytes(p, groups, sizeof(groups));
	s->n[2] = 022;
	s = add(p, OCI_KIND_CAPS, 0, OCI_WIRE_NO_FD);
	s->n[0] = s->n[1] = 0x20000420;
}

void add_container(struct program *p, const char *rootfs)
{
	add(p, OCI_KIND_CLONE, 0, OCI_WIRE_NO_FD)->n[0] = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP;
	add(p, OCI_KIND_SETSID, 0, OCI_WIRE_NO_FD);
	add(p, OCI_KIND_LOOPBACK_UP, 0, OCI_WIRE_NO_FD);
	add_root(p, rootfs);
	add_identity(p);
}

void add_shell(struct program *p, const char *command)
{
	struct oci_step *s = add(p, OCI_KIND_LOOKUP, 0, OCI_WIRE_NO_FD);

	s->s[0] = add_string(p, "sh");
	s->s[1] = add_string(p, "/nowhere:/bin");
	add(p, OCI_KIND_READY, 0, OCI_WIRE_NO_FD);
	add(p, OCI_KIND_GATE, 0, OCI_WIRE_NO_FD);
	s = add(p, OCI_KIND_EXEC, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_vector(p, STRINGS("sh", "-c", command));
	s->s[1] = add_vector(p, STRINGS("PATH=/bin", "A=1"));
}

void container(struct program *p, const char *rootfs, const char *command)
{
	program_begin(p);
	add_container(p, rootfs);
	add_shell(p, command);
}
