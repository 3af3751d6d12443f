# Containers of someone who is not root, as scopes of their own systemd, over the user bus.
. /payload/guest/common/rootless.sh
DBUS=unix:path=$XDG_RUNTIME_DIR/bus

one='{"containerID":0,"hostID":1000,"size":1}'

range='{"containerID":0,"hostID":1000,"size":1},{"containerID":1,"hostID":100000,"size":1000}'

# user_scope SCRIPT [RESOURCES [MAPPINGS]]: what a container in a scope of tester's needs.
user_scope() {
	until_true 60 test -S $XDG_RUNTIME_DIR/bus
	unit=oci-$id.scope
	cgroup=/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/user.slice/$unit
	cgroups_path=user.slice:oci:$id
	config "$1" "${2:-"{}"}" ",\"uidMappings\":[${3:-$one}],\"gidMappings\":[${3:-$one}]" '' "$namespaces"
	own
}
detached() { as_tester "$@" /payload/bin/ocirun --systemd-cgroup run --detach --bundle $bundle $id </dev/null >$bundle/out 2>&1 || fail "$(cat $bundle/out)"; }
property() { as_tester systemctl --user show -P $1 $unit; }
forgotten() { [ "$(property LoadState)" = not-found ]; }
end() {
	as_tester ocirun delete -f $id
	until_true 10 forgotten
	[ ! -e $cgroup ] || fail "the cgroup is left"
}

test_a_container_is_in_a_scope_of_the_users_systemd() {
	user_scope 'sleep 60' '{"memory":{"limit":67108864},"pids":{"limit":57}}'
	detached
	contains "user@1000.service" "$(cat /proc/$(as_tester ocirun state $id | jq .pid)/cgroup)"
	equal active "$(property ActiveState)" "state of the scope"
	equal 67108864 "$(property MemoryMax)" "MemoryMax"
	equal 57 "$(property TasksMax)" "TasksMax"
	equal 57 "$(cat $cgroup/pids.max)" "pids.max"
	end
}

# Below their own manager the user may move processes without its help.
test_a_container_of_a_unit_of_the_user() {
	user_scope 'cat /proc/self/cgroup; sleep 60' '{"pids":{"limit":57}}'
	detached systemd-run --user --wait --pipe --quiet
	equal "0::/" "$(cat $bundle/out)" "cgroup as the container sees it"
	equal 57 "$(property TasksMax)" "TasksMax"
	at_least 1
	end
}

test_exec_joins_the_users_scope() {
	user_scope 'sleep 60'
	detached
	equal "0::/" "$(as_tester ocirun exec $id cat /proc/self/cgroup)" "cgroup as the container sees it"
	as_tester ocirun exec $id sleep 5 &
	until_true 10 at_least 2
	wait
	end
}

test_subordinate_ids_in_a_scope() {
	user_scope 'cat /proc/self/uid_map; sleep 60' '{"pids":{"limit":57}}' "$range"
	detached
	until_true 10 grep -q 100000 $bundle/out
	equal 57 "$(cat $cgroup/pids.max)" "pids.max"
	end
}

test_a_limit_holds_over_a_reload_of_the_users_systemd() {
	user_scope 'sleep 60' '{"memory":{"limit":67108864},"pids":{"limit":57}}'
	detached
	as_tester systemctl --user daemon-reload
	equal 67108864 "$(cat $cgroup/memory.max)" "memory.max"
	equal 57 "$(cat $cgroup/pids.max)" "pids.max"
	as_tester ocirun pause $id
	contains "frozen 1" "$(cat $cgroup/cgroup.events)"
	as_tester ocirun resume $id
	end
}

test_a_subgroup_of_the_users_scope() {
	annotations='{"run.oci.systemd.subgroup":"inner","run.oci.delegate-cgroup":"payload"}'
	user_scope 'sleep 60' '{"pids":{"limit":57}}'
	detached
	contains "/$unit/inner/payload" "$(cat /proc/$(as_tester ocirun state $id | jq .pid)/cgroup)"
	equal 57 "$(cat $cgroup/pids.max)" "pids.max"
	equal "0::/payload" "$(as_tester ocirun exec $id cat /proc/self/cgroup)" "cgroup as the container sees it"
	end
}
