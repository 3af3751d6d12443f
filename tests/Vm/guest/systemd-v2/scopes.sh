# Containers as transient scopes of systemd, over the system bus.

# scope SLICE: what config and create need for a scope of that slice.
scope() {
	manager=--systemd-cgroup
	cgroups_path=$1:oci:$id
	unit=oci-$id.scope
	case $1 in
	*-*.slice) cgroup=/sys/fs/cgroup/${1%%-*}.slice/$1/$unit ;;
	*) cgroup=/sys/fs/cgroup/$1/$unit ;;
	esac
}
property() { systemctl show -P $1 ${2:-$unit}; }
forgotten() { [ "$(property LoadState)" = not-found ]; }

limits='{"memory":{"limit":67108864,"swap":100663296,"reservation":33554432},"cpu":{"shares":2048,"quota":50000,"period":100000,"cpus":"0"},"pids":{"limit":57}}'

test_a_container_is_in_a_scope_of_its_slice() {
	scope system.slice
	config 'sleep 60'
	start
	equal "0::/system.slice/$unit" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	equal active "$(property ActiveState)" "state of the scope"
	equal yes "$(property Delegate)" "Delegate"
	equal system.slice "$(property Slice)" "Slice"
	ocirun kill $id KILL
}

test_a_slice_in_a_slice_is_made() {
	scope machine-oci.slice
	config 'cat /proc/1/cgroup; sleep 60'
	start
	equal "0::/machine.slice/machine-oci.slice/$unit" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	ocirun kill $id KILL
}

test_limits_are_properties_and_in_the_kernel() {
	scope system.slice
	config 'sleep 60' "$limits"
	start
	equal 67108864 "$(property MemoryMax)" "MemoryMax"
	equal 33554432 "$(property MemoryLow)" "MemoryLow"
	equal 57 "$(property TasksMax)" "TasksMax"
	equal 500ms "$(property CPUQuotaPerSecUSec)" "CPUQuotaPerSecUSec"
	equal 0 "$(property AllowedCPUs)" "AllowedCPUs"
	equal 67108864 "$(cat $cgroup/memory.max)" "memory.max"
	equal 57 "$(cat $cgroup/pids.max)" "pids.max"
	equal "50000 100000" "$(cat $cgroup/cpu.max)" "cpu.max"
	ocirun kill $id KILL
}

test_properties_are_those_that_runc_sets() {
	scope system.slice
	# runc leaves MemorySwapMax alone where no swap at all is asked for.
	config 'sleep 60' "$(echo "$limits" | sed 's/"swap":67108864/"swap":134217728/')"
	start
	for property in Slice Delegate MemoryMax MemoryLow MemorySwapMax TasksMax CPUQuotaPerSecUSec AllowedCPUs DevicePolicy KillMode; do
		echo "$property=$(property $property)"
	done >$bundle/ours
	ocirun kill $id KILL
	ocirun delete -f $id
	# Not crun: the version of this Debian writes limits past systemd.
	runc --systemd-cgroup create --bundle $bundle $id </dev/null >$bundle/peer.out 2>&1 || fail "runc create: $(cat $bundle/peer.out)"
	sed 's/=.*//' $bundle/ours | while read -r property; do echo "$property=$(property $property)"; done >$bundle/runc
	runc delete -f $id
	until_true 10 forgotten
	diff $bundle/ours $bundle/runc >$bundle/diff || fail "runc sets these (>): $(cat $bundle/diff)"
}

test_limits_and_device_rules_outlive_a_daemon_reload() {
	scope system.slice
	config 'sleep 60' '{"memory":{"limit":67108864,"swap":67108864},"pids":{"limit":57},"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":9,"access":"r"}]}' ',"devices":[{"path":"/dev/kmsg","type":"c","major":1,"minor":11}]'
	start
	for round in before after; do
		output=$(ocirun exec $id sh -c 'echo test >/dev/kmsg && echo opened; head -c 4 /dev/urandom | wc -c' 2>&1) || :
		case $output in *opened*) fail "a device that is denied could be opened $round the reload" ;; esac
		contains 4 "$output"
		equal 67108864 "$(cat $cgroup/memory.max)" "memory.max $round the reload"
		equal 57 "$(cat $cgroup/pids.max)" "pids.max $round the reload"
		systemctl daemon-reload
	done
	ocirun kill $id KILL
}

test_the_scope_is_gone_after_delete() {
	scope system.slice
	config 'true'
	start
	until_true 10 is stopped
	ocirun delete $id
	until_true 10 forgotten
	[ ! -e $cgroup ] || fail "the cgroup is left"
}

test_the_scope_of_a_container_that_ran_out_of_memory_is_gone_too() {
	scope system.slice
	config 'tail /dev/zero' '{"memory":{"limit":16777216,"swap":16777216}}'
	run >/dev/null 2>&1 || :
	until_true 10 forgotten
}

