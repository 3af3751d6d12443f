/* A whole container, and the shapes of its end. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"
#include "harness.h"
#include "launch.h"
#include "tests.h"

static struct program p;
static char output[65536];

static int run_shell(const char *command)
{
	new_bundle();
	container(&p, in_bundle("rootfs"), command);
	return run_program_to_end(&p, output, sizeof(output));
}

static void a_container_runs(void)
{
	CHECK_TEXT(run_shell("echo hello; exit 7") == 7, output);
	CHECK_TEXT(strcmp(output, "hello\n") == 0, output);
}

static void only_stdio_is_open(void)
{
	/* Whoever lists a directory has it as 3. A shell that makes a pipe has more for a moment. */
	CHECK_TEXT(run_shell("ls /proc/self/fd; set -- /proc/1/fd/*; echo $#") == 0, output);
	CHECK_TEXT(strcmp(output, "0\n1\n2\n3\n4\n") == 0, output);
}

static void mounts_are_as_planned(void)
{
	CHECK_TEXT(run_shell("cat /proc/self/mountinfo") == 0, output);
	CHECK_TEXT(strstr(output, " / /proc rw,nosuid,nodev,noexec") != NULL, output);
	CHECK_TEXT(strstr(output, " / /dev rw,nosuid") != NULL, output);
	CHECK_TEXT(strstr(output, "devpts rw,gid=5,mode=620,ptmxmode=666") != NULL, output);
	CHECK_TEXT(strstr(output, " /etc/hostname /etc/made/hostname ro") != NULL, output);
	CHECK_TEXT(strstr(output, " /sys /proc/sys ro") != NULL || strstr(output, " /proc/sys ro") != NULL, output);
	CHECK_TEXT(strstr(output, "/null /proc/keys") != NULL, output);
	CHECK_TEXT(strstr(output, "/null /proc/timer_list") != NULL, output);
	CHECK_TEXT(strstr(output, " / /sys/firmware ro") != NULL, output);
	CHECK_TEXT(strstr(output, " / /proc/fs ro") != NULL, output);
	CHECK_TEXT(strstr(output, "/dev/vda /") == NULL || strstr(output, "rootfs / ") != NULL, output);
	CHECK_TEXT(strstr(output, "shared:") == NULL, output);
}

static void the_process_is_as_planned(void)
{
	CHECK_TEXT(run_shell("id -G; hostname; pwd; ulimit -n; cat /proc/self/oom_score_adj; umask; echo $A; cat /proc/sys/net/ipv4/ip_forward; echo $$; "
			     "grep -E 'Cap|NoNewPrivs' /proc/self/status") == 0, output);
	CHECK_TEXT(strncmp(output, "0 7 9\nbox\n/home/here\n77\n100\n0022\n1\n1\n1\n", 39) == 0, output);
	CHECK_TEXT(strstr(output, "CapInh:\t0000000000000000\nCapPrm:\t0000000020000420\nCapEff:\t0000000020000420\nCapBnd:\t0000000020000420\nCapAmb:\t0000000000000000\n") != NULL, output);
	CHECK_TEXT(strstr(output, "NoNewPrivs:\t1") != NULL, output);
}

static void no_signal_is_blocked_or_ignored(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	new_bundle();
	container(&p, in_bundle("rootfs"), "");
	find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, "cat");
	find(&p, OCI_KIND_EXEC)->s[0] = add_vector(&p, STRINGS("cat", "/proc/self/status"));
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	CHECK_TEXT(strstr(output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000") != NULL, output);
}

static void devices_work(void)
{
	CHECK_TEXT(run_shell("echo x > /dev/null && dd if=/dev/zero bs=4 count=1 2>/dev/null | wc -c && readlink /dev/ptmx && stat -c %t:%T:%a /dev/null /dev/tty") == 0, output);
	CHECK_TEXT(strcmp(output, "4\npts/ptmx\n1:3:666\n5:0:666\n") == 0, output);
}

static void a_missing_program_is_an_error(void)
{
	new_bundle();
	container(&p, in_bundle("rootfs"), "true");
	find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, "no-such-program");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "No such file or directory (no-such-program)") != NULL, output);
}

