# containerd, with its runc shim and ctr.
programs="containerd ctr containerd-shim-runc-v2 script"
export CONTAINERD_ADDRESS=$work/containerd.sock CONTAINERD_NAMESPACE=$cgroup CONTAINERD_SNAPSHOTTER=native
image=localhost/busybox:latest
alone="test_the_runtime_class_of_the_documentation"

start() {
	image_layout busybox '"sh"'
	start_containerd
	ctr images import "$work/busybox.tar"
}
stop() {
	clean
	end_daemon containerd
	rm -rf "/run/containerd/runc/$CONTAINERD_NAMESPACE"
}
clean() {
	for task in $(ctr tasks list --quiet); do ctr tasks delete --force "$task"; done >/dev/null 2>&1
	for container in $(ctr containers list --quiet); do ctr containers delete "$container"; done
}
diagnose() { ctr tasks list; tail -n 5 "$work/containerd.log"; }

run() { ctr run --fifo-dir "$work/fifos" --runc-binary "$program" "$@"; }
# background PROGRAM...: a task that is named as the test is.
background() { run --detach --null-io "$image" "$id" "$@"; }
task() { ctr tasks "$@"; }
pid() { task list | sed -n "s/^$id  *\([0-9]*\) .*/\1/p"; }
is() { task list | grep -q "^$id .* $1"; }

nothing_left() {
	clean 2>/dev/null
	[ -z "$(ls "/run/containerd/runc/$CONTAINERD_NAMESPACE" 2>/dev/null)" ] || fail "state directories are left: $(ls "/run/containerd/runc/$CONTAINERD_NAMESPACE")"
	[ -z "$(cgroups | grep "/$cgroup/")" ] || fail "cgroups are left: $(cgroups)"
	no_shim() { ! pgrep -f "containerd-shim.*$CONTAINERD_NAMESPACE" >/dev/null; }
	until_true 10 no_shim
}

test_the_shim_takes_the_runtime_for_runc() {
	contains "runc version" "$("$work/bin/runc" --version)"
	equal plain "$(ctr run --fifo-dir "$work/fifos" --rm "$image" "$id" echo plain)" output
}

test_output_and_exit_code() {
	ends 7 run --rm "$image" "$id" sh -c 'echo out; echo err >&2; exit 7'
	contains out "$output"
	contains err "$output"
}

test_errors_of_create() {
	ends 1 run --rm "$image" "$id" no-such-program
	contains 'exec: "no-such-program": executable file not found in $PATH' "$output"
	ends 1 run --rm "$image" "$id" /etc/plain
	contains "permission denied" "$output"
	equal "" "$(ctr containers list --quiet)" "containers that are left"
}

test_terminal() {
	terminal_ends 3 ctr run --fifo-dir "$work/fifos" --runc-binary "$program" --rm --tty "$image" "$id" sh -c "'tty; exit 3'"
	contains /dev/pts/0 "$output"
}

test_task_is_seen() {
	background sleep 60
	is RUNNING || fail "it does not run"
	contains "$(pid)" "$(task ps "$id")"
	contains "/$cgroup/$id" "$(cat "/proc/$(pid)/cgroup")"
	contains '"status": "running"' "$("$program" --root "/run/containerd/runc/$CONTAINERD_NAMESPACE" state "$id")"
	metrics=$(task metrics "$id")
	contains memory "$metrics"
	contains pids "$metrics"
}

test_exec() {
	background sleep 60
	ends 5 task exec --fifo-dir "$work/fifos" --exec-id e "$id" sh -c 'echo out; echo err >&2; exit 5'
	contains out "$output"
	contains err "$output"
	contains "uid=1000" "$(task exec --fifo-dir "$work/fifos" --exec-id e --user 1000:1000 "$id" id)"
	equal /tmp "$(task exec --fifo-dir "$work/fifos" --exec-id e --cwd /tmp "$id" pwd)" "working directory"
	terminal_ends 6 ctr tasks exec --fifo-dir "$work/fifos" --tty --exec-id e "$id" sh -c "'tty; exit 6'"
	contains /dev/pts/ "$output"
}

test_exec_errors() {
	background sleep 60
	ends 1 task exec --fifo-dir "$work/fifos" --exec-id e "$id" no-such-program
	contains "executable file not found" "$output"
	ends 1 task exec --fifo-dir "$work/fifos" --exec-id e --cwd /no/such "$id" true
	contains 'chdir to cwd ("/no/such")' "$output"
	task pause "$id"
	ends 1 task exec --fifo-dir "$work/fifos" --exec-id e "$id" true
	task resume "$id"
}

test_detached_exec_is_killed_alone() {
	background sleep 60
	task exec --fifo-dir "$work/fifos" --detach --exec-id e "$id" sleep 61
	equal 2 "$(task ps "$id" | grep -c '[0-9]')" processes
	task kill --exec-id e --signal KILL "$id"
	one() { [ "$(task ps "$id" | grep -c '^[0-9]')" = 1 ]; }
	until_true 5 one
	is RUNNING || fail "it does not run"
}