test_a_failed_create_leaves_no_scope() {
	scope system.slice
	config 'true'
	sed -i 's/"\/bin\/sh", "\/bin\/main"/"\/bin\/nosuch"/' $bundle/config.json
	ocirun $manager create --bundle $bundle $id </dev/null >/dev/null 2>&1 && fail "it was created" || :
	until_true 10 forgotten
}

test_properties_of_annotations_are_set() {
	scope system.slice
	annotations='{"org.systemd.property.TimeoutStopUSec":"uint64 123000000","org.systemd.property.Description":"'"'a container'"'"}'
	config 'sleep 60'
	start
	equal "2min 3s" "$(property TimeoutStopUSec)" "TimeoutStopUSec"
	ocirun kill $id KILL
}

test_exec_joins_the_scope() {
	scope system.slice
	config 'sleep 60'
	start
	equal "0::/" "$(ocirun exec $id cat /proc/self/cgroup)" "cgroup as the container sees it"
	ocirun exec $id sleep 5 &
	until_true 5 at_least 2
	ocirun kill $id KILL
	wait
}

test_pause_holds_over_a_daemon_reload() {
	scope system.slice
	config 'while :; do :; done'
	start
	ocirun pause $id
	systemctl daemon-reload
	equal paused "$(state status)" "state"
	ocirun resume $id
	equal running "$(state status)" "state"
	ocirun kill $id KILL
}

test_update_sets_the_property() {
	scope system.slice
	config 'sleep 60' "$limits"
	start
	ocirun update --pids-limit 99 $id
	equal 99 "$(property TasksMax)" "TasksMax"
	systemctl daemon-reload
	equal 99 "$(cat $cgroup/pids.max)" "pids.max"
	ocirun kill $id KILL
}

test_a_unit_restarts_its_container_in_a_scope() {
	scope system.slice
	. /payload/guest/systemd/service.sh
	scope=oci-$id.scope
	service 'trap "exit 0" TERM; while :; do sleep 0.2; done'
	systemctl start $unit
	first=$(main)
	ocirun kill $id KILL
	until_true 20 again $first
	contains "$scope" "$(cat /proc/$(main)/cgroup)"
	systemctl stop $unit
}

# crun's run.oci.systemd.subgroup
test_a_subgroup_is_below_the_scope_that_has_the_limits() {
	scope system.slice
	annotations='{"run.oci.systemd.subgroup":"inner"}'
	config 'sleep 60' "$limits"
	start
	equal "0::/system.slice/$unit/inner" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	equal 57 "$(property TasksMax)" "TasksMax"
	equal 57 "$(cat $cgroup/pids.max)" "limit of the scope"
	equal max "$(cat $cgroup/inner/pids.max)" "limit of the subgroup"
	equal 67108864 "$(cat $cgroup/memory.max)" "memory.max"
	for round in before after; do
		equal "0::/" "$(ocirun exec $id cat /proc/self/cgroup)" "cgroup of an exec as it sees it, $round the reload"
		systemctl daemon-reload
	done
	ocirun update --pids-limit 99 $id
	equal 99 "$(property TasksMax)" "TasksMax after the update"
	equal 99 "$(cat $cgroup/pids.max)" "limit after the update"
	ocirun kill $id KILL
	until_true 10 is stopped
	ocirun delete $id
	until_true 10 forgotten
	[ ! -e $cgroup ] || fail "the cgroup is left"
}

test_without_a_bus_systemd_itself_is_asked() {
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere
	scope system.slice
	config 'sleep 60' "$limits"
	start
	equal "0::/system.slice/$unit" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	ocirun update --pids-limit 99 $id
	equal 99 "$(property TasksMax)" "TasksMax"
	ocirun delete -f $id
	until_true 10 forgotten
}

test_an_empty_subgroup_is_none() {
	scope system.slice
	annotations='{"run.oci.systemd.subgroup":""}'
	config 'sleep 60'
	start
	equal "0::/system.slice/$unit" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	equal "" "$(cat $bundle/out)" "warnings"
	ocirun kill $id KILL
}

test_a_cgroup_is_delegated_below_a_subgroup() {
	scope system.slice
	annotations='{"run.oci.systemd.subgroup":"inner","run.oci.delegate-cgroup":"payload"}'
	config 'sleep 60' "$limits"
	start
	equal "0::/system.slice/$unit/inner/payload" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	contains pids "$(cat $cgroup/inner/payload/cgroup.controllers)"
	equal "0::/payload" "$(ocirun exec $id cat /proc/self/cgroup)" "cgroup of an exec, as it sees it"
	ocirun delete -f $id
	until_true 10 forgotten
	[ ! -e $cgroup ] || fail "the cgroup is left"
}
