/*
 * The wire image: a launch plan as flat bytes, and the records on the channel.
 *
 * This header is the one place where kinds, layouts and numbers are defined. The C# side
 * (src/OciRuntime.Core/Wire, and each step in Planning/Steps) repeats them; a test parses this file and fails when they differ.
 *
 * All integers are little endian and naturally aligned. Offsets count from the start of the image.
 * Nothing in an image is trusted: image.c checks every offset, length and terminator before step 0 runs.
 */
#ifndef OCI_WIRE_H
#define OCI_WIRE_H

#include <stdint.h>

#define OCI_WIRE_MAGIC 0x3149434fu /* "OCI1" */
#define OCI_WIRE_VERSION 1u
#define OCI_WIRE_MAX_IMAGE (16u << 20)
#define OCI_WIRE_MAX_STEPS 16384u
#define OCI_WIRE_MAX_FDS 8192u
#define OCI_WIRE_NO_FD (-1)
#define OCI_WIRE_NO_FAULT 0xffffffffu

/* The channel's number in the helper: the only inherited descriptor besides 0, 1 and 2. */
#define OCI_CHANNEL_FD 3

/* image header flags */
#define OCI_IMAGE_TIMELINE 0x1u /* record CLOCK_MONOTONIC after each step and send OCI_MSG_TIMELINE before READY */

struct oci_image_header {
	uint32_t magic;
	uint32_t version;
	uint32_t size; /* of the whole image */
	uint32_t flags;
	uint32_t step_count;
	uint32_t step_offset; /* array of struct oci_step, 8-byte aligned */
	uint32_t data_offset; /* blobs live in [data_offset, size) */
	uint32_t fd_count;    /* descriptors that came with OCI_MSG_PROGRAM, image excluded */
	uint32_t fault_step;  /* index of a step that must fail without being run, or OCI_WIRE_NO_FAULT */
	uint32_t fault_errno;
};

/*
 * One step. s[] are offsets of blobs, 0 = absent. fd is a slot: an index into the descriptors that came
 * with OCI_MSG_PROGRAM (the image itself is not counted), or OCI_WIRE_NO_FD.
 */
struct oci_step {
	uint16_t kind;
	uint16_t flags; /* OCI_STEP_* below, plus kind-specific OCI_F_* */
	int32_t fd;
	uint32_t s[4];
	uint64_t n[5];
};

/*
 * A blob: 4-byte aligned, u32 length, that many bytes, one NUL that is not counted.
 * A string blob has no inner NUL. A list blob is: u32 length, u32 count, then `count` strings each with its NUL
 * (length counts from the count field). Vectors (argv, envp) are 8-byte aligned list blobs that are followed by
 * room for (count + 1) pointers, 8-byte aligned, which the helper fills in its private mapping.
 */
struct oci_blob {
	uint32_t length;
	char bytes[];
};

/* generic step flags */
#define OCI_STEP_IGNORE_ENOENT 0x0001u /* a missing target is not an error (masked and read-only paths) */
#define OCI_STEP_WARN 0x0002u          /* on failure send OCI_MSG_WARNING and go on */

/* kind-specific flags (bits 4 and up) */
#define OCI_F_MKDIR 0x0010u      /* make the target directory (0755) and its parents inside the root when missing */
#define OCI_F_MKFILE 0x0020u     /* make the target an empty file (0644), parents 0755 */
#define OCI_F_RECURSIVE 0x0040u  /* AT_RECURSIVE: open_tree of a bind, mount_setattr of an attribute change */
#define OCI_F_REAL_TOP 0x0080u   /* no symlink on the way: a mount's target must be real or absent (/proc, /sys, /dev), a node's or link's directory real (/dev) */
#define OCI_F_ATTR_RECURSIVE 0x0100u /* apply the attributes with AT_RECURSIVE */
#define OCI_F_BIND_FALLBACK 0x0200u  /* mknod: on EPERM bind the host's node of the same path */
#define OCI_F_CHECK_CWD 0x0400u  /* chdir: getcwd(2) must start with "/" afterwards (CVE-2024-21626) */
#define OCI_F_SOURCE_PROC 0x0800u /* bind over /proc: source must be procfs with root inode 1 */
#define OCI_F_NO_CONSOLE_NODE 0x1000u /* console: no /dev/console (exec) */
#define OCI_F_SRC_NOFOLLOW 0x2000u
#define OCI_F_TARGET_NOFOLLOW 0x4000u
#define OCI_F_ON_PROC 0x8000u    /* mount, bind: the target may lie on procfs; without it such a target is refused, however its path reads */

