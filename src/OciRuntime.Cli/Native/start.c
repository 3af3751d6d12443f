/*
 * The first code of ocirun: main, which the link renames (--wrap=main), so that it runs before the .NET runtime opens a file,
 * makes a thread or reads the environment. It records what the caller passed, removes settings that would change or kill the
 * runtime, and reports in ocirun's format why the runtime could not start.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PASSED 3

extern char **environ;
int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

/* Called by the managed code (Caller.cs). */
int ocirun_passed_end(void);
bool ocirun_file_limit(uint64_t *soft, uint64_t *hard);
bool ocirun_end_by_sigpipe(void);
bool ocirun_hold_signals(const int *numbers, int count);
void ocirun_release_signals(void);

static int passed_end;
static struct rlimit file_limit;
static bool file_limit_raised;
static bool sigpipe_ignored;

/* The first number from 3 on that was not open when the program started. The caller passed the open ones before that gap. */
int ocirun_passed_end(void)
{
	return passed_end;
}

/* RLIMIT_NOFILE of the caller; false when ours is the same. */
bool ocirun_file_limit(uint64_t *soft, uint64_t *hard)
{
	*soft = file_limit.rlim_cur;
	*hard = file_limit.rlim_max;
	return file_limit_raised;
}

/*
 * Ends like a C program whose reader has gone: silently, by SIGPIPE, which the .NET runtime ignores. Returns false when the
 * caller ignores it too: then a failed write is an error.
 */
bool ocirun_end_by_sigpipe(void)
{
	sigset_t set;

	if (sigpipe_ignored || signal(SIGPIPE, SIG_DFL) == SIG_ERR || sigemptyset(&set) != 0 || pthread_sigmask(SIG_SETMASK, &set, NULL) != 0)
		return false;
	return raise(SIGPIPE) == 0;
}

/*
 * Signals that the caller ignores or blocks (nohup, a supervisor's thread) must still reach the container: the .NET runtime
 * installs no handler over SIG_IGN. Blocked until the handlers are installed, so that no signal ends us before.
 */
bool ocirun_hold_signals(const int *numbers, int count)
{
	sigset_t set;

	if (sigfillset(&set) != 0 || pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return false;
	for (int i = 0; i < count; i++) {
		struct sigaction old;

		if (sigaction(numbers[i], NULL, &old) != 0)
			return false;
		if (old.sa_handler == SIG_IGN && signal(numbers[i], SIG_DFL) == SIG_ERR)
			return false;
	}
	return true;
}

void ocirun_release_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)pthread_sigmask(SIG_SETMASK, &set, NULL);
}

/*
 * Makes those of 0, 1 and 2 that the caller has closed /dev/null: a directory or socket of ours must not get such a number, be written to
 * as a terminal, and be passed on to a container.
 */
