# A container in the hierarchies of cgroup v1.

file() { cat /sys/fs/cgroup/$1/oci-tests/$id/$2; }

test_init_is_in_every_hierarchy() {
	config 'sleep 60'
	create
	# The unified one has no controller here; a container may be there or not.
	grep -v '^0:' /proc/$(state pid)/cgroup >$bundle/groups
	[ -s $bundle/groups ] || fail "there are no hierarchies"
	grep -v ":/oci-tests/$id$" $bundle/groups >$bundle/others && fail "init is not in $(cat $bundle/others)" || :
}

test_the_container_sees_its_part_of_each_hierarchy() {
	config 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max; mkdir /sys/fs/cgroup/memory/inner || echo read-only' '{"memory":{"limit":67108864},"pids":{"limit":17}}'
	equal "67108864 17 read-only" "$(run 2>$bundle/errors | tr '\n' ' ' | sed 's/ $//')" "the limits inside"
}

test_limits_are_written() {
	config 'sleep 60' '{"memory":{"limit":67108864,"swap":100663296,"reservation":33554432,"swappiness":7},"cpu":{"shares":512,"quota":50000,"period":100000,"cpus":"0"},"pids":{"limit":17},"network":{"classID":1048577,"priorities":[{"name":"lo","priority":5}]}}'
	create
	equal 67108864 "$(file memory memory.limit_in_bytes)" "memory.limit_in_bytes"
	equal 100663296 "$(file memory memory.memsw.limit_in_bytes)" "memory.memsw.limit_in_bytes"
	equal 33554432 "$(file memory memory.soft_limit_in_bytes)" "memory.soft_limit_in_bytes"
	equal 7 "$(file memory memory.swappiness)" "memory.swappiness"
	equal 512 "$(file cpu cpu.shares)" "cpu.shares"
	equal 50000 "$(file cpu cpu.cfs_quota_us)" "cpu.cfs_quota_us"
	equal 0 "$(file cpuset cpuset.cpus)" "cpuset.cpus"
	equal 17 "$(file pids pids.max)" "pids.max"
	equal 1048577 "$(file net_cls net_cls.classid)" "net_cls.classid"
	contains "lo 5" "$(file net_prio net_prio.ifpriomap)"
}

test_an_oom_kill_is_counted() {
	config 'dd if=/dev/zero of=/dev/shm/fill bs=1M count=60; rm /dev/shm/fill; sleep 60' '{"memory":{"limit":16777216,"swap":16777216}}'
	start
	until_true 20 grep -q '^oom_kill [1-9]' $cgroup/memory.oom_control
	equal running "$(state status)" "state"
	ocirun kill $id KILL
}
