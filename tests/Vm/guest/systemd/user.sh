# Containers of someone who is not root, as scopes of their own systemd, over the user bus.
. /payload/guest/common/rootless.sh
DBUS=unix:path=$XDG_RUNTIME_DIR/bus

one='{"containerID":0,"hostID":1000,"size":1}'

user_scope() { # SCRIPT RESOURCES
	until_true 60 test -S $XDG_RUNTIME_DIR/bus
	unit=oci-$id.scope
	cgroup=/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/user.slice/$unit
	cgroups_path=user.slice:oci:$id
	config "$1" "$2" ",\"uidMappings\":[$one],\"gidMappings\":[$one]" '' "$namespaces"
	own
}
property() { as_tester systemctl --user show -P $1 $unit; }
forgotten() { [ "$(property LoadState)" = not-found ]; }

test_a_container_is_in_a_scope_of_the_users_systemd() {
	user_scope 'sleep 60' '{"memory":{"limit":67108864},"pids":{"limit":57}}'
	as_tester ocirun --systemd-cgroup run --detach --bundle $bundle $id </dev/null >$bundle/out 2>&1 || fail "$(cat $bundle/out)"
	contains "user@1000.service" "$(cat /proc/$(as_tester ocirun state $id | jq .pid)/cgroup)"
	equal active "$(property ActiveState)" "state of the scope"
	equal 67108864 "$(property MemoryMax)" "MemoryMax"
	equal 57 "$(property TasksMax)" "TasksMax"
	equal 57 "$(cat $cgroup/pids.max)" "pids.max"
	as_tester ocirun delete -f $id
	until_true 10 forgotten
}
