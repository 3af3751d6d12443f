# Cgroups below the container's own where its processes are, as crun's annotations ask for.

mappings=',"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}]'
namespaces='[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"},{"type":"user"}]'

test_the_container_manages_what_is_delegated() {
	cgroup_options=rw
	annotations='{"run.oci.delegate-cgroup":"payload"}'
	config 'cd /sys/fs/cgroup/payload; cat /proc/self/cgroup
mkdir one && echo 0 >one/cgroup.procs && echo +pids >cgroup.subtree_control && echo 7 >one/pids.max && cat one/pids.max /proc/self/cgroup
(echo max >../pids.max) 2>/dev/null && echo raised || echo limited' '{"pids":{"limit":20}}' "$mappings" '' "$namespaces"
	equal "0::/payload 7 0::/payload/one limited" "$(run | tr '\n' ' ' | sed 's/ $//')" "what the container did"
}

test_everything_works_in_a_delegated_cgroup() {
	annotations='{"run.oci.delegate-cgroup":"some/payload"}'
	config 'exec sleep 60' '{"memory":{"limit":67108864,"swap":67108864},"pids":{"limit":17}}'
	start
	equal "0::/oci-tests/$id/some/payload" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	equal 17 "$(cat $cgroup/pids.max)" "limit of the container"
	equal max "$(cat $cgroup/some/payload/pids.max)" "limit of what is delegated"
	contains memory "$(cat $cgroup/some/payload/cgroup.controllers)"
	equal "0::/some/payload" "$(ocirun exec $id cat /proc/self/cgroup)" "cgroup of an exec, as it sees it"
	ocirun update --pids-limit 23 $id
	equal 23 "$(cat $cgroup/pids.max)" "limit after the update"
	equal "[$(state pid)]" "$(ocirun ps -f json $id)" "processes"
	ocirun pause $id
	contains "frozen 1" "$(cat $cgroup/some/payload/cgroup.events)"
	equal paused "$(state status)" "status"
	ocirun resume $id
	ocirun kill $id KILL
	until_true 10 is stopped
	ocirun delete $id
	[ ! -e $cgroup ] || fail "the cgroup is left"
}

test_an_owner_without_a_user_namespace_gets_it() {
	annotations='{"run.oci.delegate-cgroup":"payload"}'
	config 'sleep 60'
	sed -i 's/"uid": 0, "gid": 0/"uid": 1234, "gid": 0/' $bundle/config.json
	start
	equal 1234 "$(stat -c %u $cgroup/payload/cgroup.procs)" "owner of what is delegated"
	equal 0 "$(stat -c %u $cgroup/cgroup.procs)" "owner of the container's own"
	ocirun kill $id KILL
}

test_a_delegated_cgroup_does_not_lead_out() {
	annotations='{"run.oci.delegate-cgroup":"payload/../.."}'
	config 'true'
	output=$(run 2>&1) && fail "it ran"
	contains "it is not below the container's cgroup" "$output"
	[ ! -e $cgroup ] || fail "a cgroup was made"
}

test_a_subgroup_without_a_scope_is_none() {
	annotations='{"run.oci.systemd.subgroup":"inner"}'
	config 'sleep 60'
	start
	contains "run.oci.systemd.subgroup: has no effect here" "$(cat $bundle/out)"
	equal "0::/oci-tests/$id" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	ocirun kill $id KILL
}
