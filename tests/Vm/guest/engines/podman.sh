# Podman with scopes of systemd, and its checkpoints. Each beside Debian's runc, so that a difference is ours.
# seconds: 400
runtimes='/payload/bin/ocirun /usr/sbin/runc'

podman() { command podman --runtime "$runtime" --cgroup-manager systemd "$@"; }
has_image() { podman image exists busybox || tar -C /tmp/rootfs -c . | podman import - busybox >/dev/null 2>&1; }
# background SCRIPT OPTION...
background() {
	script=$1; shift
	has_image || fail "the image can't be made"
	podman run --detach --name $id --network none "$@" busybox sh -c "$script" >$bundle.said 2>&1 || fail "$runtime: $(cat $bundle.said)"
}
count() { cat "$(podman mount $id)/count"; }
passed() { [ "$(count)" -gt "$1" ]; }
cleanup() { for runtime in $runtimes; do podman rm --force --time 0 $id >/dev/null 2>&1 || :; done; }

counter='n=0; while :; do n=$((n + 1)); echo $n >/new; mv /new /count; sleep 0.1; done'

test_a_scope_has_the_limits() {
	for runtime in $runtimes; do
		background 'sleep 100' --memory 64m --pids-limit 57
		pid=$(podman inspect --format '{{.State.Pid}}' $id)
		scope=libpod-$(podman inspect --format '{{.Id}}' $id).scope
		contains "/machine.slice/$scope" "$(cat /proc/$pid/cgroup)"
		equal "67108864 57" "$(systemctl show -P MemoryMax -P TasksMax $scope | tr '\n' ' ' | sed 's/ $//')" "limits of the scope, $runtime"
		podman update --memory 80m $id >/dev/null
		equal 83886080 "$(systemctl show -P MemoryMax $scope)" "limit after an update, $runtime"
		podman rm --force --time 0 $id >/dev/null
	done
}

test_a_checkpoint_goes_on() {
	for runtime in $runtimes; do
		background "$counter"
		until_true 60 passed 2
		podman container checkpoint $id >$bundle.said 2>&1 || fail "$runtime: $(cat $bundle.said)"
		equal "exited true" "$(podman inspect --format '{{.State.Status}} {{.State.Checkpointed}}' $id)" "after a checkpoint, $runtime"
		podman start $id >/dev/null 2>&1 && podman stop --time 0 $id >/dev/null # a plain start is one from the beginning
		podman rm --force --time 0 $id >/dev/null
		background "$counter"
		until_true 60 passed 5
		podman container checkpoint $id >/dev/null 2>&1 || fail "the second checkpoint, $runtime"
		before=$(podman mount $id)/count && before=$(cat "$before")
		podman container restore $id >$bundle.said 2>&1 || fail "$runtime: $(cat $bundle.said)"
		equal running "$(podman inspect --format '{{.State.Status}}' $id)" "after a restore, $runtime"
		until_true 60 passed "$before"
		equal 1 "$(podman exec $id sh -c 'echo $PPID' | wc -l)" "an exec in what was restored, $runtime"
		podman rm --force --time 0 $id >/dev/null
	done
}

test_a_checkpoint_is_a_file_for_elsewhere() {
	for runtime in $runtimes; do
		background "$counter"
		until_true 60 passed 2
		podman container checkpoint --export /tmp/$id.tar.gz $id >$bundle.said 2>&1 || fail "$runtime: $(cat $bundle.said)"
		podman rm --force --time 0 $id >/dev/null
		podman container restore --import /tmp/$id.tar.gz >$bundle.said 2>&1 || fail "$runtime: $(cat $bundle.said)"
		before=$(count)
		until_true 60 passed "$before"
		podman rm --force --time 0 $id >/dev/null
	done
}
