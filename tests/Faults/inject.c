/*
 * Runs a command under ptrace(2) and follows its children. At one system call of one kind of process it makes the call fail, or kills
 * the process; or it lists every call.
 *
 *   inject --report FILE [OPTION...] [--list | --at KIND:N:ACTION[:CALL]] -- COMMAND [ARGUMENT]...
 *
 * ACTION is the name of an errno, or kill; the point is the first call from the N-th on, or the first of those that is CALL. KIND is a kind of
 * process: see kind_of_child() and kind_after_exec(). Options: --deadline SECONDS; --attach PID=KIND follows a process that is there already;
 * --from PATH counts from a call on that names the path; --all counts the calls of .NET itself too (the file `internal`).
 * FILE gets these lines:
 *
 *   call KIND N NAME              each call, with --list
 *   hit KIND N NAME WHAT          the point was reached; WHAT is the path or the descriptor of the call
 *   errno TEXT                    what it answered then
 *   late PID ...                  what still ran at the deadline; the command is killed then
 *   exit CODE | signal NUMBER     the end of the command
 *
 * The tracer is a process of its own that ends at the hit: whatever comes then, comes untraced.
 */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL (-1)
#define MAX_TRACEES 256
/* After the command has ended its children are followed until they have been quiet for so long. */
#define LINGER_US 20000

static const char *const call_names[] = {
#include "calls.h"
};

/* Calls of the runtime that are .NET's own: the file `internal`. */
static const char *const internal_names[] = {
#include "internal.h"
};

enum kind { UNKNOWN, RUNTIME, THREAD, CHILD, HELPER, INIT, INIT_CHILD, KINDS };

static const char *const kind_names[KINDS] = {
	[UNKNOWN] = "unknown", [RUNTIME] = "runtime", [THREAD] = "thread", [CHILD] = "child",
	[HELPER] = "helper",   [INIT] = "init",	      [INIT_CHILD] = "init-child",
};

struct tracee {
	pid_t pid;
	pid_t group;
	enum kind kind;
	/* Its program is one of ours: calls count. */
	bool ours;
	/* Stopped before its parent has told of it. */
	bool waits;
};

static struct tracee tracees[MAX_TRACEES];
static unsigned counts[KINDS];
static FILE *report;
static bool list;
static bool all;
/* The runtime's calls count after one that names this path. */
static const char *from;
static enum kind at_kind;
static unsigned at_count;
static int at_action;
/* An errno is for one call: what comes as the N-th differs a little from run to run. NULL for any. */
static const char *at_call;
static pid_t command;

static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(125);
}

static enum kind kind_named(const char *name, size_t length)
{
	for (enum kind k = RUNTIME; k < KINDS; k++)
		if (strlen(kind_names[k]) == length && memcmp(kind_names[k], name, length) == 0)
			return k;
	fail("inject: no kind of process: %.*s", (int)length, name);
	return UNKNOWN;
}

static const char *name_of(uint64_t nr)
{
	static char number[32];

	if (nr < sizeof(call_names) / sizeof(*call_names) && call_names[nr] != NULL)
		return call_names[nr];
	snprintf(number, sizeof(number), "call_%llu", (unsigned long long)nr);
	return number;
}

/* Not counted: how many of them there are differs from run to run. */
static bool is_internal(enum kind kind, uint64_t nr)
{
	const char *name = name_of(nr);

	if (all || kind > CHILD)
		return false;
	for (size_t i = 0; i < sizeof(internal_names) / sizeof(*internal_names); i++)
		if (strcmp(internal_names[i], name) == 0)
			return true;
	return false;
}

static struct tracee *tracee_of(pid_t pid)
{
	for (int i = 0; i < MAX_TRACEES; i++)
		if (tracees[i].pid == pid)
			return &tracees[i];
	return NULL;
}

static struct tracee *add_tracee(pid_t pid)
{
	struct tracee *t = tracee_of(0);

	if (t == NULL)
		fail("inject: more than %d processes", MAX_TRACEES);
	*t = (struct tracee){ .pid = pid };
	return t;
}

static pid_t group_of(pid_t pid)
{
	char path[64], line[128];
	pid_t group = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Tgid: %d", &group) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return group;
}

