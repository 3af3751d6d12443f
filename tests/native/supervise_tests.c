/* The supervisor: log, exit record, and that it is nobody's burden. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "supervised.h"
#include "tests.h"

static void log_and_exit_are_recorded(void)
{
	struct supervised v;
	const char *json;

	supervised_build(&v, "echo one; echo; echo -n two; exit 5", false);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	CHECK(v.l.supervisor > 0);
	json = supervised_record(&v);
	CHECK_TEXT(strstr(json, "{\"exitCode\":5,\"signal\":0,\"exitedAt\":\"20") != NULL && strstr(json, "Z\",\"oomKilled\":false}\n") != NULL, json);
	CHECK_TEXT(strcmp(log_text(), "stdout F one\nstdout F \nstdout F two\n") == 0, log_text());
	CHECK(shell("test $(ls -A %s | wc -l) = 2", in_bundle("state")) == 0);
	launch_end(&v.l);
}

static void an_intermediate_does_what_comes_before_the_clone(void)
{
	struct supervised v;
	char path[64];

	supervised_build(&v, "sleep 0.3; exit 6", true);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", v.l.supervisor, v.l.supervisor);
	snprintf(text, sizeof(text), "%d ", v.l.init);
	CHECK_TEXT(strcmp(file_text(path), text) == 0, file_text(path));
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":6,\"signal\":0", 24) == 0, supervised_record(&v));
	launch_end(&v.l);
}

static void a_signal_is_recorded(void)
{
	struct supervised v;

	supervised_build(&v, "sleep 100", false);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	kill(v.l.init, SIGKILL);
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":137,\"signal\":9", 26) == 0, supervised_record(&v));
	launch_end(&v.l);
}

static void an_oom_kill_is_recorded(void)
{
	struct supervised v;
	char line[64];

	supervised_build(&v, "sleep 100", false);
	find(&p, OCI_KIND_SUPERVISE)->n[3] = (uint64_t)add_slot(&p, open(in_bundle("oom"), O_RDONLY | O_CLOEXEC));
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	kill(v.l.init, SIGKILL);
	snprintf(line, sizeof(line), "%s", strstr(supervised_record(&v), "oomKilled") == NULL ? "none" : strstr(supervised_record(&v), "oomKilled"));
	CHECK_TEXT(strcmp(line, "oomKilled\":true}\n") == 0, line);
	launch_end(&v.l);
}

static void the_supervisor_is_out_of_the_way(void)
{
	struct supervised v;
	char path[64];
	long sum = 0, value;
	const char *at;

	supervised_build(&v, "echo x; sleep 0.5", false);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	usleep(100000);
	CHECK(kill(v.l.supervisor, SIGTERM) == 0 && kill(v.l.supervisor, SIGINT) == 0 && kill(v.l.supervisor, SIGHUP) == 0);
	CHECK(getsid(v.l.supervisor) == v.l.supervisor);
	CHECK(shell("test $(ls /proc/%d/fd | wc -l) = 7", v.l.supervisor) == 0); /* 0-2, directory, log, stdout, pidfd */
	snprintf(path, sizeof(path), "/proc/%d/comm", v.l.supervisor);
	CHECK_TEXT(strcmp(file_text(path), "oci-supervisor\n") == 0, file_text(path));
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", v.l.supervisor);
	for (at = file_text(path); (at = strstr(at, "\nPrivate_")) != NULL; at++)
		if (sscanf(at, "\nPrivate_%*[^:]: %ld", &value) == 1)
			sum += value;
	printf("  private memory of a supervisor: %ld KB\n", sum);
	CHECK(getenv("OCI_SANITIZED") != NULL || sum < 300);
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":0", 13) == 0, supervised_record(&v));
	launch_end(&v.l);
}

static void long_lines_are_cut_into_parts(void)
{
	struct supervised v;
	const char *at;
	size_t count = 0;
	int parts = 0;

	supervised_build(&v, "dd if=/dev/zero bs=1000 count=40 2>/dev/null | tr '\\0' x; echo; echo end", false);
	shell("ln -s busybox %s; ln -s busybox %s", in_bundle("rootfs/bin/tr"), in_bundle("rootfs/bin/tail"));
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	supervised_record(&v);
	for (at = log_text(); strncmp(at, "stdout ", 7) == 0; at = strchr(at, '\n') + 1) {
		count += strcspn(at + 9, "\n");
		parts += at[7] == 'P';
	}
	CHECK(count == 40003 && parts == 2);
	launch_end(&v.l);
}

