/* The log: its limit, files that are put aside, what is said about lost output, where long lines are cut. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "supervised.h"
#include "tests.h"

static void limit(uint64_t bytes, uint64_t files)
{
	find(&p, OCI_KIND_SUPERVISE)->s[2] = add_bytes(&p, (const uint64_t[]){ bytes, files }, 2 * sizeof(uint64_t));
}

/* Waits until something is so, by a shell's words. */
static bool comes_true(const char *condition)
{
	for (int i = 0; i < 2000; i++) {
		if (shell("cd %s && %s", in_bundle("state"), condition) == 0)
			return true;
		usleep(5000);
	}
	return false;
}

/* The test's own words on the directory of the state, in which "lines FILES" are the texts of a log's records. */
static bool holds(const char *condition)
{
	return shell("cd %s && lines() { cat \"$@\" | cut -d' ' -f4-; } && %s", in_bundle("state"), condition) == 0;
}

static void a_log_keeps_to_its_limit(void)
{
	struct supervised v;

	supervised_build(&v, "seq 1 20000; exit 4", false);
	limit(32 * 1024, 3);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":4", 13) == 0, supervised_record(&v));
	launch_end(&v.l);
	CHECK(holds("test $(ls -A | wc -l) = 4 && test -f log && test $(ls log.* | wc -l) = 2"));
	CHECK(holds("test $(find . -name 'log*' -size +32k | wc -l) = 0"));
	/* Nothing is missing between the files, and what was said last is there. */
	CHECK(holds("a=$(ls log.* | sort -t. -k2n | head -n 1) b=$(ls log.* | sort -t. -k2n | tail -n 1) && lines $a $b log > all &&"
		    " test ${a#log.} -gt 1 && test $((${b#log.} - ${a#log.})) = 1 && seq $(head -n 1 all) 20000 | cmp - all"));
}

static void a_log_of_one_file_starts_anew(void)
{
	struct supervised v;

	supervised_build(&v, "seq 1 20000", false);
	limit(32 * 1024, 1);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	supervised_record(&v);
	launch_end(&v.l);
	CHECK(holds("test $(ls -A | wc -l) = 2 && lines log > all && test $(wc -c < log) -le 32768 && seq $(head -n 1 all) 20000 | cmp - all"));
}

static void a_file_that_someone_removed_is_made_again(void)
{
	struct supervised v;

	supervised_build(&v, "echo one; while [ ! -e /go ]; do sleep 0.01; done; seq 1 2000", false);
	limit(4096, 2);
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	CHECK(comes_true("grep -q one log && rm log"));
	shell("touch %s", in_bundle("rootfs/go"));
	supervised_record(&v);
	launch_end(&v.l);
	CHECK(holds("test \"$(lines log | tail -n 1)\" = 2000"));
}

