test_run_prints_and_returns_the_exit_code() {
	config 'echo hello; exit 7'
	output=$(run) && code=0 || code=$?
	equal 7 $code "exit code"
	equal hello "$output" "output"
}

test_create_start_stop_delete() {
	config 'sleep 0.3; exit 3'
	create
	equal created "$(state status)" "state after create"
	grep -q ":/oci-tests/$id$" /proc/$(state pid)/cgroup || fail "init is not in its cgroup: $(cat /proc/$(state pid)/cgroup)"
	ocirun start $id
	equal running "$(state status)" "state after start"
	while [ "$(state status)" = running ]; do sleep 0.1; done
	equal stopped "$(state status)" "state at the end"
	ocirun delete $id
}

test_exec_runs_in_the_container_and_its_cgroup() {
	config 'sleep 30'
	create
	ocirun start $id
	equal guest "$(ocirun exec $id hostname)" "hostname"
	contains "/oci-tests/$id" "$(ocirun exec $id sh -c 'sleep 5 & sleep 0.2' & sleep 1; for p in $(cat $cgroup/cgroup.procs); do cat /proc/$p/cgroup; done)"
	ocirun exec $id sh -c 'exit 9' && code=0 || code=$?
	equal 9 $code "exit code of exec"
	ocirun kill $id KILL
}

test_kill_all_reaches_a_container_without_pid_namespace() {
	config 'sleep 100 & sleep 100 & wait' '{}' '' '' '[{"type":"mount"},{"type":"uts"},{"type":"ipc"},{"type":"network"},{"type":"cgroup"}]'
	create
	ocirun start $id
	sleep 0.5
	[ "$(wc -l <$cgroup/cgroup.procs)" -ge 3 ] || fail "the children are not in the cgroup"
	ocirun delete -f $id
	[ ! -e $cgroup ] || fail "the cgroup is left"
}

frozen() { grep -qs "frozen 1" $cgroup/cgroup.events || grep -qs FROZEN /sys/fs/cgroup/freezer/oci-tests/$id/freezer.state; }

test_pause_freezes_and_resume_thaws() {
	config 'while :; do :; done'
	create
	ocirun start $id
	ocirun pause $id
	equal paused "$(state status)" "state"
	frozen || fail "the cgroup is not frozen"
	ocirun resume $id
	equal running "$(state status)" "state"
	ocirun kill $id KILL
}
