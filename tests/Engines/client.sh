# What Podman and Docker have in common, down to the words: the engine's file sets client, and in own what a container of the tests is given.
# shellcheck disable=SC2086
run() { $client run $own "$@"; }
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

# Where an engine's configuration leads: what a program finds, in its first process and in an exec. Of tmpfs is left out what runc 1.1 does otherwise without
# harm: what covers masked paths and with which options, a mode that is set later than at the mount, the tmpfs above the hierarchies that is not read-only.
facts='exec 2>&1
grep -E "^(Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap...|SigBlk|SigIgn|Umask):" /proc/self/status
env | sort
ulimit -a; umask; pwd
sed -E "s/^[^ ]* \/ overlay .*/the root/; s/^[^ ]* (\/proc\/[^ ]*|\/sys\/(firmware|dev\/block)) (dev)?tmpfs .*/masked \1/; s/^[^ ]* ([^ ]*) tmpfs /tmpfs \1 /; s/,mode=755//; /^tmpfs \/sys\/fs\/cgroup /d" /proc/mounts | sort
cd /dev; stat -c "%n %F %a %u %g %t:%T" *; ls /proc/self/fd
cat /proc/self/uid_map /proc/self/gid_map /proc/self/oom_score_adj /proc/self/coredump_filter
cat /proc/sys/kernel/domainname /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ping_group_range /proc/sys/net/ipv4/ip_unprivileged_port_start
stat -c "%n %F %a %u %g" / /proc /sys /dev/shm /dev/pts /etc/hosts /etc/resolv.conf /v'
test_what_a_program_finds() {
	background --user worker --group-add 7 --memory 64m --cpus 0.5 --pids-limit 44 --env A=b --tmpfs /v:size=64k --workdir /tmp --sysctl kernel.msgmax=9000 busybox sleep 60
	$client exec "$id" sh -c "$facts" | shows exec
	$client exec --user root --tty "$id" sh -c "$facts" | shows exec-tty
	run --rm --read-only --cap-drop all --cap-add KILL --security-opt no-new-privileges busybox sh -c "$facts" | shows run
	run --rm --tty --hostname name --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined busybox sh -c "$facts" | shows run-tty
	$client inspect "$id" --format '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Error}}' | shows state
}

test_a_terminal_is_resized() {
	mkdir "$work/$id"
	cat >"$work/$id/wait" <<-'EOT'
	until [ "$(stty size)" = "33 101" ]; do sleep 0.05; done
	echo small
	until [ "$(stty size)" = "41 121" ]; do sleep 0.05; done
	echo large
	EOT
	background --volume "$work/$id:/v:ro" busybox sleep 60
	in_window "$work/$id/exec" "$client exec --interactive --tty $id sh /v/wait"
	in_window "$work/$id/run" "$client run $own --rm --interactive --tty --volume $work/$id:/v:ro busybox sh /v/wait"
}

test_restart_policy_always() {
	background --restart always busybox sleep 60
	before=$(pid)
	kill -KILL "$before"
	again() { is running && [ "$(pid)" != "$before" ] && [ "$(pid)" != 0 ]; }
	until_true 15 again
	$client stop --time 0 "$id" >/dev/null
	equal exited "$(inspect Status)" "status after a stop"
}
