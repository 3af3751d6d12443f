/* Root filesystems that try to reach the host. What each proves is named by the CVE that it copies. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "launch.h"
#include "tests.h"

static struct program p;
static char output[65536];

static bool host_is_untouched(void)
{
	return strcmp(file_text(in_bundle("host/file")), "precious\n") == 0 && shell("test $(ls -A %s | wc -l) = 1", in_bundle("host")) == 0 &&
	       strstr(file_text("/proc/self/mountinfo"), "/oci-native-") == NULL;
}

static int run_shape(const char *command)
{
	container(&p, in_bundle("rootfs"), command);
	return run_program_to_end(&p, output, sizeof(output));
}

static void drop_steps(enum oci_step_kind kind, const char *part)
{
	struct oci_step *steps = program_steps(&p);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < p.header.step_count; i++) {
		const char *target = kind == OCI_KIND_MOUNT && steps[i].kind == kind ? p.bytes + steps[i].s[3] + 4 : "";

		if (steps[i].kind != kind || strncmp(target, part, strlen(part)) != 0)
			steps[kept++] = steps[i];
	}
	p.header.step_count = kept;
}

/* CVE-2019-19921, CVE-2023-28642 */
static void a_symlink_at_proc_is_refused(void)
{
	new_bundle();
	shell("cd %s && rmdir proc && mkdir evil && ln -s /evil proc", in_bundle("rootfs"));
	CHECK_TEXT(run_shape("true") == -1, output);
	CHECK_TEXT(strstr(output, "verify: Symbolic link loop") != NULL || strstr(output, "verify: Too many levels of symbolic links") != NULL, output);
	CHECK_TEXT(strstr(output, "proc: is or lies behind a symbolic link") != NULL, output);
	CHECK(host_is_untouched());
}

static void a_file_at_sys_is_refused(void)
{
	new_bundle();
	shell("cd %s && rmdir sys && touch sys", in_bundle("rootfs"));
	CHECK_TEXT(run_shape("true") == -1, output);
	CHECK_TEXT(strstr(output, "sys: is not a directory") != NULL, output);
}

/* CVE-2021-30465: links resolve inside the root, whatever they say. */
static void a_target_that_links_out_stays_inside(void)
{
	new_bundle();
	shell("cd %s && rmdir dev && ln -s ../../../../../..%s dev && mkdir -p ./%s", in_bundle("rootfs"), in_bundle("host"), in_bundle("host"));
	CHECK_TEXT(run_shape("echo /dev/null; cat /proc/self/mountinfo") == 0, output);
	CHECK_TEXT(strstr(output, "/host rw,nosuid") != NULL, output);
	CHECK(host_is_untouched());
}

/* CVE-2026-41579, CVE-2026-47766: no mount on /dev, which leads to the host. */
static void nodes_of_a_linked_dev_stay_inside(void)
{
	new_bundle();
	shell("cd %s && rmdir dev && ln -s %s dev", in_bundle("rootfs"), in_bundle("host"));
	container(&p, in_bundle("rootfs"), "true");
	drop_steps(OCI_KIND_MOUNT, "dev");
	run_program_to_end(&p, output, sizeof(output));
	CHECK(host_is_untouched());
}

/* CVE-2025-31133: the mask does not come from the container's /dev/null. */
static void a_false_null_device_does_not_unmask(void)
{
	new_bundle();
	shell("cd %s && ln -s /proc/sys/kernel/core_pattern dev/null", in_bundle("rootfs"));
	container(&p, in_bundle("rootfs"), "cat /proc/keys | wc -c; grep -c /proc/keys /proc/self/mountinfo; stat -c %t:%T /proc/timer_list");
	drop_steps(OCI_KIND_MOUNT, "dev");
	drop_steps(OCI_KIND_MKNOD, "");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	CHECK_TEXT(strcmp(output, "0\n1\n1:3\n") == 0, output);
}

/* CVE-2026-88265: a device node is not made through a link, and a file that holds something is not replaced. */
static void a_node_is_not_made_through_a_link(void)
{
	new_bundle();
	shell("cd %s && ln -s %s dev/null", in_bundle("rootfs"), in_bundle("host/file"));
	container(&p, in_bundle("rootfs"), "true");
	drop_steps(OCI_KIND_MOUNT, "dev");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "mknodat: File exists (dev/null: something else is there)") != NULL, output);
	CHECK(host_is_untouched());
}

/* CVE-2024-21626 */
static void a_cwd_through_a_descriptor_is_refused(void)
{
	for (int fd = 3; fd <= 12; fd++) {
		char path[64];

		new_bundle();
		container(&p, in_bundle("rootfs"), "true");
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		find(&p, OCI_KIND_CHDIR)->s[0] = add_string(&p, path);
		CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
		CHECK_TEXT(strstr(output, "chdir: ") != NULL, output);
	}
}