/*
 * Step kinds: the one place where the helper's side of them is declared. X(NAME, value, function, where it may stand, its descriptor,
 * bits of n[] that are slots, kinds of s[]); image.c defines the last four and checks each step against them. Paths marked (root) are resolved inside the container's root with
 * openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) by path.c, on either side of pivot_root. They come without
 * a leading slash; "." is the root itself.
 * A propagation is MS_SHARED, MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE, with MS_REC for the whole tree; 0 = unchanged.
 * AFFINITY, RLIMIT and OOM_SCORE may also be in stage one, whose settings the clone inherits.
 *
 * Stage one: everything before CLONE.
 *  SUPERVISE    first step when present: fork the supervisor, which sends OCI_MSG_SUPERVISOR, continues the program and stays as the parent.
 *               fd = state directory (O_PATH); s0 = exit record's file name; s1 = the log's, s2 = blob of two u64: bytes of one file of the log
 *               (0 = no limit), how many files there may be (1 and up); n0 = slot of log file or NO_FD,
 *               n1 = slot of stdout's read end, n2 = slot of stderr's read end (NO_FD when absent),
 *               n3 = slot of the file with an oom_kill line (memory.events / memory.oom_control) or NO_FD,
 *               n4 = slot of the supervisor's end of the console socketpair or NO_FD. Slots are sign-extended.
 *  SOURCES      before any other namespace: fork the process that opens the sources of BIND with the ids of the runtime, in the container's mount namespace.
 *               It ends after the last of them; stage one waits for that.
 *  JOIN_NS      setns(fd, n0 = CLONE_NEW* mask); fd is a namespace file or a pidfd. In stage two for a cgroup namespace, after the joins, unless there is a user namespace.
 *  UNSHARE      unshare(n0): CLONE_NEWUSER or CLONE_NEWTIME, which apply to children only or need maps first. CLONE_NEWNS: a copy of the mounts,
 *               in which SOURCES opens sources from then on.
 *  TIME_OFFSETS write s0 to /proc/self/timens_offsets (after UNSHARE of CLONE_NEWTIME).
 *  AWAIT        send OCI_MSG_SYNC(n0 = enum oci_sync) and wait for OCI_MSG_GO. Either stage. In stage one (id maps) n1 of the
 *               record is this process's pid.
 *  BECOME_ROOT  setresgid(0), setresuid(0) in a new or joined user namespace, groups dropped when allowed.
 *  CLONE        clone3(n0 = CLONE_NEW* and CLONE_PARENT, CLONE_INTO_CGROUP with fd when not NO_FD; CLONE_PIDFD is implied); sends OCI_MSG_CLONED with the pidfd. The child goes on, and
 *               waits for the answer before it sends anything.
 *
 * Stage two.
 *  JOIN_CGROUP  write "0" to fd (a v1 `tasks` file; cgroup.procs only where a v2 clone was impossible).
 *  UNSHARE      CLONE_NEWCGROUP after the joins.
 *  SETSID       setsid(2).
 *  KEYRING      keyctl(KEYCTL_JOIN_SESSION_KEYRING, s0); n0 = 1 widens the search permission as runc does.
 *               EDQUOT and ENOSYS are warnings.
 *  LOOPBACK_UP  SIOCSIFFLAGS IFF_UP on lo.
 *  ROOT_PROPAGATION mount_setattr(AT_FDCWD, "/", propagation = n0, AT_RECURSIVE with MS_REC) in the new mount namespace, before any mount.
 *  OPEN_ROOT    s0 = host path. open_tree(OPEN_TREE_CLONE | AT_RECURSIVE), n0 = propagation of it (0 = leave), move_mount onto itself;
 *               the attached mount becomes the root that (root) paths resolve in. fd, when given, is an O_PATH fd of the same directory and is used instead of s0.
 *               OCI_F_NO_CONSOLE_NODE is meaningless here. n1 = 1: no clone, just open "/" (exec in a joined mount namespace); n1 = 2: no clone either, the directory as it is (a shared mount namespace;
 *               in stage one: init's root, which exec can't reach by joining).
 *               n2 = 1: first make the mount that holds the directory private (a shared root must not see the attach; pivot_root(2) wants it too).
 *  OPEN_DEVNULL open the host's /dev/null O_PATH|O_NOFOLLOW, S_ISCHR and 1:3; the source for MASK of files.
 *  MOUNT        a new filesystem: s0 = fstype, s1 = list of "key=value" or "flag" for fsconfig, s2 = source or 0, s3 = target (root);
 *               n0 = MOUNT_ATTR_* for fsmount, n1 = mode of a directory made by MKDIR (0 = 0755), n2 = propagation to set afterwards or 0,
 *               n3 = 1: add "mode=" with the permission bits of the target if it was there before (tmpfs). n4 = 1: the target's content is copied into it first.
 *  BIND         s0 = source: host path; fd = user namespace whose maps translate the owners of its files, or NO_FD, n4 = 1: also in the mounts below (MOUNT_ATTR_IDMAP); s1 = target (root);
 *               n0 = attr_set, n1 = attr_clr for mount_setattr on the detached tree, n2 = propagation or 0.
 *               s1 = "." puts the mount on the root, and (root) paths resolve in it from then on.
 *               n3 = attributes to clear as well unless they are locked (mount_namespaces(7)); any other locked attribute is EPERM.
 *               MKDIR/MKFILE are chosen here from the source's type when either is set.
 *  SETATTR      s0 = target (root), s1 = list of parameters: changed on its filesystem first (fspick, fsconfig); then mount_setattr(attr_set n0, attr_clr n1, propagation n2), AT_RECURSIVE with OCI_F_ATTR_RECURSIVE or MS_REC; the remount of the spec.
 *  MKDIR        s0 = path (root), n0 = mode; parents made, an existing directory is fine.
 *  MKNOD        s0 = path (root), n0 = mode with S_IF*, n1 = dev_t major, n2 = minor, n3 = uid, n4 = gid; parents made; an existing node of the
 *               same type and number is accepted, anything else is replaced only when it is an empty regular file.
 *  SYMLINK      s0 = path (root) of the link, s1 = its text. EEXIST with the same text is fine.
 *  UNLINK       s0 = path (root); ENOENT is fine.
 *  CONSOLE      s0 = path (root) of ptmx ("dev/pts/ptmx"), s1 = path (root) of console node ("dev/console"); n0 = rows, n1 = columns (0 = leave),
 *               n2 = uid and n3 = gid of the slave's owner ((gid_t)-1 = as devpts made it); n4 = 1: newlines in the output stay as they are (no ONLCR); fd = connected socket that gets the master in one sendmsg (name "/dev/ptmx"), or NO_FD: the master
 *               goes over the channel as OCI_MSG_CONSOLE. Then the slave is the controlling terminal and 0, 1, 2.
 *  PIVOT_ROOT   fchdir(root), pivot_root(".", "."), umount2(".", MNT_DETACH), chdir("/"). n0 = 1: MS_MOVE and chroot instead (--no-pivot), with
 *               /proc and /sys of the old root detached or covered. n0 = 2: chroot alone, no mount changes.
 *               (root) paths keep resolving in the same root. n1 = propagation of the old root before detaching, or 0.
 *  ROOT_READONLY mount_setattr of the root mount: MOUNT_ATTR_RDONLY, not recursive. Before or after PIVOT_ROOT.
 *  HOSTNAME     sethostname(s0).   DOMAINNAME  setdomainname(s0).
 *  SYSCTL       s0 = path below /proc/sys with slashes, s1 = value; written through the unmasked ProcHandle.
 *  READONLY_PATH s0 = path (root): recursive bind on itself, read-only.
 *  MASK         s0 = path (root): directory -> empty read-only tmpfs (one shared mount), file -> /dev/null of OPEN_DEVNULL.
 *  OOM_SCORE    write n0 (sign-extended) to /proc/self/oom_score_adj through ProcHandle.
 *  ATTR_EXEC    LSM label on exec: s0 = text, s1 = "attr/exec" or "attr/apparmor/exec"; written below /proc/thread-self through ProcHandle.
 *  RLIMIT       prlimit: n0 = resource, n1 = soft, n2 = hard.
 *  SCHEDULER    sched_setattr: n0 = policy, n1 = SCHED_FLAG_*, n2 = (uint32) nice sign-extended in the low half and priority in the high half; s0 = blob of three u64 runtime, deadline, period or 0.
 *  IOPRIO       ioprio_set(IOPRIO_WHO_PROCESS, 0, n0).
 *  AFFINITY     sched_setaffinity(0): s0 = blob of the mask bytes.
 *  MEMPOLICY    set_mempolicy(n0 = mode|flags, s0 = blob of node mask in u64 words or 0, n1 = the maxnode argument).
 *  PERSONALITY  personality(n0).
 *  NO_NEW_PRIVS prctl.
 *  CAP_BOUNDING drop capabilities that are not in mask n0 from the bounding set.
 *  USER         keep capabilities; s0 = blob of u32 additional gids (0 = setgroups is not called; an empty blob clears, EPERM is fine then), n0 = uid, n1 = gid, n2 = umask,
 *               n3 = 1: those of 0, 1 and 2 that are pipes are given to the user first, so that /dev/stdout can be reopened (failure is fine).
 *               Then PR_SET_DUMPABLE 0 again.
 *  CAPS         capset: n0 = effective, n1 = permitted, n2 = inheritable, n3 = ambient (lowered to what P and I allow by the planner).
 *  CHDIR        s0 = path (container's view), made 0755 inside the root when missing and OCI_F_MKDIR is set. n0 = 1: a first try before USER, EACCES and
 *               EPERM are fine; n0 = 2: the second try after it, only does OCI_F_CHECK_CWD when the first succeeded.
 *  LOOKUP       finds the program: s0 = argv[0], s1 = PATH's value. Checks it is a file that may be executed (AT_EACCESS). Remembers the full path.
 *  SECCOMP      s0 = blob of struct sock_filter[], n0 = SECCOMP_FILTER_FLAG_*; when they ask for a listener, it goes over the channel as
 *               OCI_MSG_SECCOMP_FD, sent by a thread that the filter does not affect; then waits for OCI_MSG_GO.
 *  READY        send OCI_MSG_READY (and OCI_MSG_TIMELINE first when asked for).
 *  GATE         n0 = 0: wait for OCI_MSG_START on the channel. n0 = 1: fd = listening SOCK_SEQPACKET socket of the state directory: wait
 *               for OCI_MSG_GO, which ends the create, close the channel, accept one connection, it is the channel from now on, wait for OCI_MSG_START.
 *               Connections that end without one, or bring OCI_MSG_ENTER, come before it.
 *  HOOK         a createContainer or startContainer hook: s0 = path, s1 = vector of args, s2 = vector of env (0 = none), n0 = timeout ms (0 = none),
 *               fd = memfd with the state JSON, which becomes stdin after lseek(0); its stdout and stderr are n2 = slot of a pipe that is open for
 *               both directions (so that processes it leaves behind get no SIGPIPE), whose last 180 bytes go into the error. n3 = slot of a file that is its stdout
 *               instead, n4 = the same for stderr, or NO_FD.
 *               n1 = 0: createContainer, which starts in the root with the runtime's umask; n1 = 1: startContainer, in the process's directory with its umask.
 *  KEEP_FD      descriptor of slot fd becomes number n0 (3 and up) across EXEC, or that of RESTORE.
 *  LEASH        the only step of a separate program, not run by any process of a container: stay next to the runtime, and when that is gone end the
 *               process named by OCI_MSG_PROCESS and remove what was made for it. The runtime kills it when there is nothing left to watch.
 *               fd = the state root (O_PATH) and s0 = name of the container's directory in it (NO_FD, 0: the process came by exec, and its end is
 *               the end of the watch); s1 = list of the container's cgroup directories, absolute; n0 = the signal that comes before SIGKILL,
 *               n1 = ms that a process which heeds it is given; n2 = 1: once there is a process the directory is left to a delete, which has more to do.
 *  CHANGE       the first step of a program that changes the mounts of a running container and makes no process: opens /proc, through which a mount
 *               known by its descriptor is unmounted. Until COMMIT the program can be undone: when a step fails, or the runtime is gone, the mounts that ATTACH
 *               has attached are unmounted again, last first, before anything is reported. In such a program MOUNT and BIND only make their mount,
 *               before the container's mount namespace is joined, so that their names are the host's.
 *  ATTACH       puts the mount of step n0 (a MOUNT or BIND before it) at that one's target.
 *  ATTRIBUTES   mount_setattr of such a mount, attached or not, AT_RECURSIVE with OCI_F_ATTR_RECURSIVE: n0 = its step, n1 = attr_set, n2 = attr_clr.
 *  UNMOUNT      s0 = path (root) of a mount, unmounted with everything below it. n0 = 1: only checks that it is one.
 *  COMMIT       the last step: send OCI_MSG_READY, and end at OCI_MSG_GO, after which nothing is undone.
 *  RESTORE      the last step of a program that is SUPERVISE, KEEP_FDs and this, and makes no process itself: the supervisor starts criu(8), which makes
 *               the container's processes as its siblings, and sends OCI_MSG_CRIU. s0 = criu's path, s1 = vector of args, s2 = vector of env (0 = none); fd = the
 *               mount namespace that it is started in, or NO_FD. It has 0, 1, 2 and the KEEP_FDs. OCI_MSG_PROCESS names the process that criu has
 *               made. When criu has ended, the supervisor sends OCI_MSG_READY and supervises that process. If the channel ends before that, both exit.
 *  EXEC         close everything but 0-2 and KEEP_FDs, reset dispositions and mask, send OCI_MSG_STARTING, execve(LOOKUP's path, s0 = vector of args, s1 = vector of env).
 *               LISTEN_PID is patched here when the env has the placeholder "LISTEN_PID=" with the pid in this process's own namespace: n0 = 1.
 */