static void what_may_not_be_executed_is_an_error(void)
{
	new_bundle();
	shell("touch %s", in_bundle("rootfs/bin/plain"));
	container(&p, in_bundle("rootfs"), "true");
	find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, "plain");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "faccessat: Permission denied (plain)") != NULL, output);
	container(&p, in_bundle("rootfs"), "true");
	find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, "/bin");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "Is a directory (/bin)") != NULL, output);
}

static void a_failing_execve_is_an_error(void)
{
	new_bundle();
	shell("echo nonsense > %s && chmod 755 %s", in_bundle("rootfs/bin/bad"), in_bundle("rootfs/bin/bad"));
	container(&p, in_bundle("rootfs"), "true");
	find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, "bad");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "execve: Exec format error (/bin/bad)") != NULL, output);
}

static void a_refused_mount_option_is_explained(void)
{
	new_bundle();
	container(&p, in_bundle("rootfs"), "true");
	program_steps(&p)[find(&p, OCI_KIND_MOUNT) - program_steps(&p) + 1].s[1] = add_list(&p, STRINGS("nonsense=1"));
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "fsconfig: Invalid argument (dev: tmpfs: Unknown parameter 'nonsense')") != NULL, output);
}

static void kept_descriptors_do_not_collide(void)
{
	int a[2], b[2];
	struct oci_step last;

	new_bundle();
	container(&p, in_bundle("rootfs"), "cat <&4; cat <&3; ls /proc/1/fd; true");
	CHECK(pipe(a) == 0 && pipe(b) == 0);
	CHECK(write(a[1], "a\n", 2) == 2 && write(b[1], "b\n", 2) == 2);
	close(a[1]);
	close(b[1]);
	last = *find(&p, OCI_KIND_EXEC);
	p.header.step_count--;
	add(&p, OCI_KIND_KEEP_FD, 0, add_slot(&p, a[0]))->n[0] = 3;
	add(&p, OCI_KIND_KEEP_FD, 0, add_slot(&p, b[0]))->n[0] = 4;
	*add(&p, OCI_KIND_EXEC, 0, -1) = last;
	find(&p, OCI_KIND_LOOKUP)->s[0] = add_string(&p, "/bin/sh");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	close(a[0]);
	close(b[0]);
	CHECK_TEXT(strcmp(output, "b\na\n0\n1\n2\n3\n4\n") == 0, output);
}

static void a_far_kept_descriptor_leaves_no_gap_open(void)
{
	struct oci_step last;

	new_bundle();
	container(&p, in_bundle("rootfs"), "cat <&9; ls /proc/1/fd; true");
	last = *find(&p, OCI_KIND_EXEC);
	p.header.step_count--;
	add(&p, OCI_KIND_KEEP_FD, 0, add_slot(&p, open("/etc/hostname", O_RDONLY | O_CLOEXEC)))->n[0] = 9;
	*add(&p, OCI_KIND_EXEC, 0, -1) = last;
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	CHECK_TEXT(strstr(output, "\n0\n1\n2\n9\n") != NULL, output);
}

static void listen_pid_is_the_process(void)
{
	new_bundle();
	container(&p, in_bundle("rootfs"), "echo $LISTEN_PID $LISTEN_FDS");
	find(&p, OCI_KIND_EXEC)->s[1] = add_vector(&p, STRINGS("PATH=/bin", "LISTEN_FDS=1", "LISTEN_PID="));
	find(&p, OCI_KIND_EXEC)->n[0] = 1;
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	CHECK_TEXT(strcmp(output, "1 1\n") == 0, output);
}

static void the_root_can_be_read_only(void)
{
	struct oci_step *hostname;

	new_bundle();
	container(&p, in_bundle("rootfs"), "touch /x || touch /dev/shm/y");
	hostname = find(&p, OCI_KIND_HOSTNAME);
	hostname->kind = OCI_KIND_ROOT_READONLY;
	hostname->s[0] = 0;
	find(&p, OCI_KIND_CHDIR)->s[0] = add_string(&p, "/");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	CHECK_TEXT(strstr(output, "Read-only file system") != NULL, output);
}

/* Connects to the gate and sends a record of this type; 0 sends none. */
static int connect_gate(const char *path, uint32_t type)
{
	struct oci_msg m = { .type = type, .length = sizeof(m) };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return -1;
	if (type != 0)
		send(fd, &m, sizeof(m), MSG_NOSIGNAL);
	return fd;
}

static int listen_gate(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	return bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 4) == 0 ? fd : -1;
}