static bool fill_stdio(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

static void note_sigpipe(void)
{
	struct sigaction old;

	sigpipe_ignored = sigaction(SIGPIPE, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
}

static void note_passed(void)
{
	passed_end = FIRST_PASSED;
	while (fcntl(passed_end, F_GETFD) >= 0)
		passed_end++;
}

/* A soft limit is the caller's default for programs that use select(2); a launch needs more descriptors than some limits allow. */
static void raise_file_limit(void)
{
	struct rlimit raised;

	if (getrlimit(RLIMIT_NOFILE, &file_limit) != 0 || file_limit.rlim_cur == file_limit.rlim_max)
		return;
	raised = (struct rlimit){ .rlim_cur = file_limit.rlim_max, .rlim_max = file_limit.rlim_max };
	file_limit_raised = setrlimit(RLIMIT_NOFILE, &raised) == 0;
}

/* Removes settings meant for a .NET program that calls us. /proc/self/environ keeps them. */
static void drop_runtime_settings(void)
{
	static const char prefix[] = "DOTNET_";
	char **kept = environ;

	for (char **entry = environ; *entry != NULL; entry++)
		if (strncmp(*entry, prefix, sizeof(prefix) - 1) != 0)
			*kept++ = *entry;
	*kept = NULL;
}

/* pthread_create(3) returns EAGAIN for lack of memory as well. */
static bool no_process_left(void)
{
	const pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return errno == EAGAIN;
	(void)waitpid(pid, NULL, 0);
	return false;
}

static bool is_limited(int resource)
{
	struct rlimit limit;

	return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

/* Guesses what the .NET runtime lacked; it does not report it. */
static const char *reason(void)
{
	if (no_process_left())
		return "resource temporarily unavailable (EAGAIN): pids.max of the cgroup, or the user's process limit (ulimit -u), does not allow another thread";
	if (is_limited(RLIMIT_AS))
		return "cannot allocate memory (ENOMEM): the address space limit (ulimit -v) is too small";
	if (is_limited(RLIMIT_DATA))
		return "cannot allocate memory (ENOMEM): the data segment limit (ulimit -d) is too small";
	return "cannot allocate memory (ENOMEM)";
}

/* The part of the command line that decides where an error goes. The full parser is part of the code that did not start. */
struct words {
	const char *log;
	bool json;
	const char *command;
};

static const char *value_of(const char *word, const char *name, const char *next)
{
	size_t length = strlen(name);

	if (strncmp(word, name, length) != 0)
		return NULL;
	return word[length] == '=' ? word + length + 1 : word[length] == '\0' ? next : NULL;
}

static bool is_switch(const char *name)
{
	static const char *const switches[] = { "debug", "systemd-cgroup", "version", "v", "help", "h" };

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		if (strcmp(name, switches[i]) == 0)
			return true;
	return strchr(name, '=') != NULL;
}

static struct words read_words(char **argv)
{
	struct words words = { NULL, false, "" };
	int i = 1;

	for (; argv[i] != NULL && argv[i][0] == '-'; i++) {
		const char *name = argv[i] + (argv[i][1] == '-' ? 2 : 1);
		const char *log = value_of(name, "log", argv[i + 1]);
		const char *format = value_of(name, "log-format", argv[i + 1]);

		if (log != NULL)
			words.log = log;
		if (format != NULL)
			words.json = strcmp(format, "json") == 0;
		if (!is_switch(name) && argv[i + 1] != NULL)
			i++;
	}
	if (argv[i] != NULL)
		words.command = argv[i];
	return words;
}

static int open_log(const char *path)
{
	return path == NULL || *path == '\0' ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644);
}

/* Reports an error; neither text has a character that needs escaping. Returns the exit code. */
static int report(char **argv, const char *what, const char *why)
{
	const struct words words = read_words(argv);
	const int log = open_log(words.log);
	const time_t now = time(NULL);
	char when[32] = "";
	struct tm utc;

	if (gmtime_r(&now, &utc) != NULL)
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);
	if (log >= 0)
		dprintf(STDERR_FILENO, "%s: %s\n", what, why);
	dprintf(log < 0 ? STDERR_FILENO : log,
		words.json ? "{\"level\":\"error\",\"msg\":\"%1$s: %2$s\",\"time\":\"%3$s\"}\n" : "time=\"%3$s\" level=error msg=\"%1$s: %2$s\"\n", what, why, when);
	return strcmp(words.command, "exec") == 0 ? 255 : 1;
}

int __wrap_main(int argc, char **argv)
{
	int code;

	if (!fill_stdio())
		return report(argv, "open /dev/null in place of a closed standard stream", strerror(errno));
	note_passed();
	note_sigpipe();
	raise_file_limit();
	drop_runtime_settings();
	(void)signal(SIGXFSZ, SIG_IGN); /* a file size limit gives EFBIG, and does not end us in the middle of a launch */
	code = __real_main(argc, argv);
	/* Managed code returns 0 to 255. */
	return code != -1 ? code : report(argv, "the .NET runtime could not start", reason());
}
