# The root of a user namespace makes cgroups below its own (runtime-spec, config-linux.md, "Cgroup ownership").

mappings=',"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}]'
namespaces='[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"},{"type":"user"}]'

test_root_of_the_user_namespace_owns_its_cgroup() {
	cgroup_options=rw
	config 'mkdir /sys/fs/cgroup/inner && echo 0 >/sys/fs/cgroup/inner/cgroup.procs && cat /proc/self/cgroup' '{}' "$mappings" '' "$namespaces"
	equal "0::/inner" "$(run)" "cgroup of the process that moved"
}

test_limits_stay_those_of_the_host() {
	cgroup_options=rw
	config 'echo max >/sys/fs/cgroup/pids.max && echo raised' '{"pids":{"limit":20}}' "$mappings" '' "$namespaces"
	output=$(run 2>&1) || :
	case $output in *raised*) fail "the container raised its own limit" ;; esac
}

test_without_a_writable_mount_nothing_is_given_away() {
	config 'sleep 60' '{}' "$mappings" '' "$namespaces"
	start
	equal 0 "$(stat -c %u $cgroup/cgroup.procs)" "owner of cgroup.procs"
	ocirun kill $id KILL
}