/* What is charged to the container; the program's own pages are the memfd's. */
/* What the process alone holds: its anonymous memory and its memfds, not the pages of the program's file. proc(5), smaps_rollup. */
static long private_kilobytes(pid_t pid)
{
	char path[64];
	const char *text, *anonymous, *shared;
	long a = 1000000, s = 0;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	text = file_text(path);
	anonymous = strstr(text, "\nPss_Anon:");
	shared = strstr(text, "\nPss_Shmem:");
	if (anonymous == NULL || shared == NULL || sscanf(anonymous, "\nPss_Anon: %ld", &a) != 1 || sscanf(shared, "\nPss_Shmem: %ld", &s) != 1)
		return 1000000;
	return a + s;
}

static void wait_for_comm(pid_t pid, const char *comm)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	for (int i = 0; i < 2000 && strstr(file_text(path), comm) == NULL; i++)
		usleep(1000);
}

static void the_gate_waits_for_a_start(void)
{
	struct launch l;
	char path[64], command[128];
	int gate, listener;
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), "echo started");
	listener = listen_gate(in_bundle("gate"));
	CHECK(listener >= 0);
	s = find(&p, OCI_KIND_GATE);
	s->n[0] = 1;
	s->fd = add_slot(&p, listener);
	launch_begin(&l, &p, -1);
	close(listener);
	CHECK_TEXT(launch_until(&l, OCI_MSG_READY), describe(&l.last));
	launch_send(&l, OCI_MSG_GO);
	CHECK(launch_next(&l) == 0);
	wait_for_comm(l.init, "oci-init:gate");
	snprintf(path, sizeof(path), "/proc/%d/comm", l.init);
	CHECK_TEXT(strcmp(file_text(path), "oci-init:gate\n") == 0, file_text(path));
	usleep(20000);
	snprintf(command, sizeof(command), "test $(ls /proc/%d/fd | wc -l) = 4", l.init);
	CHECK(shell("%s", command) == 0);
	if (getenv("OCI_SANITIZED") == NULL) {
		snprintf(output, sizeof(output), "private memory of a waiting init: %ld KB", private_kilobytes(l.init));
		printf("  %s\n", output);
		CHECK_TEXT(private_kilobytes(l.init) <= 64, output);
	}
	gate = connect_gate(in_bundle("gate"), 0);
	CHECK(gate >= 0);
	close(gate);
	gate = connect_gate(in_bundle("gate"), OCI_MSG_START);
	CHECK(gate >= 0);
	close(l.channel);
	l.channel = gate;
	CHECK(launch_next(&l) == OCI_MSG_STARTING);
	CHECK(launch_next(&l) == 0);
	CHECK(launch_wait(&l, output, sizeof(output)) == 0);
	CHECK_TEXT(strcmp(output, "started\n") == 0, output);
	launch_end(&l);
}

/* Files in /proc of a process that may not be dumped belong to root (proc(5)). */
static uid_t owner_in_proc(pid_t pid)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	return stat(path, &st) == 0 ? st.st_uid : (uid_t)-1;
}

static void who_enters_at_the_gate_may_look_until_it_hangs_up(void)
{
	struct launch l;
	int visitor, gate, listener;
	struct oci_msg m;
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), "echo started");
	s = find(&p, OCI_KIND_USER);
	s->n[0] = 1000;
	listener = listen_gate(in_bundle("gate"));
	CHECK(listener >= 0);
	s = find(&p, OCI_KIND_GATE);
	s->n[0] = 1;
	s->fd = add_slot(&p, listener);
	launch_begin(&l, &p, -1);
	close(listener);
	CHECK_TEXT(launch_until(&l, OCI_MSG_READY), describe(&l.last));
	launch_send(&l, OCI_MSG_GO);
	CHECK(launch_next(&l) == 0);
	for (int i = 0; i < 2; i++) {
		visitor = connect_gate(in_bundle("gate"), OCI_MSG_ENTER);
		CHECK(visitor >= 0);
		CHECK(recv(visitor, &m, sizeof(m), 0) == (ssize_t)sizeof(m) && m.type == OCI_MSG_READY);
		CHECK(owner_in_proc(l.init) == 1000);
		if (i == 0)
			close(visitor);
		for (int tries = 0; i == 0 && tries < 2000 && owner_in_proc(l.init) != 0; tries++)
			usleep(1000);
		CHECK(owner_in_proc(l.init) == (i == 0 ? 0 : 1000));
	}
	gate = connect_gate(in_bundle("gate"), OCI_MSG_START);
	CHECK(gate >= 0);
	close(visitor);
	close(l.channel);
	l.channel = gate;
	CHECK(launch_next(&l) == OCI_MSG_STARTING);
	CHECK(launch_next(&l) == 0);
	CHECK(launch_wait(&l, output, sizeof(output)) == 0);
	launch_end(&l);
}