test_pause() {
	background sleep 60
	task pause "$id"
	is PAUSED || fail "it is not paused"
	task resume "$id"
	is RUNNING || fail "it does not run"
}

test_kill_and_delete() {
	background sh -c 'trap "exit 9" TERM; echo >/ready; while :; do sleep 0.05; done'
	until_true 5 task exec --fifo-dir "$work/fifos" --exec-id e "$id" test -e /ready
	ends 1 task delete "$id"
	contains "must be stopped" "$output"
	task kill --signal TERM "$id"
	until_true 5 is STOPPED
	contains "exit code 9" "$(task delete "$id" 2>&1)"
	task start --null-io --detach "$id"
	is RUNNING || fail "it does not run again"
	task kill --all --signal KILL "$id"
	until_true 5 is STOPPED
	contains "exit code 137" "$(task delete "$id" 2>&1)"
}

test_forced_delete() {
	background sleep 60
	task delete --force "$id" 2>/dev/null
	equal "" "$(task list --quiet)" tasks
}

test_limits() {
	run --detach --null-io --memory-limit 33554432 --cpus 0.5 "$image" "$id" sleep 60
	equal 33554432 "$(memory_limit "$(pid)")" memory
	equal 50000 "$(cpu_quota "$(pid)")" "cpu quota"
}

test_oom_is_an_event() {
	timeout 20 ctr events >"$work/$id" &
	events=$!
	run --detach --null-io --memory-limit 16777216 "$image" "$id" sh -c 'sleep 0.3; exec dd if=/dev/zero of=/dev/null bs=100M count=1'
	until_true 15 grep -q /tasks/oom "$work/$id"
	kill $events
	until_true 5 is STOPPED
	contains "exit code 137" "$(task delete "$id" 2>&1)"
}

test_cgroup_of_its_own() {
	contains ":/$cgroup/chosen" "$(run --rm --cgroup "/$cgroup/chosen" "$image" "$id" cat /proc/self/cgroup)"
}

test_mounts() {
	mkdir "$work/$id" && echo data >"$work/$id/file"
	ends 1 run --rm --mount "type=bind,src=$work/$id,dst=/v,options=rbind:ro" "$image" "$id" sh -c 'cat /v/file; touch /v/made'
	contains data "$output"
	contains "Read-only file system" "$output"
	ends 1 run --rm --read-only "$image" "$id" touch /made
	contains "Read-only file system" "$output"
}

test_namespaces() {
	equal "$(ns self net)" "$(run --rm --net-host "$image" "$id" readlink /proc/self/ns/net)" "network namespace of the host"
	background sleep 60
	equal "$(ns "$(pid)" pid)" "$(run --rm --with-ns "pid:/proc/$(pid)/ns/pid" "$image" "$id-2" readlink /proc/self/ns/pid)" "pid namespace of another"
}

# ctr ignores --runc-binary here, and its shim takes runc.
test_user_namespace() {
	chmod -R o+x "$work/containerd"
	equal "0 100000 1000" "$(ctr run --fifo-dir "$work/fifos" --rm --uidmap 0:100000:1000 --gidmap 0:100000:1000 "$image" "$id" sh -c 'echo $(cat /proc/self/uid_map)')" uid_map
}

test_seccomp() {
	ends 1 run --rm --seccomp "$image" "$id" sh -c 'grep Seccomp: /proc/self/status; exec unshare --user true'
	contains "Seccomp:	2" "$output"
	contains "Operation not permitted" "$output"
}

test_device() {
	contains "1,  11" "$(run --rm --device /dev/kmsg "$image" "$id" ls -l /dev/kmsg)"
}

test_privileged() {
	contains "CapEff:	$(sed -n 's/^CapBnd:\t//p' /proc/self/status)" "$(run --rm --privileged "$image" "$id" cat /proc/self/status)"
}

test_pid_file() {
	run --detach --null-io --pid-file "$work/$id" "$image" "$id" sleep 60
	equal "$(pid)" "$(cat "$work/$id")" pid
}

# Containers and their shims live on when the daemon does not.
test_a_new_daemon_finds_its_tasks() {
	background sleep 60
	before=$(pid)
	end_daemon containerd
	start_containerd
	equal "$before" "$(pid)" pid
	ends 4 task exec --fifo-dir "$work/fifos" --exec-id e "$id" sh -c 'exit 4'
}

# The configuration of docs/kubernetes.md for the containerd that is here, as its CRI plugin understands it.
test_the_runtime_class_of_the_documentation() {
	sed -n '/^version = 2$/,/^```$/p' "$top/docs/kubernetes.md" | grep -v '^```' >"$work/$id.toml"
	dump=$(containerd --config "$work/$id.toml" config dump) || fail "containerd does not take it"
	class=$(printf '%s\n' "$dump" | sed -n '/containerd\.runtimes\.ocirun\]/,/containerd\.runtimes\.runc\]/p')
	contains 'runtime_type = "io.containerd.runc.v2"' "$class"
	contains 'BinaryName = "/usr/local/bin/ocirun"' "$class"
	contains 'SystemdCgroup = true' "$class"
}
