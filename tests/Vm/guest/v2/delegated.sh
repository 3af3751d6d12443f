# A cgroup that root gave to someone who is not root (cgroups(7), Cgroups delegation), and their containers in it, without systemd.
. /payload/guest/common/rootless.sh

given=/sys/fs/cgroup/oci-tests/given-$id
own='{"containerID":0,"hostID":1000,"size":1}'

give() {
	mkdir -p $given
	for directory in /sys/fs/cgroup /sys/fs/cgroup/oci-tests; do echo "+memory +pids +cpu" >$directory/cgroup.subtree_control; done
	mkdir $given/shell
	for directory in $given $given/shell; do
		chown 1000:1000 $directory
		for file in $(cat /sys/kernel/cgroup/delegate); do [ ! -e $directory/$file ] || chown 1000:1000 $directory/$file; done
	done
	cgroup=$given/$id
}
# As tester, from the cgroup $given/shell.
inside() { sh -c "echo 0 >$given/shell/cgroup.procs"' && exec setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/home/tester XDG_RUNTIME_DIR='"$XDG_RUNTIME_DIR"' "$@"' sh "$@"; }
cleanup() {
	inside ocirun delete -f $id 2>/dev/null || :
	rmdir $given/shell $given 2>/dev/null || :
}
# limited SCRIPT: runs with limits in the background.
limited() {
	give
	rootless "$1" "$own" "$own"
	sed -i 's/"resources": {}/"resources": {"memory":{"limit":67108864},"pids":{"limit":17},"cpu":{"quota":50000,"period":100000}}/' $bundle/config.json
	inside ocirun run --detach --bundle $bundle $id </dev/null >$bundle/out 2>&1 || fail "$(cat $bundle/out)"
}
end() {
	inside ocirun delete -f $id
	[ ! -e $cgroup ] || fail "the container's cgroup is left"
	rmdir $given/shell $given
}

test_limits_are_set_beside_the_callers_cgroup() {
	limited 'sleep 60'
	equal 67108864 "$(cat $cgroup/memory.max)" "memory.max"
	equal 17 "$(cat $cgroup/pids.max)" "pids.max"
	equal "50000 100000" "$(cat $cgroup/cpu.max)" "cpu.max"
	at_least 1
	end
}

test_exec_and_pause_work_there() {
	limited 'sleep 60'
	equal hello "$(inside ocirun exec $id echo hello)" "output"
	inside ocirun exec $id sleep 5 &
	until_true 10 at_least 2
	inside ocirun pause $id
	contains "frozen 1" "$(cat $cgroup/cgroup.events)"
	inside ocirun resume $id
	contains "frozen 0" "$(cat $cgroup/cgroup.events)"
	wait
	end
}

test_from_elsewhere_a_limit_is_refused() {
	rootless 'true' "$own" "$own"
	sed -i 's/"resources": {}/"resources": {"pids":{"limit":17}}/' $bundle/config.json
	output=$(as_tester ocirun run --bundle $bundle $id 2>&1) && fail "it ran without its limit" || :
	contains cgroup "$output"
}