static void the_end_of_the_channel_ends_a_waiting_init(void)
{
	struct launch l;
	pid_t init;

	new_bundle();
	container(&p, in_bundle("rootfs"), "echo never");
	launch_begin(&l, &p, -1);
	CHECK_TEXT(launch_until(&l, OCI_MSG_READY), describe(&l.last));
	init = l.init;
	close(l.channel);
	l.channel = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(init > 0 && launch_wait(&l, output, sizeof(output)) == 1);
	CHECK_TEXT(output[0] == '\0', output);
	launch_end(&l);
}

static void syncs_wait_and_cloned_comes_first(void)
{
	struct launch l;
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), "true");
	s = find(&p, OCI_KIND_SETSID);
	s->kind = OCI_KIND_AWAIT;
	s->n[0] = OCI_SYNC_RUNTIME_HOOKS;
	for (int i = 0; i < 20; i++) {
		launch_begin(&l, &p, -1);
		CHECK(launch_next(&l) == OCI_MSG_CLONED);
		launch_send(&l, OCI_MSG_GO);
		CHECK(launch_next(&l) == OCI_MSG_SYNC && l.last.n[0] == OCI_SYNC_RUNTIME_HOOKS && l.last.n[1] == 1);
		launch_end(&l);
	}
}

/* The runtime may be killed before it has written down that init exists: init says nothing, makes nothing that lasts, and ends with it. */
static void an_init_that_is_not_acknowledged_ends_with_the_runtime(void)
{
	struct pollfd answer;
	struct launch l;
	pid_t init;

	new_bundle();
	container(&p, in_bundle("rootfs"), "echo never");
	launch_begin(&l, &p, -1);
	CHECK(launch_next(&l) == OCI_MSG_CLONED);
	init = l.init;
	answer = (struct pollfd){ .fd = l.channel, .events = POLLIN };
	CHECK(poll(&answer, 1, 300) == 0);
	shutdown(l.channel, SHUT_WR);
	/* It says what its maker could not have said, for all that it knows. */
	CHECK_TEXT(launch_next(&l) == OCI_MSG_CLONED && l.last.n[0] == 0, describe(&l.last));
	CHECK_TEXT(launch_next(&l) == 0, describe(&l.last));
	l.init = init;
	CHECK(launch_wait(&l, output, sizeof(output)) == 1 && output[0] == '\0');
	launch_end(&l);
}

/* The gate opens to a container whose create is complete, and to no other. */
static void an_init_whose_create_is_not_complete_does_not_reach_the_gate(void)
{
	struct launch l;
	int listener, connection;
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), "echo never");
	listener = listen_gate(in_bundle("gate"));
	CHECK(listener >= 0);
	s = find(&p, OCI_KIND_GATE);
	s->n[0] = 1;
	s->fd = add_slot(&p, listener);
	launch_begin(&l, &p, -1);
	close(listener);
	CHECK_TEXT(launch_until(&l, OCI_MSG_READY), describe(&l.last));
	connection = connect_gate(in_bundle("gate"), OCI_MSG_START);
	CHECK(connection >= 0);
	shutdown(l.channel, SHUT_WR);
	CHECK(launch_wait(&l, output, sizeof(output)) == 1);
	CHECK_TEXT(output[0] == '\0', output);
	close(connection);
	launch_end(&l);
}

static void the_timeline_has_a_time_for_each_step(void)
{
	struct launch l;

	new_bundle();
	container(&p, in_bundle("rootfs"), "true");
	p.header.flags = OCI_IMAGE_TIMELINE;
	launch_begin(&l, &p, -1);
	CHECK_TEXT(launch_until(&l, OCI_MSG_READY), describe(&l.last));
	CHECK(l.timeline_count == (int)(find(&p, OCI_KIND_READY) - program_steps(&p)));
	for (int i = 1; i < l.timeline_count; i++)
		CHECK(l.timeline[i] >= l.timeline[i - 1] && l.timeline[i - 1] != 0);
	launch_end(&l);
}

