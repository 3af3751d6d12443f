/*
 * The kernel work of `run /bin/true` with the default spec and nothing else: no parsing, no checks of what is in a bundle, no state.
 * What a runtime needs beyond this is its own cost.
 *
 * Usage: floor ROOTFS NAME PROGRAM   (NAME is the cgroup's)
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#define MS_SLAVE_REC (0x4000 | 0x80000) /* mount(2): MS_REC | MS_SLAVE */
#define HIERARCHIES 16

struct hierarchy {
	char name[32];
	char directory[128];
	int tasks;
};

static struct hierarchy hierarchies[HIERARCHIES];
static int count;
static int unified = -1;

static void die(const char *what)
{
	perror(what);
	_exit(127);
}

static long must(long result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

static int put(const char *directory, const char *file, const char *value)
{
	char path[192];
	snprintf(path, sizeof path, "%s/%s", directory, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t written = write(fd, value, strlen(value));
	close(fd);
	return written < 0 ? -1 : 0;
}

/* cpuset: a new group has no cpus, and a task can't join it then (cpuset(7)). */
static void inherit(const char *directory, const char *file)
{
	char value[256], path[192];
	snprintf(path, sizeof path, "/sys/fs/cgroup/cpuset/%s", file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t length = read(fd, value, sizeof value - 1);
	close(fd);
	if (length <= 0)
		return;
	value[length] = 0;
	put(directory, file, value);
}

static void device_rules(const char *directory)
{
	static const char *const allowed[] = {
		"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm",
	};
	put(directory, "devices.deny", "a");
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		put(directory, "devices.allow", allowed[i]);
}

static void make_cgroups(const char *name)
{
	if (access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0) {
		struct hierarchy *h = &hierarchies[count++];
		snprintf(h->directory, sizeof h->directory, "/sys/fs/cgroup/%s", name);
		must(mkdir(h->directory, 0755), h->directory);
		unified = must(open(h->directory, O_PATH | O_DIRECTORY | O_CLOEXEC), h->directory);
		return;
	}
	DIR *top = opendir("/sys/fs/cgroup");
	if (!top)
		die("/sys/fs/cgroup");
	for (struct dirent *entry; (entry = readdir(top)) && count < HIERARCHIES;) {
		/* Links name hierarchies that several controllers share. */
		if (entry->d_name[0] == '.' || entry->d_type != DT_DIR)
			continue;
		struct hierarchy *h = &hierarchies[count++];
		snprintf(h->name, sizeof h->name, "%.31s", entry->d_name);
		snprintf(h->directory, sizeof h->directory, "/sys/fs/cgroup/%.31s/%.63s", entry->d_name, name);
		must(mkdir(h->directory, 0755), h->directory);
		if (!strcmp(h->name, "cpuset")) {
			inherit(h->directory, "cpuset.cpus");
			inherit(h->directory, "cpuset.mems");
		}
		if (!strcmp(h->name, "devices"))
			device_rules(h->directory);
		if (!strcmp(h->name, "unified")) {
			unified = must(open(h->directory, O_PATH | O_DIRECTORY | O_CLOEXEC), h->directory);
			continue;
		}
		char tasks[192];
		snprintf(tasks, sizeof tasks, "%s/tasks", h->directory);
		h->tasks = must(open(tasks, O_WRONLY | O_CLOEXEC), tasks);
	}
	closedir(top);
}

static void remove_cgroups(void)
{
	for (int i = 0; i < count; i++)
		must(rmdir(hierarchies[i].directory), hierarchies[i].directory);
}

static int move_to(int tree, int root, const char *path)
{
	return syscall(SYS_move_mount, tree, "", root, path, MOVE_MOUNT_F_EMPTY_PATH);
}

static void mount_new(int root, const char *path, const char *type, unsigned attributes, const char *const *options)
{
	int fs = must(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), type);
	for (; options && options[0]; options += 2)
		must(syscall(SYS_fsconfig, fs, options[1] ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, options[0], options[1], 0), options[0]);
	must(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, 0, 0, 0), type);
	int tree = must(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes), type);
	must(move_to(tree, root, path), path);
	close(tree);
	close(fs);
}

static void set_attributes(int fd, const char *path, unsigned flags, uint64_t attributes)
{
	struct mount_attr attr = { .attr_set = attributes };
	must(syscall(SYS_mount_setattr, fd, path, flags, &attr, sizeof attr), path);
}

static int clone_tree(int fd, const char *path, unsigned flags)
{
	return syscall(SYS_open_tree, fd, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags);
}

static void mount_cgroups(int root)
{
	const unsigned quiet = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	if (!hierarchies[0].name[0]) {
		int tree = must(clone_tree(AT_FDCWD, hierarchies[0].directory, 0), "cgroup");
		set_attributes(tree, "", AT_EMPTY_PATH, quiet | MOUNT_ATTR_RDONLY);
		must(move_to(tree, root, "sys/fs/cgroup"), "cgroup");
		close(tree);
		return;
	}
	mount_new(root, "sys/fs/cgroup", "tmpfs", quiet, (const char *const[]){ "mode", "755", NULL });
	int top = must(openat(root, "sys/fs/cgroup", O_PATH | O_CLOEXEC), "cgroup");
	for (int i = 0; i < count; i++) {
		if (!hierarchies[i].tasks)
			continue;
		must(mkdirat(top, hierarchies[i].name, 0755), "cgroup");
		int tree = must(clone_tree(AT_FDCWD, hierarchies[i].directory, 0), "cgroup");
		set_attributes(tree, "", AT_EMPTY_PATH, quiet | MOUNT_ATTR_RDONLY);
		must(move_to(tree, top, hierarchies[i].name), "cgroup");
		close(tree);
	}
	set_attributes(top, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY);
	close(top);
}

