# Checkpoint and restore by criu.
command -v criu >/dev/null || skip "criu is not installed"

images=$bundle/images

# A shell that counts, for all to see.
counter='n=0; while :; do n=$((n + 1)); echo $n >/tmp/new; mv /tmp/new /tmp/count; sleep 0.1; done'
count() { cat $bundle/rootfs/tmp/count; }
passed() { [ "$(count)" -gt "$1" ]; }
counts() { until_true 20 test -e $bundle/rootfs/tmp/count; before=$(count); until_true 20 passed "$before"; }

show() { cat $bundle/out; tail -n 30 "$images/$1.log" 2>/dev/null || :; }
checkpoint() { ocirun checkpoint --image-path $images "$@" $id >$bundle/out 2>&1 || fail "checkpoint: $(show dump)"; }
restore() { ocirun $manager restore --detach --image-path $images --bundle $bundle "$@" $id </dev/null >$bundle/restored 2>&1 || fail "restore: $(cat $bundle/restored; show restore)"; }

test_a_scope_is_made_again() {
	manager=--systemd-cgroup
	cgroups_path=system.slice:oci:$id
	unit=oci-$id.scope
	cgroup=/sys/fs/cgroup/system.slice/$unit
	config "$counter" '{"memory": {"limit": 100000000}}'
	start
	counts
	checkpoint
	restore
	equal "0::/system.slice/$unit" "$(cat /proc/$(state pid)/cgroup)" "cgroup of init"
	equal active "$(systemctl show -P ActiveState $unit)" "state of the scope"
	equal 100000000 "$(systemctl show -P MemoryMax $unit)" "limit"
	counts
	ocirun kill $id KILL
	until_true 20 is stopped
	ocirun delete $id
}