static void what_a_full_disk_took_is_said_when_there_is_room(void)
{
	struct supervised v;
	bool told, gone_on;

	supervised_build(&v, "seq 1 20000; while [ ! -e /go ]; do sleep 0.01; done; echo after", false);
	close(p.slots[0]);
	close(p.slots[1]);
	shell("mount -t tmpfs -o size=128k tmpfs %s; dd if=/dev/zero of=%s bs=1k count=100 2> /dev/null", in_bundle("state"), in_bundle("state/filler"));
	p.slots[0] = open(in_bundle("state"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	p.slots[1] = open(in_bundle("state/log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	supervised_start(&v);
	/* The pipe is empty once the shell has got to its loop: nothing more comes until there is room. */
	usleep(300000);
	shell("rm %s; touch %s", in_bundle("state/filler"), in_bundle("rootfs/go"));
	supervised_record(&v);
	told = holds("grep -E '^[^ ]+Z stderr F \\[[0-9]+ bytes of the log are lost here: errno 28\\]$' log");
	gone_on = holds("test \"$(lines log | tail -n 1)\" = after");
	launch_end(&v.l);
	CHECK(shell("umount %s", in_bundle("state")) == 0);
	CHECK(told);
	CHECK(gone_on);
}

static void the_limit_holds_when_the_file_cannot_be_put_aside(void)
{
	struct supervised v;

	supervised_build(&v, "seq 1 2000; while [ ! -e /go ]; do sleep 0.01; done; echo after", false);
	limit(4096, 2);
	/* A file takes no directory's place. */
	shell("mkdir -p %s", in_bundle("state/log.1/x"));
	CHECK_TEXT(supervised_start(&v) == 0, describe(&v.l.last));
	usleep(300000);
	CHECK(holds("test $(wc -c < log) -le 4096 && rm -r log.1"));
	shell("touch %s", in_bundle("rootfs/go"));
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":0", 13) == 0, supervised_record(&v));
	launch_end(&v.l);
	CHECK(holds("grep -q 'bytes of the log are lost here: errno 21' log && test \"$(lines log | tail -n 1)\" = after"));
}

static void a_limit_of_file_sizes_does_not_end_the_supervisor(void)
{
	struct supervised v;
	struct rlimit before, small;
	int started;

	supervised_build(&v, "seq 1 20000; exit 4", false);
	CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
	small = (struct rlimit){ 256 * 1024, before.rlim_max };
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	started = supervised_start(&v);
	CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK_TEXT(started == 0, describe(&v.l.last));
	CHECK_TEXT(strncmp(supervised_record(&v), "{\"exitCode\":4", 13) == 0, supervised_record(&v));
	launch_end(&v.l);
	CHECK(holds("test $(wc -c < log) = 262144"));
}

/* One line of 40,000 bytes and more, without a newline before its end, from a file of the root filesystem. */
static bool logs_whole(const char *make, const char *condition)
{
	struct supervised v;
	bool good;

	supervised_build(&v, "cat /text", false);
	shell("cd %s && %s", in_bundle("rootfs"), make);
	good = supervised_start(&v) == 0;
	supervised_record(&v);
	launch_end(&v.l);
	/* Parts put together are the text, byte by byte. */
	return good && holds("LC_ALL=C sed 's/^[^ ]* [^ ]* [FP] //' log | tr -d '\\n' > all && test $(grep -ac '^[^ ]* stdout P ' log) -ge 2") &&
	       shell("cmp %s %s", in_bundle("state/all"), in_bundle("rootfs/text")) == 0 && holds(condition);
}

static void no_character_is_cut(void)
{
	static const char valid[] = "iconv -f UTF-8 -t UTF-8 log > valid";

	CHECK(logs_whole("yes '\xc3\xa9' | head -n 20000 | tr -d '\\n' > text", valid));
	CHECK(logs_whole("{ printf x; yes '\xc3\xa9' | head -n 20000 | tr -d '\\n'; } > text", valid));
	CHECK(logs_whole("yes '\xe2\x82\xac' | head -n 20000 | tr -d '\\n' > text", valid));
	CHECK(logs_whole("{ printf xy; yes '\xe2\x82\xac' | head -n 20000 | tr -d '\\n'; } > text", valid));
	CHECK(logs_whole("{ printf xyz; yes '\xf0\x9f\x90\x9a' | head -n 20000 | tr -d '\\n'; } > text", valid));
}

static void bytes_that_are_no_text_are_kept(void)
{
	CHECK(logs_whole("head -c 200000 /dev/urandom | tr -d '\\n' | head -c 100000 > text", "true"));
	CHECK(logs_whole("yes '\xe2' | head -n 50000 | tr -d '\\n' > text", "true"));
	CHECK(logs_whole("yes '\x82' | head -n 50000 | tr -d '\\n' > text", "true"));
}

void log_tests(void)
{
	TEST(a_log_keeps_to_its_limit);
	TEST(a_log_of_one_file_starts_anew);
	TEST(a_file_that_someone_removed_is_made_again);
	TEST(what_a_full_disk_took_is_said_when_there_is_room);
	TEST(the_limit_holds_when_the_file_cannot_be_put_aside);
	TEST(a_limit_of_file_sizes_does_not_end_the_supervisor);
	TEST(no_character_is_cut);
	TEST(bytes_that_are_no_text_are_kept);
}
