/* Supervised containers that criu makes. In its place stands this program, which does no more than criu's last step: a sibling. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "supervised.h"
#include "tests.h"

#define CRIU_SOCKET 3

struct restored {
	struct supervised s;
	int socket;
	pid_t criu, process;
	int pidfd;
	bool begun;
};

static struct restored r;

/* Told the pid it is to go on, and ends when its socket does, with its status. */
int be_criu(const char *status)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	char end;

	if (pid == 0)
		_exit(close(CRIU_SOCKET) == 0 && write(STDOUT_FILENO, "restored\n", 9) == 9 && raise(SIGSTOP) == 0 ? 7 : 1);
	if (write(CRIU_SOCKET, &pid, sizeof(pid)) != (ssize_t)sizeof(pid))
		return 99;
	while (read(CRIU_SOCKET, &end, 1) > 0)
		continue;
	return atoi(status);
}

/* As supervised_build, with criu in the place of the container. */
static void build(const char *program, const char *status)
{
	char self[PATH_MAX] = { 0 };
	struct oci_step *s;
	int pair[2];

	supervised_build(&r.s, "true", false);
	p.header.step_count = 1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		abort();
	r.socket = pair[0];
	r.pidfd = -1;
	r.process = r.criu = 0;
	add(&p, OCI_KIND_KEEP_FD, 0, add_slot(&p, pair[1]))->n[0] = CRIU_SOCKET;
	s = add(&p, OCI_KIND_RESTORE, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_string(&p, program == NULL ? self : program);
	s->s[1] = add_vector(&p, STRINGS("native-tests", "--criu", status));
}

/* Up to the process that criu has made. */
static bool begin(void)
{
	struct pollfd answer = { .fd = r.socket, .events = POLLIN };

	launch_begin(&r.s.l, &p, r.s.out[1]);
	r.begun = true;
	for (uint32_t i = 0; i < p.header.fd_count; i++)
		close(p.slots[i]);
	if (!launch_until(&r.s.l, OCI_MSG_CRIU))
		return false;
	r.criu = (pid_t)r.s.l.last.n[0];
	if (poll(&answer, 1, 20000) != 1 || read(r.socket, &r.process, sizeof(r.process)) != (ssize_t)sizeof(r.process))
		return false;
	r.pidfd = (int)syscall(SYS_pidfd_open, r.process, 0);
	return r.pidfd >= 0;
}

static void name_process(void)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct oci_msg m = { .type = OCI_MSG_PROCESS, .length = sizeof(m), .n = { (uint64_t)r.process } };
	struct iovec iov = { &m, sizeof(m) };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&h);

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &r.pidfd, sizeof(int));
	if (sendmsg(r.s.l.channel, &h, MSG_NOSIGNAL) < 0)
		abort();
}

/* Also of a test that has failed half-way. */
static void finish(void)
{
	if (!r.begun)
		return;
	if (r.pidfd >= 0) {
		syscall(SYS_pidfd_send_signal, r.pidfd, SIGKILL, NULL, 0);
		close(r.pidfd);
	}
	if (r.socket >= 0)
		close(r.socket);
	launch_end(&r.s.l);
	r = (struct restored){ .pidfd = -1, .socket = -1 };
}

static void restore_test(const char *name, test_function *test)
{
	run_test(name, test);
	finish();
}

static bool ends(pid_t pid)
{
	for (int i = 0; i < 5000 && !has_ended(pid); i++)
		usleep(1000);
	return has_ended(pid);
}

static void what_criu_has_made_is_supervised(void)
{
	char path[64];

	build(NULL, "0");
	CHECK_TEXT(begin(), describe(&r.s.l.last));
	name_process();
	close(r.socket);
	r.socket = -1;
	CHECK_TEXT(launch_until(&r.s.l, OCI_MSG_READY), describe(&r.s.l.last));
	CHECK(r.s.l.last.n[0] == 0 && r.s.l.last.n[1] == 0);
	CHECK(launch_next(&r.s.l) == 0);
	CHECK(has_ended(r.criu));
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", r.s.l.supervisor, r.s.l.supervisor);
	snprintf(text, sizeof(text), "%d ", r.process);
	CHECK_TEXT(strcmp(file_text(path), text) == 0, file_text(path));
	CHECK(shell("test $(ls /proc/%d/fd | wc -l) = 7", r.s.l.supervisor) == 0); /* 0-2, directory, log, stdout, pidfd */
	syscall(SYS_pidfd_send_signal, r.pidfd, SIGCONT, NULL, 0);
	CHECK_TEXT(strncmp(supervised_record(&r.s), "{\"exitCode\":7,\"signal\":0", 24) == 0, supervised_record(&r.s));
	CHECK_TEXT(strcmp(log_text(), "stdout F restored\n") == 0, log_text());
}

