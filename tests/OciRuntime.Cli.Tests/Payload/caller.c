/*
 * A caller whose state a shell can't make: caller WORD NUMBER... -- COMMAND...; nonblock FD sets O_NONBLOCK, which all who have the
 * other copies of the descriptor share; block, ignore and default SIGNAL do that to a signal.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int change(const char *word, int number)
{
	sigset_t set;

	if (strcmp(word, "nonblock") == 0) {
		const int flags = fcntl(number, F_GETFL);

		return flags < 0 ? -1 : fcntl(number, F_SETFL, flags | O_NONBLOCK);
	}
	if (strcmp(word, "ignore") == 0)
		return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0;
	if (strcmp(word, "default") == 0)
		return signal(number, SIG_DFL) == SIG_ERR ? -1 : 0;
	if (sigemptyset(&set) != 0 || sigaddset(&set, number) != 0)
		return -1;
	return sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(int argc, char **argv)
{
	int i = 1;

	for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2)
		if (change(argv[i], atoi(argv[i + 1])) != 0)
			return 99;
	if (i + 1 >= argc)
		return 98;
	execvp(argv[i + 1], argv + i + 1);
	return 97;
}
