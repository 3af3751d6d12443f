test_an_oom_kill_is_counted_and_the_rest_goes_on() {
	config 'dd if=/dev/zero of=/dev/shm/fill bs=1M count=60; rm /dev/shm/fill; sleep 60' '{"memory":{"limit":16777216,"swap":16777216}}'
	start
	until_true 20 grep -q '^oom_kill [1-9]' $cgroup/memory.events
	equal running "$(state status)" "state"
	ocirun kill $id KILL
}

test_memory_of_all_processes_counts() {
	config 'cat /sys/fs/cgroup/memory.current; sleep 60' '{"memory":{"limit":67108864}}'
	start
	[ "$(cat $cgroup/memory.current)" -gt 0 ] || fail "nothing is charged"
	ocirun kill $id KILL
}
