/* The process beside the runtime: what it ends and removes when that is gone, and what it leaves alone. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "launch.h"
#include "supervised.h"
#include "tests.h"

#define PATIENCE 300

/* A directory "root" with the state of "c", which need not be the client's, and two that stand for its cgroups. */
static void leash_begin(struct launch *l, bool exec, bool stays)
{
	struct oci_step *s;
	int root;

	new_bundle();
	shell("cd %s && mkdir -p root/c one/a/b one/c two && touch root/c/state.json root/c/config.json root/c/gate", in_bundle("."));
	root = open(in_bundle("root"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	program_begin(&p);
	s = add(&p, OCI_KIND_LEASH, 0, exec ? OCI_WIRE_NO_FD : add_slot(&p, root));
	if (!exec) {
		const char *one = strdup(in_bundle("one")), *two = strdup(in_bundle("two"));

		s->s[0] = add_string(&p, "c");
		s->s[1] = add_list(&p, STRINGS(one, two));
		free((void *)(uintptr_t)one);
		free((void *)(uintptr_t)two);
	}
	s->n[0] = SIGTERM;
	s->n[1] = PATIENCE;
	s->n[2] = stays;
	launch_begin(l, &p, -1);
	close(root);
}

static void hold(struct launch *l, uint32_t type, pid_t pid, int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct oci_msg m = { .type = type, .length = sizeof(m), .n = { (uint64_t)pid } };
	struct iovec iov = { &m, sizeof(m) };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&h);

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &fd, sizeof(int));
	if (fd < 0 || sendmsg(l->channel, &h, MSG_NOSIGNAL) < 0)
		abort();
	close(fd);
}