static enum kind kind_of_child(enum kind parent, bool thread)
{
	if (thread)
		return parent == RUNTIME ? THREAD : parent;
	switch (parent) {
	case RUNTIME:
	case THREAD:
		return CHILD;
	case HELPER:
		return INIT;
	case INIT:
		return INIT_CHILD;
	default:
		return parent;
	}
}

/* The helper runs from a memfd. Any other program that a child becomes is not ours to follow. */
static enum kind kind_after_exec(const struct tracee *t)
{
	char path[64], exe[64] = "";

	if (!t->ours && t->kind == RUNTIME)
		return RUNTIME;
	snprintf(path, sizeof(path), "/proc/%d/exe", t->pid);
	if (readlink(path, exe, sizeof(exe) - 1) > 0 && strncmp(exe, "/memfd:", 7) == 0)
		return t->kind == CHILD ? HELPER : t->kind;
	return UNKNOWN;
}

static void set_number(pid_t pid, long number)
{
#if defined(__x86_64__)
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), number);
#elif defined(__aarch64__)
	int value = (int)number;
	struct iovec io = { &value, sizeof(value) };

	ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &io);
#else
#error "the registers of this architecture are not known"
#endif
}

static void set_result(pid_t pid, long result)
{
#if defined(__x86_64__)
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), result);
#elif defined(__aarch64__)
	struct user_regs_struct registers;
	struct iovec io = { &registers, sizeof(registers) };

	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &io) == 0) {
		registers.regs[0] = (unsigned long long)result;
		ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &io);
	}
#endif
}

/* What the call is about, for people: the first argument that is a path, or else the file of the descriptor. */
static void describe(pid_t pid, const uint64_t *arguments, char *text, size_t size)
{
	char path[64];
	ssize_t length;

	for (int i = 0; i < 2; i++) {
		struct iovec local = { text, size - 1 }, remote = { (void *)(uintptr_t)arguments[i], size - 1 };

		/* A string may end just before a page that is not there. */
		remote.iov_len = local.iov_len = size - 1 < 4096 - arguments[i] % 4096 ? size - 1 : 4096 - arguments[i] % 4096;
		length = process_vm_readv(pid, &local, 1, &remote, 1, 0);
		if (length > 0 && text[0] == '/') {
			text[length] = 0;
			text[strcspn(text, "\n")] = 0;
			return;
		}
	}
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, (int)arguments[0]);
	length = readlink(path, text, size - 1);
	text[length > 0 ? length : 0] = 0;
}

/* Linux closes the descriptor whatever close(2) says, and exits don't fail. */
static bool takes_effect(uint64_t nr)
{
	return nr == SYS_close || nr == SYS_exit || nr == SYS_exit_group;
}

/* For any of them: a process whose other threads nobody waits for never ends. */
static bool wait_stop(pid_t stopped)
{
	int status;

	for (;;) {
		const pid_t pid = waitpid(-1, &status, __WALL);

		if (pid == stopped)
			return WIFSTOPPED(status);
		if (pid < 0)
			return false;
	}
}

static void hit(const struct tracee *t, const struct __ptrace_syscall_info *info)
{
	char what[256];

	describe(t->pid, info->entry.args, what, sizeof(what));
	fprintf(report, "hit %s %u %s %s\n", kind_names[t->kind], counts[t->kind], name_of(info->entry.nr), what);
	if (at_action != KILL)
		fprintf(report, "errno %s\n", strerror(at_action));
	if (at_action == KILL) {
		kill(t->group, SIGKILL);
	} else {
		if (!takes_effect(info->entry.nr))
			set_number(t->pid, -1);
		if (ptrace(PTRACE_SYSCALL, t->pid, 0, 0) == 0 && wait_stop(t->pid))
			set_result(t->pid, -at_action);
	}
	fclose(report);
	_exit(0);
}

