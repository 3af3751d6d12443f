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

test_unified_keys_are_written() {
	config 'sleep 10' '{"unified":{"memory.high":"33554432"}}'
	create
	equal 33554432 "$(cat $cgroup/memory.high)" "memory.high"
}