static void mount_all(int root)
{
	const unsigned quiet = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	mount_new(root, "proc", "proc", 0, NULL);
	mount_new(root, "dev", "tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_STRICTATIME, (const char *const[]){ "mode", "755", "size", "65536k", NULL });
	must(mkdirat(root, "dev/pts", 0755), "dev/pts");
	mount_new(root, "dev/pts", "devpts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		  (const char *const[]){ "newinstance", NULL, "ptmxmode", "0666", "mode", "0620", "gid", "5", NULL });
	must(mkdirat(root, "dev/shm", 0755), "dev/shm");
	mount_new(root, "dev/shm", "tmpfs", quiet, (const char *const[]){ "mode", "1777", "size", "65536k", NULL });
	must(mkdirat(root, "dev/mqueue", 0755), "dev/mqueue");
	mount_new(root, "dev/mqueue", "mqueue", quiet, NULL);
	mount_new(root, "sys", "sysfs", quiet | MOUNT_ATTR_RDONLY, NULL);
	mount_cgroups(root);
}

static void make_nodes(int root)
{
	static const struct { const char *path; int major, minor; } nodes[] = {
		{ "dev/null", 1, 3 }, { "dev/zero", 1, 5 }, { "dev/full", 1, 7 }, { "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 },
	};
	static const char *const links[][2] = {
		{ "dev/ptmx", "pts/ptmx" }, { "dev/fd", "/proc/self/fd" }, { "dev/stdin", "/proc/self/fd/0" },
		{ "dev/stdout", "/proc/self/fd/1" }, { "dev/stderr", "/proc/self/fd/2" }, { "dev/core", "/proc/kcore" },
	};
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		must(mknodat(root, nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)), nodes[i].path);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		must(symlinkat(links[i][1], root, links[i][0]), links[i][0]);
}

static void mask(void)
{
	static const char *const read_only[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };
	static const char *const masked[] = {
		"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
		"/proc/sched_debug", "/sys/firmware", "/proc/scsi",
	};
	for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) {
		int tree = clone_tree(AT_FDCWD, read_only[i], 0);
		if (tree < 0)
			continue;
		set_attributes(tree, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY);
		must(move_to(tree, AT_FDCWD, read_only[i]), read_only[i]);
		close(tree);
	}
	int empty = -1;
	for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
		struct stat status;
		if (stat(masked[i], &status) != 0)
			continue;
		int tree;
		if (!S_ISDIR(status.st_mode)) {
			tree = must(clone_tree(AT_FDCWD, "/dev/null", 0), "null");
		} else if (empty < 0) {
			int fs = must(syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC), "tmpfs");
			must(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, 0, 0, 0), "tmpfs");
			empty = must(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY), "tmpfs");
			close(fs);
			tree = empty;
		} else {
			tree = must(clone_tree(empty, "", AT_EMPTY_PATH), "tmpfs");
		}
		must(move_to(tree, AT_FDCWD, masked[i]), masked[i]);
		if (tree != empty)
			close(tree);
	}
	if (empty >= 0)
		close(empty);
}

static void become(void)
{
	const uint32_t keep = 1u << CAP_KILL | 1u << CAP_NET_BIND_SERVICE | 1u << CAP_AUDIT_WRITE;
	struct rlimit files = { 1024, 1024 };
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	must(setrlimit(RLIMIT_NOFILE, &files), "rlimit");
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (cap >= 32 || !(keep & 1u << cap))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	must(syscall(SYS_setgroups, 0, NULL), "setgroups");
	must(syscall(SYS_setresgid, 0, 0, 0), "setresgid");
	must(syscall(SYS_setresuid, 0, 0, 0), "setresuid");
	umask(022);
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { .effective = keep, .permitted = keep } };
	must(syscall(SYS_capset, &header, data), "capset");
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	must(ioctl(fd, SIOCSIFFLAGS, &request), "lo");
	close(fd);
}

static void init(const char *rootfs, char *const *argv)
{
	for (int i = 0; i < count; i++)
		if (hierarchies[i].tasks > 0)
			must(write(hierarchies[i].tasks, "0", 1), "tasks");
	setsid();
	syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, "_ses.floor");
	loopback_up();
	must(syscall(SYS_mount, NULL, "/", NULL, MS_SLAVE_REC, NULL), "/");
	int root = must(clone_tree(AT_FDCWD, rootfs, AT_RECURSIVE), rootfs);
	must(move_to(root, AT_FDCWD, rootfs), rootfs);
	mount_all(root);
	make_nodes(root);
	must(fchdir(root), "root");
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(syscall(SYS_umount2, ".", 2 /* MNT_DETACH */), "umount2");
	must(chdir("/"), "/");
	set_attributes(AT_FDCWD, "/", 0, MOUNT_ATTR_RDONLY);
	must(sethostname("runc", 4), "hostname");
	mask();
	become();
	char *environment[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm", NULL };
	execve(argv[0], argv, environment);
	die(argv[0]);
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: floor ROOTFS NAME PROGRAM\n");
		return 127;
	}
	make_cgroups(argv[2]);
	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS | (unified >= 0 ? CLONE_INTO_CGROUP : 0),
		.exit_signal = SIGCHLD,
		.cgroup = unified >= 0 ? unified : 0,
	};
	pid_t pid = must(syscall(SYS_clone3, &args, sizeof args), "clone3");
	if (pid == 0)
		init(argv[1], argv + 3);
	int status = 0;
	must(waitpid(pid, &status, 0), "waitpid");
	remove_cgroups();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