static struct oci_step *add_hook_container(const char *script, uint64_t timeout)
{
	int state = memfd_create("state", MFD_CLOEXEC), ends[2];
	struct oci_step *s;
	char path[32];

	new_bundle();
	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
	if (write(state, "{\"id\":\"x\"}", 10) != 10)
		return NULL;
	program_begin(&p);
	add_container(&p, in_bundle("rootfs"));
	s = add(&p, OCI_KIND_HOOK, 0, add_slot(&p, state));
	s->s[0] = add_string(&p, "/bin/sh");
	s->s[1] = add_vector(&p, STRINGS("sh", "-c", script));
	s->s[2] = add_vector(&p, STRINGS("H=1"));
	s->n[0] = timeout;
	s->n[2] = (uint64_t)add_slot(&p, open(path, O_RDWR | O_CLOEXEC));
	s->n[3] = s->n[4] = (uint64_t)(int64_t)OCI_WIRE_NO_FD;
	close(ends[0]);
	close(ends[1]);
	add_shell(&p, "cat /tmp/hook");
	return s;
}

static void a_hook_reads_the_state(void)
{
	add_hook_container("cat > /tmp/hook; echo $H >> /tmp/hook; ls /proc/self/fd >> /tmp/hook", 5000);
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	CHECK_TEXT(strcmp(output, "{\"id\":\"x\"}1\n0\n1\n2\n3\n") == 0, output);
}

static void a_failing_hook_fails_with_its_last_words(void)
{
	add_hook_container("echo one; echo two >&2; exit 3", 0);
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "(exit status 3: one\ntwo)") != NULL, output);
	add_hook_container("seq 1 100000; exit 4", 0);
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "(exit status 4: ") != NULL && strstr(output, "99999\n100000)") != NULL, output);
	add_hook_container("true", 0)->s[0] = add_string(&p, "/bin/none");
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "(exit status 127: No such file or directory: /bin/none)") != NULL, output);
}

static void a_slow_hook_is_killed(void)
{
	add_hook_container("sleep 100 & sleep 100", 100);
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == -1, output);
	CHECK_TEXT(strstr(output, "timed out after 100ms") != NULL, output);
}

static void a_hook_that_leaves_children_is_not_waited_for(void)
{
	add_hook_container("sleep 100 & echo ok > /tmp/hook", 0);
	CHECK_TEXT(run_program_to_end(&p, output, sizeof(output)) == 0, output);
	CHECK_TEXT(strcmp(output, "ok\n") == 0, output);
}

/* From now on nobody here, nor any child, changes the flags of a descriptor. */
static int refuse_flags(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_fcntl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETFL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(filter[0]), .filter = filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void a_hook_is_not_waited_for_when_its_pipe_cannot_be_made_nonblocking(void)
{
	int status = -1;
	pid_t pid;

	add_hook_container("echo heard; echo ok > /tmp/hook", 0);
	pid = fork();
	if (pid == 0)
		_exit(refuse_flags() != 0 ? 100 : run_program_to_end(&p, output, sizeof(output)) & 0xff);
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static struct oci_step *add_terminal_container(const char *command)
{
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), command);
	s = insert(&p, find(&p, OCI_KIND_PIVOT_ROOT), OCI_KIND_CONSOLE, 0, OCI_WIRE_NO_FD);
	s->s[0] = add_string(&p, "dev/pts/ptmx");
	s->s[1] = add_string(&p, "dev/console");
	s->n[0] = 33;
	s->n[1] = 99;
	s->n[3] = (uint64_t)-1;
	return s;
}

static void a_terminal_is_the_containers(void)
{
	struct launch l;
	ssize_t n, used = 0;

	add_terminal_container("tty; stty size; stat -c %t /dev/console; echo hi > /dev/tty; set -- /proc/1/fd/*; echo $#");
	launch_begin(&l, &p, -1);
	CHECK_TEXT(launch_run(&l) == 0, describe(&l.last));
	CHECK(l.received >= 0);
	while ((n = read(l.received, output + used, sizeof(output) - 1 - (size_t)used)) > 0)
		used += n;
	output[used] = '\0';
	CHECK_TEXT(strncmp(output, "/dev/pts/0\r\n33 99\r\n88\r\nhi\r\n4\r\n", 36) == 0, output);
	launch_end(&l);
}