static void a_full_log_stops_nobody(void)
{
	struct supervised v;

	supervised_build(&v, "seq 1 50000; exit 4", false);
	p.slots[1] = open("/dev/full", O_WRONLY | O_CLOEXEC);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":4", 13) == 0, supervised_record(&v));
	launch_end(&v.l);
}

static void a_full_disk_keeps_the_exit_record(void)
{
	struct supervised v;
	bool alone;

	supervised_build(&v, "seq 1 50000; exit 4", false);
	/* The supervisor's directory and log, on a filesystem that the log fills. */
	close(p.slots[0]);
	close(p.slots[1]);
	shell("mount -t tmpfs -o size=64k tmpfs %s", in_bundle("state"));
	p.slots[0] = open(in_bundle("state"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	p.slots[1] = open(in_bundle("state/log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	supervised_start(&v);
	snprintf(text, sizeof(text), "%s", supervised_record(&v));
	alone = shell("test $(ls -A %s | wc -l) = 2", in_bundle("state")) == 0;
	launch_end(&v.l);
	CHECK(shell("umount %s", in_bundle("state")) == 0);
	CHECK_TEXT(strncmp(text, "{\"exitCode\":4", 13) == 0, text);
	CHECK(alone);
}

static void everything_is_logged_in_order(void)
{
	struct supervised v;
	char *at, *lines;
	int expected = 1;

	supervised_build(&v, "seq 1 1000", false);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	supervised_record(&v);
	log_text();
	for (at = text; (lines = strstr(at, "stdout F ")) != NULL; at = lines + 9, expected++)
		CHECK(atoi(lines + 9) == expected);
	CHECK(expected == 1001);
	launch_end(&v.l);
}

static void a_terminal_is_logged(void)
{
	struct supervised v;
	struct oci_step *s;
	int pair[2];

	supervised_build(&v, "tty; exit 2", false);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		abort();
	find(&p, OCI_KIND_SUPERVISE)->n[4] = (uint64_t)add_slot(&p, pair[0]);
	find(&p, OCI_KIND_SUPERVISE)->n[1] = find(&p, OCI_KIND_SUPERVISE)->n[2] = (uint64_t)(int64_t)OCI_WIRE_NO_FD;
	s = insert(&p, find(&p, OCI_KIND_PIVOT_ROOT), OCI_KIND_CONSOLE, 0, add_slot(&p, pair[1]));
	s->s[0] = add_string(&p, "dev/pts/ptmx");
	s->s[1] = add_string(&p, "dev/console");
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":2", 13) == 0, supervised_record(&v));
	CHECK_TEXT(strcmp(log_text(), "stdout F /dev/pts/0\r\n") == 0, log_text());
	launch_end(&v.l);
}

static void a_vanished_state_directory_is_no_trouble(void)
{
	struct supervised v;

	supervised_build(&v, "sleep 0.2", false);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	shell("rm -r %s", in_bundle("state"));
	supervised_record(&v);
	CHECK(has_ended(v.l.supervisor));
	launch_end(&v.l);
}

static void a_failed_launch_ends_the_supervisor(void)
{
	for (int i = 0; i < 2; i++) {
		struct supervised v;

		supervised_build(&v, "true", i == 1);
		find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, "no-such-program");
		CHECK(supervised_start(&v) == -1 && v.l.last.type == OCI_MSG_ERROR);
		CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":1,", 14) == 0, supervised_record(&v));
		launch_end(&v.l);
	}
}

void supervise_tests(void)
{
	TEST(log_and_exit_are_recorded);
	TEST(an_intermediate_does_what_comes_before_the_clone);
	TEST(a_signal_is_recorded);
	TEST(an_oom_kill_is_recorded);
	TEST(the_supervisor_is_out_of_the_way);
	TEST(long_lines_are_cut_into_parts);
	TEST(a_full_log_stops_nobody);
	TEST(a_full_disk_keeps_the_exit_record);
	TEST(everything_is_logged_in_order);
	TEST(a_terminal_is_logged);
	TEST(a_vanished_state_directory_is_no_trouble);
	TEST(a_failed_launch_ends_the_supervisor);
}