static void hold_directory(struct launch *l)
{
	hold(l, OCI_MSG_DIRECTORY, 0, open(in_bundle("root/c"), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* A shell that leads a session and has said that it runs. */
static pid_t begin_process(struct launch *l, const char *command)
{
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		setsid();
		dup2(ends[1], 1);
		execl("/bin/busybox", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		abort();
	close(ends[0]);
	hold(l, OCI_MSG_PROCESS, pid, (int)syscall(SYS_pidfd_open, pid, 0));
	return pid;
}

/* The client ends; how the process beside it does. */
static int client_ends(struct launch *l)
{
	int status;

	close(l->channel);
	close(l->output);
	return waitpid(l->helper, &status, 0) == l->helper ? status : -1;
}

static int status_of(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

static bool is_there(const char *name)
{
	return access(in_bundle(name), F_OK) == 0;
}

static void what_a_client_leaves_is_ended_and_removed(void)
{
	struct launch l;
	pid_t pid;

	leash_begin(&l, false, false);
	hold_directory(&l);
	pid = begin_process(&l, "echo x; exec sleep 100");
	CHECK(client_ends(&l) == 0);
	CHECK(status_of(pid) == SIGTERM);
	CHECK(!is_there("root/c") && is_there("root"));
	CHECK(!is_there("one") && !is_there("two"));
}

static void who_takes_no_notice_is_killed(void)
{
	struct launch l;
	pid_t pid;

	leash_begin(&l, false, false);
	hold_directory(&l);
	pid = begin_process(&l, "trap '' TERM; (while :; do sleep 1; done) & echo x; wait");
	CHECK(client_ends(&l) == 0);
	CHECK(status_of(pid) == SIGKILL);
	CHECK(!is_there("root/c"));
}

static void the_directory_stays_for_a_delete_that_has_more_to_do(void)
{
	struct launch l;

	leash_begin(&l, false, true);
	hold_directory(&l);
	CHECK(status_of(begin_process(&l, "echo x")) == 0);
	CHECK(client_ends(&l) == 0);
	CHECK(is_there("root/c/state.json") && !is_there("one") && !is_there("two"));

	leash_begin(&l, false, true);
	hold_directory(&l);
	CHECK(shell("rm -r %s/*", in_bundle("one")) == 0);
	CHECK(client_ends(&l) == 0);
	CHECK(!is_there("root/c") && !is_there("one"));
}

static void a_directory_of_another_is_left_alone(void)
{
	struct launch l;

	leash_begin(&l, false, false);
	CHECK(client_ends(&l) == 0);
	CHECK(is_there("root/c/state.json") && is_there("one/a/b"));
	CHECK(!is_there("two"));

	leash_begin(&l, false, false);
	hold_directory(&l);
	CHECK(shell("rm -r %s/*", in_bundle("one")) == 0);
	CHECK(shell("cd %s/root && mv c old && mkdir c && touch c/state.json", in_bundle(".")) == 0);
	CHECK(client_ends(&l) == 0);
	CHECK(is_there("root/c/state.json"));
}

static void an_empty_directory_is_what_a_client_had_just_made(void)
{
	struct launch l;

	leash_begin(&l, false, false);
	CHECK(shell("cd %s && rm -r root/c/* one/*", in_bundle(".")) == 0);
	CHECK(client_ends(&l) == 0);
	CHECK(!is_there("root/c"));
}

static void nothing_is_done_when_the_client_has_ended_it(void)
{
	struct launch l;
	pid_t pid;

	leash_begin(&l, false, false);
	hold_directory(&l);
	pid = begin_process(&l, "echo x; exec sleep 100");
	kill(l.helper, SIGKILL);
	CHECK(client_ends(&l) == SIGKILL);
	CHECK(kill(pid, SIGKILL) == 0 && status_of(pid) == SIGKILL);
	CHECK(is_there("root/c/state.json") && is_there("one") && is_there("two"));
}

static void the_session_of_an_executed_process_ends_with_it(void)
{
	struct launch l;
	pid_t pid, inside, outside;

	leash_begin(&l, true, false);
	pid = begin_process(&l, "cd /tmp; exec 3>&1; sleep 100 >&- & echo $! >leash-inside; setsid sleep 101 >&- & echo $! >leash-outside; sleep 0.1; echo x; wait");
	inside = (pid_t)atoi(file_text("/tmp/leash-inside"));
	outside = (pid_t)atoi(file_text("/tmp/leash-outside"));
	unlink("/tmp/leash-inside");
	unlink("/tmp/leash-outside");
	CHECK(inside > 0 && outside > 0 && kill(inside, 0) == 0);
	CHECK(client_ends(&l) == 0);
	CHECK(status_of(pid) == SIGTERM);
	CHECK(has_ended(inside));
	CHECK(!has_ended(outside) && kill(outside, SIGKILL) == 0);
	CHECK(is_there("root/c") && is_there("one"));
}

static void the_watch_of_an_executed_process_is_over_when_that_has_ended(void)
{
	struct launch l;
	int status;

	leash_begin(&l, true, false);
	CHECK(status_of(begin_process(&l, "echo x")) == 0);
	CHECK(waitpid(l.helper, &status, 0) == l.helper && status == 0);
	close(l.channel);
	close(l.output);
}

static void other_signals_are_not_for_it(void)
{
	struct launch l;
	pid_t pid;

	leash_begin(&l, false, false);
	hold_directory(&l);
	pid = begin_process(&l, "echo x; exec sleep 100");
	for (int i = 0; i < 100 && getsid(l.helper) != l.helper; i++)
		usleep(10000);
	CHECK(getsid(l.helper) == l.helper);
	usleep(50000);
	CHECK(kill(l.helper, SIGTERM) == 0 && kill(l.helper, SIGINT) == 0 && kill(l.helper, SIGHUP) == 0);
	usleep(50000);
	CHECK(!has_ended(l.helper));
	CHECK(client_ends(&l) == 0);
	CHECK(status_of(pid) == SIGTERM);
}

static void only_a_program_of_its_own_is_one(void)
{
	struct launch l;

	leash_begin(&l, false, false);
	client_ends(&l);
	add(&p, OCI_KIND_READY, 0, OCI_WIRE_NO_FD);
	launch_begin(&l, &p, -1);
	CHECK(!launch_until(&l, OCI_MSG_READY) && l.last.error == EBADMSG);
	launch_end(&l);

	leash_begin(&l, false, false);
	client_ends(&l);
	find(&p, OCI_KIND_LEASH)->s[0] = add_string(&p, "../c");
	launch_begin(&l, &p, -1);
	CHECK(!launch_until(&l, OCI_MSG_READY) && l.last.error == EBADMSG);
	launch_end(&l);
}

void leash_tests(void)
{
	TEST(what_a_client_leaves_is_ended_and_removed);
	TEST(who_takes_no_notice_is_killed);
	TEST(the_directory_stays_for_a_delete_that_has_more_to_do);
	TEST(a_directory_of_another_is_left_alone);
	TEST(an_empty_directory_is_what_a_client_had_just_made);
	TEST(nothing_is_done_when_the_client_has_ended_it);
	TEST(the_session_of_an_executed_process_ends_with_it);
	TEST(the_watch_of_an_executed_process_is_over_when_that_has_ended);
	TEST(other_signals_are_not_for_it);
	TEST(only_a_program_of_its_own_is_one);
}
