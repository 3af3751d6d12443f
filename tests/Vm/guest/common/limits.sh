test_pids_limit_stops_forks() {
	config 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait' '{"pids":{"limit":4}}'
	output=$(run 2>&1) || :
	contains "fork" "$output"
}

test_too_much_memory_is_an_oom_kill() {
	config 'dd if=/dev/zero of=/dev/shm/fill bs=1M count=60 2>/dev/null && echo survived' '{"memory":{"limit":16777216,"swap":16777216}}'
	output=$(run 2>&1) || :
	case $output in *survived*) fail "the limit did not hold" ;; esac
}

# Little programs in little memory, as they are run on small machines: the launch must not need more than what it starts.
test_half_a_megabyte_is_enough() {
	config 'echo hello; exit 3' '{"memory":{"limit":524288,"swap":524288}}'
	output=$(run) && code=0 || code=$?
	equal 3 $code "exit code"
	equal hello "$output" "output"
}

# Twice as much: the kernel charges each CPU in batches of 32 pages, and here two processes run.
test_a_megabyte_is_enough_to_exec() {
	config 'exec sleep 60' '{"memory":{"limit":1048576,"swap":1048576}}'
	start
	equal hello "$(ocirun exec $id echo hello)" "output"
	ocirun kill $id KILL
}