#define OCI_STEP_KINDS(X) \
	X(SUPERVISE, 1, step_supervise, STAGE_ONE | RESTORING, NEEDS_FD, 0x1f, STRING, STRING, BYTES) \
	X(JOIN_NS, 2, step_join_ns, ANY_STAGE | IN_CHANGE, NEEDS_FD, 0, NONE) \
	X(UNSHARE, 3, step_unshare, ANY_STAGE | IN_CHANGE, NO_FD, 0, NONE) \
	X(TIME_OFFSETS, 4, step_time_offsets, STAGE_ONE, NO_FD, 0, STRING) \
	X(AWAIT, 5, step_await, ANY_STAGE, NO_FD, 0, NONE) \
	X(BECOME_ROOT, 6, step_become_root, ANY_STAGE | IN_CHANGE, NO_FD, 0, NONE) \
	X(CLONE, 7, step_clone, STAGE_ONE, OPTIONAL_FD, 0, NONE) \
	X(JOIN_CGROUP, 8, step_join_cgroup, ANY_STAGE, NEEDS_FD, 0, NONE) \
	X(SETSID, 9, step_setsid, STAGE_TWO, NO_FD, 0, NONE) \
	X(KEYRING, 10, step_keyring, STAGE_TWO, NO_FD, 0, OPTIONAL_STRING) \
	X(LOOPBACK_UP, 11, step_loopback_up, STAGE_TWO, NO_FD, 0, NONE) \
	X(ROOT_PROPAGATION, 12, step_root_propagation, STAGE_TWO | IN_CHANGE, NO_FD, 0, NONE) \
	X(OPEN_ROOT, 13, step_open_root, ANY_STAGE | IN_CHANGE, OPTIONAL_FD, 0, OPTIONAL_STRING) \
	X(OPEN_DEVNULL, 14, step_open_devnull, STAGE_TWO, NO_FD, 0, NONE) \
	X(MOUNT, 15, step_mount, STAGE_TWO | IN_CHANGE, NO_FD, 0, STRING, LIST, OPTIONAL_STRING, STRING) \
	X(BIND, 16, step_bind, STAGE_TWO | IN_CHANGE, OPTIONAL_FD, 0, STRING, STRING) \
	X(SETATTR, 17, step_setattr, STAGE_TWO, NO_FD, 0, STRING, LIST) \
	X(MKDIR, 18, step_mkdir, STAGE_TWO, NO_FD, 0, STRING) \
	X(MKNOD, 19, step_mknod, STAGE_TWO, NO_FD, 0, STRING) \
	X(SYMLINK, 20, step_symlink, STAGE_TWO, NO_FD, 0, STRING, STRING) \
	X(UNLINK, 21, step_unlink, STAGE_TWO, NO_FD, 0, STRING) \
	X(CONSOLE, 22, step_console, STAGE_TWO, OPTIONAL_FD, 0, STRING, OPTIONAL_STRING) \
	X(PIVOT_ROOT, 23, step_pivot_root, ANY_STAGE, NO_FD, 0, NONE) \
	X(ROOT_READONLY, 24, step_root_readonly, STAGE_TWO, NO_FD, 0, NONE) \
	X(HOSTNAME, 25, step_hostname, STAGE_TWO, NO_FD, 0, STRING) \
	X(DOMAINNAME, 26, step_domainname, STAGE_TWO, NO_FD, 0, STRING) \
	X(SYSCTL, 27, step_sysctl, STAGE_TWO, NO_FD, 0, STRING, STRING) \
	X(READONLY_PATH, 28, step_readonly_path, STAGE_TWO, NO_FD, 0, STRING) \
	X(MASK, 29, step_mask, STAGE_TWO, NO_FD, 0, STRING) \
	X(OOM_SCORE, 30, step_oom_score, ANY_STAGE, NO_FD, 0, NONE) \
	X(ATTR_EXEC, 31, step_attr_exec, STAGE_TWO, NO_FD, 0, STRING, STRING) \
	X(RLIMIT, 32, step_rlimit, ANY_STAGE, NO_FD, 0, NONE) \
	X(SCHEDULER, 33, step_scheduler, ANY_STAGE, NO_FD, 0, OPTIONAL_BYTES) \
	X(IOPRIO, 34, step_ioprio, ANY_STAGE, NO_FD, 0, NONE) \
	X(AFFINITY, 35, step_affinity, ANY_STAGE, NO_FD, 0, BYTES) \
	X(MEMPOLICY, 36, step_mempolicy, STAGE_TWO, NO_FD, 0, OPTIONAL_BYTES) \
	X(PERSONALITY, 37, step_personality, STAGE_TWO, NO_FD, 0, NONE) \
	X(NO_NEW_PRIVS, 38, step_no_new_privs, STAGE_TWO, NO_FD, 0, NONE) \
	X(CAP_BOUNDING, 39, step_cap_bounding, STAGE_TWO, NO_FD, 0, NONE) \
	X(USER, 40, step_user, STAGE_TWO, NO_FD, 0, OPTIONAL_BYTES) \
	X(CAPS, 41, step_caps, STAGE_TWO, NO_FD, 0, NONE) \
	X(CHDIR, 42, step_chdir, STAGE_TWO, NO_FD, 0, STRING) \
	X(LOOKUP, 43, step_lookup, STAGE_TWO, NO_FD, 0, STRING, OPTIONAL_STRING) \
	X(SECCOMP, 44, step_seccomp, STAGE_TWO, NO_FD, 0, BYTES) \
	X(READY, 45, step_ready, STAGE_TWO, NO_FD, 0, NONE) \
	X(GATE, 46, step_gate, STAGE_TWO, OPTIONAL_FD, 0, NONE) \
	X(HOOK, 47, step_hook, STAGE_TWO, NEEDS_FD, 0x1c, STRING, VECTOR, OPTIONAL_VECTOR) \
	X(KEEP_FD, 48, step_keep_fd, STAGE_TWO | RESTORING, NEEDS_FD, 0, NONE) \
	X(EXEC, 49, step_exec, STAGE_TWO, NO_FD, 0, VECTOR, OPTIONAL_VECTOR) \
	X(LEASH, 50, step_leash, ALONE, OPTIONAL_FD, 0, OPTIONAL_STRING, LIST) \
	X(SOURCES, 51, step_sources, STAGE_ONE | IN_CHANGE, NO_FD, 0, NONE) \
	X(CHANGE, 52, step_change, IN_CHANGE, NO_FD, 0, NONE) \
	X(ATTACH, 53, step_attach, IN_CHANGE, NO_FD, 0, NONE) \
	X(ATTRIBUTES, 54, step_attributes, IN_CHANGE, NO_FD, 0, NONE) \
	X(UNMOUNT, 55, step_unmount, IN_CHANGE, NO_FD, 0, STRING) \
	X(COMMIT, 56, step_commit, IN_CHANGE, NO_FD, 0, NONE) \
	X(RESTORE, 57, step_restore, RESTORING, OPTIONAL_FD, 0, STRING, VECTOR, OPTIONAL_VECTOR)

