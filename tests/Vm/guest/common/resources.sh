test_memory_limit_is_seen_inside() {
	config 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory.swap.max 2>/dev/null' '{"memory":{"limit":67108864,"swap":67108864,"reservation":33554432}}'
	equal 67108864 "$(run | head -n 1)" "memory.max"
}

test_cpu_and_pids_are_written() {
	config 'sleep 10' '{"cpu":{"shares":1024,"quota":50000,"period":100000},"pids":{"limit":17}}'
	create
	equal "50000 100000" "$(cat $cgroup/cpu.max)" "cpu.max"
	equal 100 "$(cat $cgroup/cpu.weight)" "cpu.weight"
	equal 17 "$(cat $cgroup/pids.max)" "pids.max"
}

test_pids_limit_stops_forks() {
	config 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait' '{"pids":{"limit":4}}'
	output=$(run 2>&1) || :
	contains "fork" "$output"
}

test_unified_keys_are_written() {
	config 'sleep 10' '{"unified":{"memory.high":"33554432"}}'
	create
	equal 33554432 "$(cat $cgroup/memory.high)" "memory.high"
}

test_too_much_memory_is_an_oom_kill() {
	config 'dd if=/dev/zero of=/dev/shm/fill bs=1M count=60 2>/dev/null && echo survived' '{"memory":{"limit":16777216,"swap":16777216}}'
	output=$(run 2>&1) || :
	case $output in *survived*) fail "the limit did not hold" ;; esac
}

test_half_a_megabyte_is_enough_to_create() {
	config 'true' '{"memory":{"limit":524288,"swap":524288}}'
	create
	equal created "$(state status)" "state"
}

test_denied_device_can_not_be_opened() {
	config 'echo test >/dev/kmsg && echo opened' '{"devices":[{"allow":false,"access":"rwm"}]}' ',"devices":[{"path":"/dev/kmsg","type":"c","major":1,"minor":11}]'
	output=$(run 2>&1) || :
	case $output in *opened*) fail "the device program did not deny" ;; esac
	contains "not permitted" "$output"
}

test_allowed_device_can_be_opened() {
	config 'echo test >/dev/kmsg && echo opened; head -c 4 /dev/urandom | wc -c' \
		'{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":11,"access":"w"}]}' ',"devices":[{"path":"/dev/kmsg","type":"c","major":1,"minor":11}]'
	output=$(run 2>&1) || :
	contains opened "$output"
	contains 4 "$output"
}