static void a_terminal_goes_to_the_console_socket(void)
{
	struct launch l;
	int pair[2];
	char name[16] = "";
	_Alignas(struct cmsghdr) char control[64];
	struct iovec iov = { name, sizeof(name) - 1 };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	add_terminal_container("true")->fd = add_slot(&p, pair[1]);
	launch_begin(&l, &p, -1);
	CHECK_TEXT(launch_run(&l) == 0, describe(&l.last));
	CHECK(recvmsg(pair[0], &h, 0) > 0 && strcmp(name, "/dev/ptmx") == 0);
	CHECK(CMSG_FIRSTHDR(&h) != NULL && CMSG_FIRSTHDR(&h)->cmsg_len == CMSG_LEN(sizeof(int)));
	launch_end(&l);
	close(pair[0]);
	close(pair[1]);
}

static void an_exec_joins_by_pidfd(void)
{
	static struct program q;
	struct launch first, second;
	struct oci_step *s;

	new_bundle();
	container(&p, in_bundle("rootfs"), "echo up; sleep 100");
	launch_begin(&first, &p, -1);
	CHECK_TEXT(launch_run(&first) == 0, describe(&first.last));
	program_begin(&q);
	s = add(&q, OCI_KIND_JOIN_NS, 0, add_slot(&q, first.pidfd));
	s->n[0] = 0x20000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000;
	add(&q, OCI_KIND_CLONE, 0, OCI_WIRE_NO_FD);
	add(&q, OCI_KIND_JOIN_NS, 0, s->fd)->n[0] = 0x02000000;
	add(&q, OCI_KIND_SETSID, 0, OCI_WIRE_NO_FD);
	add(&q, OCI_KIND_OPEN_ROOT, 0, OCI_WIRE_NO_FD)->n[1] = 1;
	s = add(&q, OCI_KIND_CHDIR, OCI_F_CHECK_CWD, OCI_WIRE_NO_FD);
	s->s[0] = add_string(&q, "/home");
	/* The fourth is the directory that is being read. */
	add_shell(&q, "hostname; pwd; set -- /proc/$$/fd/*; echo $#; test $$ != 1");
	launch_begin(&second, &q, -1);
	CHECK_TEXT(launch_run(&second) == 0, describe(&second.last));
	CHECK(launch_wait(&second, output, sizeof(output)) == 0);
	CHECK_TEXT(strncmp(output, "box\n/home\n4\n", 12) == 0, output);
	launch_end(&second);
	launch_end(&first);
}

void container_tests(void)
{
	TEST(a_container_runs);
	TEST(only_stdio_is_open);
	TEST(mounts_are_as_planned);
	TEST(the_process_is_as_planned);
	TEST(no_signal_is_blocked_or_ignored);
	TEST(devices_work);
	TEST(a_missing_program_is_an_error);
	TEST(what_may_not_be_executed_is_an_error);
	TEST(a_failing_execve_is_an_error);
	TEST(a_refused_mount_option_is_explained);
	TEST(kept_descriptors_do_not_collide);
	TEST(a_far_kept_descriptor_leaves_no_gap_open);
	TEST(listen_pid_is_the_process);
	TEST(the_root_can_be_read_only);
	TEST(the_gate_waits_for_a_start);
	TEST(who_enters_at_the_gate_may_look_until_it_hangs_up);
	TEST(the_end_of_the_channel_ends_a_waiting_init);
	TEST(syncs_wait_and_cloned_comes_first);
	TEST(an_init_that_is_not_acknowledged_ends_with_the_runtime);
	TEST(an_init_whose_create_is_not_complete_does_not_reach_the_gate);
	TEST(the_timeline_has_a_time_for_each_step);
	TEST(a_hook_reads_the_state);
	TEST(a_failing_hook_fails_with_its_last_words);
	TEST(a_slow_hook_is_killed);
	TEST(a_hook_that_leaves_children_is_not_waited_for);
	TEST(a_hook_is_not_waited_for_when_its_pipe_cannot_be_made_nonblocking);
	TEST(a_terminal_is_the_containers);
	TEST(a_terminal_goes_to_the_console_socket);
	TEST(an_exec_joins_by_pidfd);
}