enum oci_step_kind {
#define X(name, value, ...) OCI_KIND_##name = value,
	OCI_STEP_KINDS(X)
#undef X
};

/* why AWAIT waits */
enum oci_sync {
	OCI_SYNC_ID_MAPS = 1,        /* the runtime writes uid_map and gid_map of the sender */
	OCI_SYNC_RUNTIME_HOOKS = 2,  /* namespaces exist: prestart and createRuntime hooks, network devices */
	OCI_SYNC_CONTAINER_HOOKS = 3, /* the state memfd is filled before createContainer hooks run */
	OCI_SYNC_CGROUP = 4,         /* the runtime moves the process into its cgroup; in stage two, right after CLONE */
	OCI_SYNC_DELEGATION = 5      /* it has its cgroup namespace: the runtime moves it into the cgroup that the container manages */
};

/*
 * Records on the channel (SOCK_SEQPACKET), both directions: always exactly sizeof(struct oci_msg) bytes, except
 * OCI_MSG_TIMELINE, which is followed by n0 u64 nanosecond values in the same record (at most OCI_WIRE_MAX_STEPS).
 */
enum oci_msg_type {
	/* runtime -> helper */
	OCI_MSG_PROGRAM = 1, /* SCM_RIGHTS: the image memfd, then the slots (0..fd_count-1); n0 = how many of them come in further records of this type (SCM_MAX_FD) */
	OCI_MSG_GO = 2,      /* answer to CLONED (the state is on disk), SYNC, SECCOMP_FD, and to READY where a start gate comes next */
	OCI_MSG_START = 3,   /* pass the gate */
	OCI_MSG_DIRECTORY = 4, /* SCM_RIGHTS: the container's state directory (O_PATH), made by the sender: LEASH */
	OCI_MSG_PROCESS = 5,   /* n0 = pid; SCM_RIGHTS: pidfd: LEASH, RESTORE */
	OCI_MSG_ENTER = 6,     /* at the gate: a user's exec joins init's namespaces. Answered by READY; allowed until the connection ends */
	/* helper -> runtime */
	OCI_MSG_CLONED = 16,  /* n0 = pid of init in the runtime's pid namespace (from clone3); SCM_RIGHTS: pidfd. Init sends nothing before GO; if the channel ends, it sends this itself with n0 = 0 */
	OCI_MSG_SYNC = 17,    /* n0 = enum oci_sync, n1 = pid of the sender in its own pid namespace */
	OCI_MSG_READY = 18, /* RESTORE: n0 = criu's exit status, or with n1 = 1 the signal that ended it */
	OCI_MSG_STARTING = 19, /* the next thing is execve; an ERROR may still follow */
	OCI_MSG_CONSOLE = 20,  /* SCM_RIGHTS: pty master */
	OCI_MSG_SECCOMP_FD = 21, /* SCM_RIGHTS: listener */
	OCI_MSG_TIMELINE = 22,
	OCI_MSG_WARNING = 23, /* as ERROR, but the launch goes on */
	OCI_MSG_ERROR = 24,   /* step, error = errno, op = what failed, text = detail (a path, a hook's last output); the sender exits */
	OCI_MSG_SUPERVISOR = 25, /* from the supervisor, before anything else; n0 = its pid; SCM_RIGHTS: its pidfd */
	OCI_MSG_CRIU = 26 /* RESTORE; n0 = criu's pid; SCM_RIGHTS: its pidfd */
};

