/* listen PATH: a console socket that keeps the last terminals it was sent until the next few come, as a shim would. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define KEPT 4

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int kept[KEPT] = { -1, -1, -1, -1 };

	if (argc != 2 || listener < 0 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, argv[1]);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 16) != 0) {
		perror(argv[1]);
		return 1;
	}
	/* What is not received stays alive in the connection's queue. */
	for (unsigned i = 0;; i = (i + 1) % KEPT) {
		const int connection = accept(listener, NULL, NULL);

		if (kept[i] >= 0)
			close(kept[i]);
		kept[i] = connection;
	}
}
