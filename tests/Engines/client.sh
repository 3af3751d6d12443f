# What Podman and Docker have in common, down to the words: the engine's file sets client, and has a run() of its own.
# background ARGUMENT...: a container that is named as the test is.
background() { run --detach --name "$id" "$@" >/dev/null; }
inspect() { $client inspect "$id" --format "{{.State.$1}}"; }
is() { [ "$(inspect Status)" = "$1" ]; }
pid() { inspect Pid; }

test_input() { equal "got word" "$(echo word | run --rm --interactive busybox sh -c 'read x; echo got $x')" output; }

test_missing_programs_are_127() {
	ends 127 run --rm busybox no-such-program
	contains 'exec: "no-such-program": executable file not found in $PATH' "$output"
	ends 127 run --rm busybox /no/such/program
	contains "no such file or directory" "$output"
}

test_files_that_are_no_programs_are_126() {
	ends 126 run --rm busybox /etc/plain
	contains "permission denied" "$output"
	ends 126 run --rm busybox /etc
}

test_exec_with_a_terminal() {
	background busybox sleep 60
	terminal_ends 6 $client exec --tty "$id" sh -c "'tty; exit 6'"
	contains /dev/pts/ "$output"
}

test_stop_sends_term_and_the_exit_code_is_kept() {
	background busybox sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done'
	until_true 5 sh -c "$client logs $id | grep ready"
	$client stop --time 10 "$id" >/dev/null
	equal "exited 9" "$($client inspect "$id" --format '{{.State.Status}} {{.State.ExitCode}}')" state
	$client start "$id" >/dev/null
	equal running "$(inspect Status)" "status when started again"
}

test_restart() {
	background busybox sleep 60
	before=$(pid)
	$client restart --time 0 "$id" >/dev/null
	equal running "$(inspect Status)" status
	[ "$before" != "$(pid)" ] || fail "it has the same process"
}

test_limits() {
	background --memory 32m --memory-swap 32m --cpus 1.5 --pids-limit 33 --cpuset-cpus 0 busybox sleep 60
	equal 33554432 "$(memory_limit "$(pid)")" memory
	equal 150000 "$(cpu_quota "$(pid)")" "cpu quota"
	equal 33 "$(pids_limit "$(pid)")" pids
	equal 0 "$(limit "$(pid)" cpuset cpuset.cpus cpuset.cpus)" cpuset
}

test_user_and_groups() {
	equal "1000 1000 5 1000 2000" "$(run --rm --user worker --group-add 5 busybox sh -c 'echo $(id -u) $(id -g) $(id -G | tr " " "\n" | sort -n)')" ids
	ends 1 run --rm --user 1000 busybox touch /made
}