static void how_criu_has_ended_is_told(void)
{

	build(NULL, "3");
	CHECK_TEXT(begin(), describe(&r.s.l.last));
	name_process();
	close(r.socket);
	r.socket = -1;
	CHECK_TEXT(launch_until(&r.s.l, OCI_MSG_READY), describe(&r.s.l.last));
	CHECK(r.s.l.last.n[0] == 3 && r.s.l.last.n[1] == 0);
	finish();
	build(NULL, "0");
	CHECK_TEXT(begin(), describe(&r.s.l.last));
	name_process();
	kill(r.criu, SIGKILL);
	CHECK_TEXT(launch_until(&r.s.l, OCI_MSG_READY), describe(&r.s.l.last));
	CHECK(r.s.l.last.n[0] == SIGKILL && r.s.l.last.n[1] == 1);
}

static void a_runtime_that_goes_takes_both_along(void)
{

	build(NULL, "0");
	CHECK_TEXT(begin(), describe(&r.s.l.last));
	close(r.socket);
	r.socket = -1;
	close(r.s.l.channel);
	r.s.l.channel = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(ends(r.s.l.supervisor));
	CHECK(has_ended(r.criu));
	CHECK(access(in_bundle("state/exit.json"), F_OK) != 0);
}

static void a_criu_that_is_not_there_is_named(void)
{

	build("/no/criu", "0");
	CHECK(!begin());
	if (r.s.l.last.type == OCI_MSG_CRIU)
		launch_next(&r.s.l);
	CHECK_TEXT(r.s.l.last.type == OCI_MSG_ERROR && r.s.l.last.op == OCI_OP_EXECVE && r.s.l.last.error == ENOENT && strcmp(r.s.l.last.text, "/no/criu") == 0, describe(&r.s.l.last));
}

static void criu_has_the_mount_namespace_and_the_supervisor_has_not(void)
{
	char path[64], own[64] = { 0 }, other[64] = { 0 }, its[64] = { 0 };
	int ready[2], held[2];
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(held, O_CLOEXEC) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		close(held[1]);
		_exit(unshare(CLONE_NEWNS) == 0 && write(ready[1], "", 1) == 1 && read(held[0], path, 1) == 0 ? 0 : 1);
	}
	CHECK(read(ready[0], path, 1) == 1);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	CHECK(readlink(path, other, sizeof(other) - 1) > 0);
	build(NULL, "0");
	find(&p, OCI_KIND_RESTORE)->fd = add_slot(&p, open(path, O_RDONLY | O_CLOEXEC));
	CHECK_TEXT(begin(), describe(&r.s.l.last));
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", r.criu);
	CHECK(readlink(path, its, sizeof(its) - 1) > 0);
	CHECK_TEXT(strcmp(its, other) == 0, its);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", r.s.l.supervisor);
	CHECK(readlink(path, its, sizeof(its) - 1) > 0 && readlink("/proc/self/ns/mnt", own, sizeof(own) - 1) > 0);
	CHECK_TEXT(strcmp(its, own) == 0, its);
	finish();
	close(ready[0]), close(ready[1]), close(held[0]), close(held[1]);
	waitpid(pid, NULL, 0);
}

void restore_tests(void)
{
	restore_test("what_criu_has_made_is_supervised", what_criu_has_made_is_supervised);
	restore_test("how_criu_has_ended_is_told", how_criu_has_ended_is_told);
	restore_test("a_runtime_that_goes_takes_both_along", a_runtime_that_goes_takes_both_along);
	restore_test("a_criu_that_is_not_there_is_named", a_criu_that_is_not_there_is_named);
	restore_test("criu_has_the_mount_namespace_and_the_supervisor_has_not", criu_has_the_mount_namespace_and_the_supervisor_has_not);
}