struct oci_msg {
	uint32_t type;
	uint32_t length; /* of the whole record */
	uint32_t step;   /* index of the step, or 0xffffffff before step 0 */
	int32_t error;   /* errno, positive */
	uint32_t op;     /* enum oci_op */
	uint32_t text_length;
	uint64_t n[2];
	char text[216];
};

/* The primitive that failed; the runtime prints its kernel name. X(NAME, value, "name") */
#define OCI_OPS(X) \
	X(NONE, 0, "") \
	X(IMAGE, 1, "image") \
	X(RECVMSG, 2, "recvmsg") \
	X(SENDMSG, 3, "sendmsg") \
	X(FORK, 4, "fork") \
	X(CLONE3, 5, "clone3") \
	X(SETNS, 6, "setns") \
	X(UNSHARE, 7, "unshare") \
	X(OPENAT2, 8, "openat2") \
	X(OPEN, 9, "open") \
	X(WRITE, 10, "write") \
	X(MKDIRAT, 11, "mkdirat") \
	X(MKNODAT, 12, "mknodat") \
	X(SYMLINKAT, 13, "symlinkat") \
	X(UNLINKAT, 14, "unlinkat") \
	X(FCHOWN, 15, "fchown") \
	X(FCHMOD, 16, "fchmod") \
	X(FSOPEN, 17, "fsopen") \
	X(FSCONFIG, 18, "fsconfig") \
	X(FSMOUNT, 19, "fsmount") \
	X(OPEN_TREE, 20, "open_tree") \
	X(MOVE_MOUNT, 21, "move_mount") \
	X(MOUNT_SETATTR, 22, "mount_setattr") \
	X(PIVOT_ROOT, 23, "pivot_root") \
	X(UMOUNT2, 24, "umount2") \
	X(CHROOT, 25, "chroot") \
	X(CHDIR, 26, "chdir") \
	X(GETCWD, 27, "getcwd") \
	X(SETHOSTNAME, 28, "sethostname") \
	X(SETDOMAINNAME, 29, "setdomainname") \
	X(IOCTL, 30, "ioctl") \
	X(PRCTL, 31, "prctl") \
	X(PRLIMIT, 32, "prlimit") \
	X(SETGROUPS, 33, "setgroups") \
	X(SETRESGID, 34, "setresgid") \
	X(SETRESUID, 35, "setresuid") \
	X(CAPSET, 36, "capset") \
	X(SECCOMP, 37, "seccomp") \
	X(EXECVE, 38, "execve") \
	X(FACCESSAT, 39, "faccessat") \
	X(STAT, 40, "stat") \
	X(VERIFY, 41, "verify") \
	X(HOOK, 42, "hook") \
	X(SETSID, 43, "setsid") \
	X(KEYCTL, 44, "keyctl") \
	X(SOCKET, 45, "socket") \
	X(ACCEPT4, 46, "accept4") \
	X(SCHED_SETATTR, 47, "sched_setattr") \
	X(IOPRIO_SET, 48, "ioprio_set") \
	X(SCHED_SETAFFINITY, 49, "sched_setaffinity") \
	X(SET_MEMPOLICY, 50, "set_mempolicy") \
	X(PERSONALITY, 51, "personality") \
	X(DUP, 52, "dup") \
	X(FAULT, 53, "fault") \
	X(PIPE, 54, "pipe2") \
	X(MOUNT, 55, "mount") \
	X(FSPICK, 56, "fspick") \
	X(PIDFD_OPEN, 57, "pidfd_open") \
	X(FSTATFS, 58, "fstatfs") \
	X(READLINKAT, 59, "readlinkat") \
	X(GETDENTS64, 60, "getdents64") \
	X(SENDFILE, 61, "sendfile") \
	X(FCNTL, 62, "fcntl") \
	X(CLOSE_RANGE, 63, "close_range") \
	X(MMAP, 64, "mmap") \
	X(CLONE, 65, "clone") \
	X(POLL, 66, "poll") \
	X(WAITID, 67, "waitid")

enum oci_op {
#define X(name, value, text) OCI_OP_##name = value,
	OCI_OPS(X)
#undef X
};

_Static_assert(sizeof(struct oci_image_header) == 40, "image header layout");
_Static_assert(sizeof(struct oci_step) == 64, "step layout");
_Static_assert(sizeof(struct oci_msg) == 256, "message layout");

#endif
