#include "supervised.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "container.h"

struct program p;
char text[65536];

void supervised_build(struct supervised *v, const char *command, bool intermediate)
{
	struct oci_step *s;
	int err[2];

	new_bundle();
	shell("mkdir %s; printf 'low 0\\noom_kill 3\\n' > %s", in_bundle("state"), in_bundle("oom"));
	if (pipe2(v->out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		abort();
	close(err[1]);
	program_begin(&p);
	s = add(&p, OCI_KIND_SUPERVISE, 0, add_slot(&p, open(in_bundle("state"), O_PATH | O_DIRECTORY | O_CLOEXEC)));
	s->s[0] = add_string(&p, "exit.json");
	s->s[1] = add_string(&p, "log");
	s->s[2] = add_bytes(&p, (const uint64_t[]){ 0, 1 }, 2 * sizeof(uint64_t));
	s->n[0] = (uint64_t)add_slot(&p, open(in_bundle("state/log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
	s->n[1] = (uint64_t)add_slot(&p, v->out[0]);
	s->n[2] = (uint64_t)add_slot(&p, err[0]);
	s->n[3] = (uint64_t)(int64_t)OCI_WIRE_NO_FD;
	s->n[4] = (uint64_t)(int64_t)OCI_WIRE_NO_FD;
	if (intermediate)
		add(&p, OCI_KIND_AWAIT, 0, OCI_WIRE_NO_FD)->n[0] = OCI_SYNC_ID_MAPS;
	add_container(&p, in_bundle("rootfs"));
	add_shell(&p, command);
}

int supervised_start(struct supervised *v)
{
	int result;

	launch_begin(&v->l, &p, v->out[1]);
	for (uint32_t i = 0; i < p.header.fd_count; i++)
		close(p.slots[i]);
	result = launch_run(&v->l);
	return result;
}

bool has_ended(pid_t pid)
{
	char path[64];
	const char *state;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (access(path, F_OK) != 0)
		return true;
	state = strstr(file_text(path), ") ");
	return state == NULL || state[2] == 'Z' || state[2] == 'X';
}

const char *supervised_record(struct supervised *v)
{
	for (int i = 0; i < 5000 && !has_ended(v->l.supervisor); i++)
		usleep(1000);
	return file_text(in_bundle("state/exit.json"));
}

const char *log_text(void)
{
	const char *from = file_text(in_bundle("state/log"));
	char *to = text;

	while (*from != '\0') {
		const char *end = strchr(from, '\n');

		if (end == NULL || end - from < 31 || from[29] != 'Z')
			return "malformed log";
		memcpy(to, from + 31, (size_t)(end + 1 - from - 31));
		to += end + 1 - from - 31;
		from = end + 1;
	}
	*to = '\0';
	return text;
}