static void a_program_through_a_descriptor_is_refused(void)
{
	for (int fd = 3; fd <= 12; fd++) {
		char path[64];

		new_bundle();
		container(&p, in_bundle("rootfs"), "true");
		snprintf(path, sizeof(path), "/proc/self/fd/%d/bin/busybox", fd);
		find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, path);
		CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	}
}

static void a_mount_on_the_root_is_refused(void)
{
	new_bundle();
	shell("cd %s && ln -s / itself", in_bundle("rootfs"));
	container(&p, in_bundle("rootfs"), "true");
	program_steps(&p)[find(&p, OCI_KIND_MOUNT) - program_steps(&p) + 1].s[3] = add_string(&p, "itself");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "itself: is the root itself") != NULL, output);
	container(&p, in_bundle("rootfs"), "true");
	program_steps(&p)[find(&p, OCI_KIND_MOUNT) - program_steps(&p) + 1].s[3] = add_string(&p, "./tmp/..");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "is the root itself") != NULL, output);
}

static void a_mount_below_proc_is_refused(void)
{
	new_bundle();
	shell("cd %s && ln -s /proc/self innocent", in_bundle("rootfs"));
	container(&p, in_bundle("rootfs"), "true");
	program_steps(&p)[find(&p, OCI_KIND_MOUNT) - program_steps(&p) + 1].s[3] = add_string(&p, "innocent/attr");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "innocent/attr: is on procfs") != NULL, output);
}

/* CVE-2025-52565, CVE-2026-88264 */
static void a_console_that_is_a_link_is_refused(void)
{
	struct oci_step *s;

	new_bundle();
	shell("cd %s && ln -s %s dev/console", in_bundle("rootfs"), in_bundle("host/new"));
	container(&p, in_bundle("rootfs"), "true");
	s = insert(&p, find(&p, OCI_KIND_PIVOT_ROOT), OCI_KIND_CONSOLE, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_string(&p, "dev/pts/ptmx");
	s->s[1] = add_string(&p, "dev/console");
	/* /dev of the image itself, with a devpts in it */
	for (uint32_t i = 0; i < p.header.step_count; i++) {
		s = &program_steps(&p)[i];
		if (s->kind == OCI_KIND_MOUNT && strcmp(p.bytes + s->s[3] + 4, "dev") == 0)
			s->s[3] = add_string(&p, "tmp");
	}
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "dev/console: is not a file") != NULL, output);
	CHECK(host_is_untouched());
}

static void a_terminal_of_a_false_devpts_is_refused(void)
{
	struct oci_step *s;

	new_bundle();
	shell("cd %s && mkdir -p dev/pts && mknod dev/pts/ptmx c 5 2", in_bundle("rootfs"));
	container(&p, in_bundle("rootfs"), "true");
	drop_steps(OCI_KIND_MOUNT, "dev");
	s = find(&p, OCI_KIND_HOSTNAME);
	s->kind = OCI_KIND_CONSOLE;
	s->s[0] = add_string(&p, "dev/pts/ptmx");
	s->s[1] = add_string(&p, "dev/console");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "is not in a devpts") != NULL, output);
}

/* CVE-2024-45310: a racer exchanges a directory of the target with a link to the host while containers are made. */
static void a_racer_makes_nothing_on_the_host(void)
{
	pid_t racer;
	int made = 0;

	new_bundle();
	shell("cd %s && mkdir -p race/real && ln -s ../../../../../../..%s race/link", in_bundle("rootfs"), in_bundle("host"));
	racer = fork();
	if (racer == 0) {
		if (chdir(in_bundle("rootfs/race")) != 0)
			_exit(1);
		for (;;)
			renameat2(AT_FDCWD, "real", AT_FDCWD, "link", RENAME_EXCHANGE);
	}
	for (int i = 0; i < 60; i++) {
		char target[64];

		container(&p, in_bundle("rootfs"), "true");
		snprintf(target, sizeof(target), "race/real/a%d/b", i);
		program_steps(&p)[find(&p, OCI_KIND_MOUNT) - program_steps(&p) + 3].s[3] = add_string(&p, target);
		made += run_program_to_end(&p, output, sizeof(output)) == 0;
	}
	kill(racer, SIGKILL);
	waitpid(racer, NULL, 0);
	printf("  %d of 60 containers ran in spite of the racer\n", made);
	CHECK(host_is_untouched());
}

void attack_tests(void)
{
	TEST(a_symlink_at_proc_is_refused);
	TEST(a_file_at_sys_is_refused);
	TEST(a_target_that_links_out_stays_inside);
	TEST(nodes_of_a_linked_dev_stay_inside);
	TEST(a_false_null_device_does_not_unmask);
	TEST(a_node_is_not_made_through_a_link);
	TEST(a_cwd_through_a_descriptor_is_refused);
	TEST(a_program_through_a_descriptor_is_refused);
	TEST(a_mount_on_the_root_is_refused);
	TEST(a_mount_below_proc_is_refused);
	TEST(a_console_that_is_a_link_is_refused);
	TEST(a_terminal_of_a_false_devpts_is_refused);
	TEST(a_racer_makes_nothing_on_the_host);
}