static void on_call(struct tracee *t)
{
	struct __ptrace_syscall_info info;
	char what[256];

	if (!t->ours || ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info), &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY || is_internal(t->kind, info.entry.nr))
		return;
	if (from != NULL && t->kind <= CHILD) {
		describe(t->pid, info.entry.args, what, sizeof(what));
		if (strcmp(what, from) == 0)
			from = NULL;
		return;
	}
	counts[t->kind]++;
	if (list)
		fprintf(report, "call %s %u %s\n", kind_names[t->kind], counts[t->kind], name_of(info.entry.nr));
	else if (t->kind == at_kind && counts[t->kind] >= at_count && (at_call == NULL || strcmp(at_call, name_of(info.entry.nr)) == 0))
		hit(t, &info);
}

static void on_birth(const struct tracee *parent)
{
	unsigned long message;
	struct tracee *child;

	if (ptrace(PTRACE_GETEVENTMSG, parent->pid, 0, &message) != 0)
		return;
	child = tracee_of((pid_t)message);
	if (child == NULL)
		child = add_tracee((pid_t)message);
	child->group = group_of(child->pid);
	child->kind = kind_of_child(parent->kind, child->group == parent->group);
	child->ours = parent->ours;
	if (child->waits)
		ptrace(PTRACE_SYSCALL, child->pid, 0, 0);
	child->waits = false;
}

/* False when it was let go. */
static bool on_exec(struct tracee *t)
{
	const enum kind kind = kind_after_exec(t);

	if (kind == UNKNOWN) {
		ptrace(PTRACE_DETACH, t->pid, 0, 0);
		t->pid = 0;
		return false;
	}
	t->kind = kind;
	t->ours = true;
	return true;
}

static void on_stop(struct tracee *t, int status)
{
	const int event = status >> 16;
	int number = WSTOPSIG(status);

	switch (event) {
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
		on_birth(t);
		number = 0;
		break;
	case PTRACE_EVENT_EXEC:
		if (!on_exec(t))
			return;
		number = 0;
		break;
	case PTRACE_EVENT_STOP:
		if (t->kind == UNKNOWN) {
			t->waits = true;
			return;
		}
		if (number != SIGTRAP) {
			ptrace(PTRACE_LISTEN, t->pid, 0, 0);
			return;
		}
		number = 0;
		break;
	default:
		if (number == (SIGTRAP | 0x80)) {
			on_call(t);
			number = 0;
		}
	}
	ptrace(PTRACE_SYSCALL, t->pid, 0, number);
}

static void seize(pid_t pid, enum kind kind, bool ours)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
	struct tracee *t = add_tracee(pid);

	t->group = pid;
	t->kind = kind;
	t->ours = ours;
	if (ptrace(PTRACE_SEIZE, pid, 0, options) != 0 || ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0)
		fail("inject: ptrace %d: %s", pid, strerror(errno));
}

static void on_alarm(int number)
{
	(void)number;
}

static void trace(void)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval linger = { .it_interval = { .tv_usec = LINGER_US }, .it_value = { .tv_usec = LINGER_US } };
	bool lingers = false;
	int status;

	sigaction(SIGALRM, &action, NULL);
	for (;;) {
		const pid_t pid = waitpid(-1, &status, __WALL);
		struct tracee *t;

		/* Nobody is left, or nobody does anything any more. */
		if (pid < 0)
			return;
		t = tracee_of(pid);
		if (WIFSTOPPED(status)) {
			on_stop(t != NULL ? t : add_tracee(pid), status);
		} else if (t != NULL) {
			t->pid = 0;
			lingers |= pid == command;
		}
		if (lingers)
			setitimer(ITIMER_REAL, &linger, NULL);
	}
}

/* What every process does, for the report of a hang. */
static void tell_late(void)
{
	static const char *const files[] = { "comm", "wchan", "syscall" };
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		fprintf(report, "late %s", entry->d_name);
		for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
			char path[300], text[200];
			ssize_t length = -1;
			int fd;

			snprintf(path, sizeof(path), "/proc/%s/%s", entry->d_name, files[i]);
			fd = open(path, O_RDONLY | O_CLOEXEC);
			if (fd >= 0) {
				length = read(fd, text, sizeof(text) - 1);
				close(fd);
			}
			text[length > 0 ? length : 0] = 0;
			text[strcspn(text, "\n")] = 0;
			fprintf(report, " %s", text);
		}
		fputc('\n', report);
	}
	if (proc != NULL)
		closedir(proc);
}

