/* The helper stopped at one moment: whose /proc/PID is then, and what happens when somebody acts in between. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "launch.h"
#include "tests.h"

#define CALLER 1000

static struct program p;

/* proc(5): root's when the process may not be dumped, else the user's that it runs as. */
static bool belongs_to(pid_t pid, uid_t owner)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	return stat(path, &st) == 0 && st.st_uid == owner;
}

/* What comes before the clone, then a moment to look. */
static struct oci_step *add_moment(enum oci_sync why)
{
	struct oci_step *s = add(&p, OCI_KIND_AWAIT, 0, OCI_WIRE_NO_FD);

	s->n[0] = why;
	return s;
}

static void begin_as_caller(struct launch *l)
{
	new_bundle();
	add_moment(OCI_SYNC_CONTAINER_HOOKS);
	add_container(&p, in_bundle("rootfs"));
	add_shell(&p, "true");
	helper_user = CALLER;
	launch_begin(l, &p, -1);
	helper_user = 0;
}

static bool comes_to(struct launch *l, enum oci_sync why)
{
	return launch_next(l) == OCI_MSG_SYNC && l->last.n[0] == why;
}

static void nobody_may_look_into_the_helper(void)
{
	struct launch l;

	program_begin(&p);
	begin_as_caller(&l);
	CHECK_TEXT(comes_to(&l, OCI_SYNC_CONTAINER_HOOKS), describe(&l.last));
	CHECK(belongs_to(l.helper, 0));
	launch_end(&l);
}

static void nor_once_its_ids_are_mapped(void)
{
	struct launch l;

	program_begin(&p);
	add(&p, OCI_KIND_UNSHARE, 0, OCI_WIRE_NO_FD)->n[0] = CLONE_NEWUSER;
	add_moment(OCI_SYNC_ID_MAPS);
	begin_as_caller(&l);
	CHECK_TEXT(comes_to(&l, OCI_SYNC_ID_MAPS), describe(&l.last));
	CHECK(belongs_to(l.helper, CALLER));
	launch_send(&l, OCI_MSG_GO);
	CHECK_TEXT(comes_to(&l, OCI_SYNC_CONTAINER_HOOKS), describe(&l.last));
	CHECK(belongs_to(l.helper, 0));
	launch_end(&l);
}

static void nor_once_its_oom_score_is_set(void)
{
	struct launch l;
	char path[64];

	program_begin(&p);
	add(&p, OCI_KIND_OOM_SCORE, 0, OCI_WIRE_NO_FD)->n[0] = 777;
	begin_as_caller(&l);
	CHECK_TEXT(comes_to(&l, OCI_SYNC_CONTAINER_HOOKS), describe(&l.last));
	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", l.helper);
	CHECK_TEXT(strcmp(file_text(path), "777\n") == 0, file_text(path));
	CHECK(belongs_to(l.helper, 0));
	launch_end(&l);
}

static void nor_once_its_clocks_are_set(void)
{
	struct launch l;
	char path[64];

	program_begin(&p);
	add(&p, OCI_KIND_UNSHARE, 0, OCI_WIRE_NO_FD)->n[0] = CLONE_NEWUSER | CLONE_NEWTIME;
	add(&p, OCI_KIND_TIME_OFFSETS, 0, OCI_WIRE_NO_FD)->s[0] = add_string(&p, "monotonic 4321 0\n");
	begin_as_caller(&l);
	CHECK_TEXT(comes_to(&l, OCI_SYNC_CONTAINER_HOOKS), describe(&l.last));
	snprintf(path, sizeof(path), "/proc/%d/timens_offsets", l.helper);
	CHECK_TEXT(strstr(file_text(path), "4321") != NULL, file_text(path));
	CHECK(belongs_to(l.helper, 0));
	launch_end(&l);
}

static bool makes(pid_t pid, const struct __ptrace_syscall_info *call, const char *name)
{
	char text[32] = "";
	struct iovec here = { text, sizeof(text) - 1 }, there = { (void *)(uintptr_t)call->entry.args[1], sizeof(text) - 1 };

	return call->entry.nr == SYS_mkdirat && process_vm_readv(pid, &here, 1, &there, 1, 0) > 0 && strcmp(text, name) == 0;
}

static bool stop(pid_t pid)
{
	int status;

	return ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) == 0 && ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0 && waitpid(pid, &status, __WALL) == pid &&
	       WIFSTOPPED(status);
}

/* Lets a process that was stopped go on until it has made a directory of this name. */
static bool goes_on_to_make(pid_t pid, const char *name)
{
	struct __ptrace_syscall_info call;
	bool made = false;
	int status;

	while (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0 && waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(call), &call) <= 0)
			return false;
		if (made)
			return call.op == PTRACE_SYSCALL_INFO_EXIT;
		made = call.op == PTRACE_SYSCALL_INFO_ENTRY && makes(pid, &call, name);
	}
	return false;
}

/* CVE-2024-45310: what is opened where a directory was just made is another one. */
static void a_directory_that_was_exchanged_is_not_used(void)
{
	struct launch l;
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), "true");
	shell("mkdir -m 700 %s", in_bundle("rootfs/data/other"));
	insert(&p, find(&p, OCI_KIND_PIVOT_ROOT), OCI_KIND_AWAIT, 0, OCI_WIRE_NO_FD)->n[0] = OCI_SYNC_CONTAINER_HOOKS;
	s = insert(&p, find(&p, OCI_KIND_PIVOT_ROOT), OCI_KIND_MKDIR, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_string(&p, "data/made/below");
	s->n[0] = 0755;
	launch_begin(&l, &p, -1);
	CHECK_TEXT(launch_next(&l) == OCI_MSG_CLONED, describe(&l.last));
	launch_send(&l, OCI_MSG_GO);
	CHECK_TEXT(comes_to(&l, OCI_SYNC_CONTAINER_HOOKS), describe(&l.last));
	CHECK(stop(l.init));
	launch_send(&l, OCI_MSG_GO);
	CHECK(goes_on_to_make(l.init, "made"));
	CHECK(shell("cd %s && mv made was && mv other made", in_bundle("rootfs/data")) == 0);
	CHECK(ptrace(PTRACE_DETACH, l.init, NULL, NULL) == 0);
	CHECK_TEXT(launch_next(&l) == OCI_MSG_ERROR && l.last.op == OCI_OP_MKDIRAT && l.last.error == ESTALE, describe(&l.last));
	CHECK(shell("test -z \"$(ls -A %s)\"", in_bundle("rootfs/data/made")) == 0);
	launch_end(&l);
}

void moment_tests(void)
{
	TEST(nobody_may_look_into_the_helper);
	TEST(nor_once_its_ids_are_mapped);
	TEST(nor_once_its_oom_score_is_set);
	TEST(nor_once_its_clocks_are_set);
	TEST(a_directory_that_was_exchanged_is_not_used);
}