static void wait_command(int deadline)
{
	const int pidfd = (int)syscall(SYS_pidfd_open, command, 0);
	struct pollfd poller = { .fd = pidfd, .events = POLLIN };
	int status;

	if (pidfd < 0)
		fail("inject: pidfd_open: %s", strerror(errno));
	if (poll(&poller, 1, deadline * 1000) == 0) {
		tell_late();
		fflush(report);
		kill(command, SIGKILL);
	}
	if (waitpid(command, &status, 0) != command)
		fail("inject: waitpid: %s", strerror(errno));
	if (WIFSIGNALED(status))
		fprintf(report, "signal %d\n", WTERMSIG(status));
	else
		fprintf(report, "exit %d\n", WEXITSTATUS(status));
}

static pid_t start_command(char **arguments, int *go)
{
	int ends[2];
	pid_t pid;
	char byte;

	if (pipe2(ends, O_CLOEXEC) != 0)
		fail("inject: pipe2: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		fail("inject: fork: %s", strerror(errno));
	if (pid == 0) {
		close(ends[1]);
		if (read(ends[0], &byte, 1) != 1)
			_exit(125);
		execv(arguments[0], arguments);
		_exit(127);
	}
	close(ends[0]);
	*go = ends[1];
	return pid;
}

static int errno_named(const char *name)
{
	for (int i = 1; i < 256; i++)
		if (strerrorname_np(i) != NULL && strcmp(strerrorname_np(i), name) == 0)
			return i;
	fail("inject: no errno: %s", name);
	return 0;
}

static void parse_point(char *text)
{
	char *number = strchr(text, ':'), *action = number == NULL ? NULL : strchr(number + 1, ':'), *call;

	if (action == NULL)
		fail("inject: no KIND:N:ACTION: %s", text);
	call = strchr(action + 1, ':');
	if (call != NULL) {
		*call = '\0';
		at_call = call + 1;
	}
	at_kind = kind_named(text, (size_t)(number - text));
	at_count = (unsigned)strtoul(number + 1, NULL, 10);
	at_action = strcmp(action + 1, "kill") == 0 ? KILL : errno_named(action + 1);
}

int main(int argc, char **argv)
{
	pid_t attached[8], tracer;
	enum kind attached_kinds[8];
	int attached_count = 0, deadline = 20, go, i;

	for (i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--list") == 0) {
			list = true;
		} else if (strcmp(argv[i], "--all") == 0) {
			all = true;
		} else if (strcmp(argv[i], "--from") == 0) {
			from = argv[++i];
		} else if (strcmp(argv[i], "--report") == 0) {
			report = fopen(argv[++i], "ae");
		} else if (strcmp(argv[i], "--deadline") == 0) {
			deadline = atoi(argv[++i]);
		} else if (strcmp(argv[i], "--at") == 0) {
			parse_point(argv[++i]);
		} else if (strcmp(argv[i], "--attach") == 0 && attached_count < 8) {
			const char *kind = strchr(argv[++i], '=');

			if (kind == NULL)
				fail("inject: no PID=KIND: %s", argv[i]);
			attached[attached_count] = atoi(argv[i]);
			attached_kinds[attached_count++] = kind_named(kind + 1, strlen(kind + 1));
		} else {
			fail("inject: unknown option %s", argv[i]);
		}
	}
	if (report == NULL || i + 1 >= argc)
		fail("inject: --report FILE and a command are needed");
	command = start_command(argv + i + 1, &go);
	tracer = fork();
	if (tracer < 0)
		fail("inject: fork: %s", strerror(errno));
	if (tracer == 0) {
		for (i = 0; i < attached_count; i++)
			seize(attached[i], attached_kinds[i], true);
		seize(command, RUNTIME, false);
		if (write(go, "", 1) != 1)
			_exit(125);
		close(go);
		trace();
		fclose(report);
		_exit(0);
	}
	close(go);
	wait_command(deadline);
	if (waitpid(tracer, NULL, 0) != tracer)
		fail("inject: waitpid: %s", strerror(errno));
	return fclose(report) == 0 ? 0 : 125;
}
