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

test_a_container_goes_on_where_it_was() {
	config "$counter"
	start
	counts
	checkpoint
	[ ! -e /run/oci-runtime/$id ] || fail "the container is still there"
	[ ! -e $cgroup ] || fail "its cgroup is still there"
	stopped=$(count)
	restore --pid-file $bundle/pid
	equal running "$(state status)" "after the restore"
	equal "$(cat $bundle/pid)" "$(state pid)" "pid file"
	counts
	[ "$(count)" -gt "$stopped" ] || fail "it began anew"
	[ ! -e /run/oci-runtime/$id/criu-root ] || fail "the root of the restore is still there"
	! grep -q criu-root /proc/mounts || fail "a mount of the restore is still there"
}

test_a_restored_container_is_a_whole_one() {
	config "$counter" '{"memory": {"limit": 100000000}, "pids": {"limit": 50}}'
	start
	counts
	checkpoint
	restore
	grep -q ":/oci-tests/$id$" /proc/$(state pid)/cgroup || fail "it is not in its cgroup: $(cat /proc/$(state pid)/cgroup)"
	limit=memory.max
	[ -e $cgroup/$limit ] || limit=memory.limit_in_bytes
	equal 99999744 "$(cat $cgroup/$limit)" "memory limit"
	equal guest "$(ocirun exec $id hostname)" "hostname by exec"
	equal "1 sh" "$(ocirun exec $id ps -o pid,comm | sed -n 's/^ *\(1\) *\(sh\)$/\1 \2/p')" "init seen by exec"
	ocirun exec $id ls /proc/kcore -l | grep -q "1, *3" || fail "kcore is not masked: $(ocirun exec $id ls -l /proc/kcore)"
	ocirun exec $id sh -c 'echo 1 >/proc/sys/vm/overcommit_memory' 2>/dev/null && fail "/proc/sys is writable"
	ocirun update --memory 120000000 $id
	equal 119996416 "$(cat $cgroup/$limit)" "memory limit after an update"
	contains '"limit":50}' "$(ocirun events --stats $id)"
	ocirun pause $id
	equal paused "$(state status)" "paused"
	ocirun resume $id
	equal "$(state pid)" "$(ocirun ps -f json $id | tr -d '[]\n' | cut -d , -f 1)" "ps"
	ocirun kill $id KILL
	until_true 20 is stopped
	ocirun delete $id
	[ ! -e $cgroup ] || fail "its cgroup is still there"
}

test_it_may_run_on_and_be_dumped_again() {
	config "$counter"
	start
	counts
	pid=$(state pid)
	checkpoint --leave-running
	equal running "$(state status)" "after a checkpoint"
	equal $pid "$(state pid)" "pid"
	counts
	rm -rf $images
	checkpoint
	[ ! -e /run/oci-runtime/$id ] || fail "the container is still there"
}

test_what_was_restored_can_be_dumped_and_restored() {
	config "$counter"
	start
	counts
	checkpoint
	restore
	counts
	rm -rf $images
	checkpoint
	restore
	counts
}

test_a_paused_container_is_dumped_with_its_logs_elsewhere() {
	config "$counter"
	start
	counts
	ocirun pause $id
	checkpoint --work-path $bundle/logs
	[ -s $bundle/logs/dump.log ] || fail "no log in the work path"
	restore --work-path $bundle/logs
	[ -s $bundle/logs/restore.log ] || fail "no log in the work path"
	counts
}

test_a_chain_of_pre_dumps() {
	config "$counter"
	start
	counts
	ocirun checkpoint --pre-dump --image-path $images/first $id >$bundle/out 2>&1 || { grep -q "missing features" $bundle/out && skip "$(cat $bundle/out)"; fail "pre-dump: $(cat $bundle/out)"; }
	equal running "$(state status)" "after a pre-dump"
	counts
	ocirun checkpoint --pre-dump --parent-path nowhere --image-path $images/second $id >$bundle/out 2>&1 && fail "a parent that is not there was taken"
	contains "invalid --parent-path" "$(cat $bundle/out)"
	ocirun checkpoint --parent-path ../first --image-path $images/second $id >$bundle/out 2>&1 || fail "dump: $(cat $bundle/out)"
	images=$images/second
	restore
	counts
}

test_binds_come_from_the_host_again() {
	config "until [ -e /data/end ]; do sleep 0.1; done; read word </file; echo \$word >/data/result; exec sleep 100"
	mkdir -p $bundle/data
	echo before >$bundle/file
	sed -i "s|{ \"destination\": \"/proc\"|{ \"destination\": \"/data\", \"type\": \"bind\", \"source\": \"data\", \"options\": [\"rbind\", \"rprivate\"] }, { \"destination\": \"/file\", \"source\": \"$bundle/file\", \"options\": [\"bind\", \"ro\"] }, &|" $bundle/config.json
	start
	checkpoint
	# As on another machine: the same image, without what the first launch has left in it.
	rmdir $bundle/rootfs/data && rm $bundle/rootfs/file
	echo after >$bundle/file
	restore
	: >$bundle/data/end
	until_true 20 test -s $bundle/data/result
	equal after "$(cat $bundle/data/result)" "what the restored container sees"
}

test_the_streams_are_those_of_the_restore() {
	config 'until [ -e /tmp/end ]; do sleep 0.1; done; echo out; echo err >&2; exec sleep 100'
	ocirun create --bundle $bundle $id </dev/null >$bundle/first 2>$bundle/second || fail "create: $(cat $bundle/second)"
	ocirun start $id
	checkpoint
	ocirun restore -d --image-path $images --bundle $bundle $id </dev/null >$bundle/stdout 2>$bundle/stderr || fail "$(cat $bundle/stderr; show restore)"
	: >$bundle/rootfs/tmp/end
	until_true 20 test -s $bundle/stderr
	equal "out err" "$(cat $bundle/stdout) $(cat $bundle/stderr)" "streams"
	equal "" "$(cat $bundle/first $bundle/second)" "the first streams"
}

test_pipes_are_those_of_the_restore() {
	config 'until [ -e /tmp/end ]; do sleep 0.1; done; echo out; exec sleep 100'
	{ ocirun create --bundle $bundle $id </dev/null 2>&1; } | cat >$bundle/first &
	until_true 20 is created
	ocirun start $id
	checkpoint
	{ ocirun restore -d --image-path $images --bundle $bundle $id </dev/null 2>&1; } | sed 's/^/second: /' >$bundle/second &
	until_true 20 is running
	: >$bundle/rootfs/tmp/end
	sleep 1
	ocirun kill $id KILL
	wait
	equal "second: out" "$(cat $bundle/second)" "the pipe of the restore: $(show restore)"
	equal "" "$(cat $bundle/first)" "the first pipe"
}

test_in_the_foreground_its_exit_code_is_that_of_the_restore() {
	config 'until [ -e /tmp/end ]; do sleep 0.1; done; exit 7'
	start
	checkpoint
	(until_true 20 is running; : >$bundle/rootfs/tmp/end) &
	ocirun restore --image-path $images --bundle $bundle $id </dev/null >$bundle/out 2>&1 && code=0 || code=$?
	equal 7 $code "exit code: $(show restore)"
	[ ! -e /run/oci-runtime/$id ] || fail "the container is still there"
}

test_a_checkpoint_that_fails_leaves_all_as_it_was() {
	config "$counter"
	start
	counts
	echo 'no-such-option' >$bundle/criu.conf
	sed -i "s|\"annotations\": {}|\"annotations\": {\"org.criu.config\": \"$bundle/criu.conf\"}|" $bundle/config.json /run/oci-runtime/$id/config.json
	ocirun checkpoint --image-path $images $id >$bundle/out 2>&1 && fail "options that are none were taken"
	contains "criu failed" "$(cat $bundle/out)"
	contains "its log is $images/dump.log" "$(cat $bundle/out)"
	equal running "$(state status)" "after a failure"
	counts
}

test_a_restore_that_fails_leaves_nothing() {
	config "$counter"
	start
	counts
	checkpoint
	rm $images/pstree.img
	ocirun restore -d --image-path $images --bundle $bundle $id >$bundle/out 2>&1 </dev/null && fail "images without a tree were restored"
	contains "criu failed" "$(cat $bundle/out)"
	contains "its log is $images/restore.log" "$(cat $bundle/out)"
	[ ! -e /run/oci-runtime/$id ] || fail "a state is left: $(ls -l /run/oci-runtime/$id)"
	[ ! -e $cgroup ] || fail "a cgroup is left"
	ocirun restore -d --image-path $bundle/nowhere --bundle $bundle $id >$bundle/out 2>&1 </dev/null && fail "no images were restored"
	contains "open the image directory" "$(cat $bundle/out)"
	[ ! -e /run/oci-runtime/$id ] || fail "a state is left"
}

test_hooks_of_the_runtime_run_again() {
	config "$counter"
	hook() { printf '"%s": [ { "path": "/bin/sh", "args": ["sh", "-c", "echo %s >>%s"] } ]' $1 $1 $bundle/hooks; }
	sed -i "s|\"hostname\"|\"hooks\": { $(hook prestart), $(hook createRuntime), $(hook poststop) }, &|" $bundle/config.json
	start
	counts
	equal "prestart createRuntime" "$(echo $(cat $bundle/hooks))" "hooks of the first launch"
	rm $bundle/hooks
	checkpoint
	equal poststop "$(echo $(cat $bundle/hooks))" "hooks of the checkpoint"
	rm $bundle/hooks
	restore
	equal "prestart createRuntime" "$(echo $(cat $bundle/hooks))" "hooks of the restore"
}

test_only_a_running_container_has_something_to_dump() {
	config "$counter"
	create
	ocirun checkpoint --image-path $images $id >$bundle/out 2>&1 && fail "a created container was dumped"
	contains "Container cannot be checkpointed in created state" "$(cat $bundle/out)"
	ocirun kill $id KILL
	until_true 20 is stopped
	ocirun checkpoint --image-path $images $id >$bundle/out 2>&1 && fail "a stopped container was dumped"
	contains "Container cannot be checkpointed in stopped state" "$(cat $bundle/out)"
}

# netns_config SCRIPT: the network namespace is another's, and stays as it is.
netns_config() {
	ip netns add $id
	ip netns exec $id ip link set lo up
	config "$1" '{}' '' '' "[{\"type\":\"pid\"},{\"type\":\"network\",\"path\":\"/run/netns/$id\"},{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"mount\"},{\"type\":\"cgroup\"}]"
}

test_an_external_network_namespace_is_joined_again() {
	netns_config "$counter"
	start
	counts
	checkpoint
	restore
	counts
	equal "$(stat -L -c %i /run/netns/$id)" "$(stat -L -c %i /proc/$(state pid)/ns/net)" "network namespace"
	ocirun delete -f $id
	ip netns delete $id
}

listens() { ip netns exec $id grep -q :1388 /proc/net/tcp /proc/net/tcp6; }

test_a_tcp_connection_lives_on() {
	netns_config 'exec nc -l -p 5000 -e /bin/cat'
	start
	until_true 20 listens
	mkfifo $bundle/words
	ip netns exec $id nc 127.0.0.1 5000 <$bundle/words >$bundle/echoes &
	exec 9>$bundle/words
	echo first >&9
	until_true 20 grep -q first $bundle/echoes
	ocirun checkpoint --image-path $images $id >$bundle/out 2>&1 && fail "a connection was dumped that was not allowed"
	equal running "$(state status)" "after a checkpoint that failed"
	checkpoint --tcp-established
	restore --tcp-established
	echo second >&9
	until_true 20 grep -q second $bundle/echoes
	exec 9>&-
	until_true 20 is stopped
	ocirun delete $id
	ip netns delete $id
}

test_a_server_in_its_own_network_goes_on() {
	config 'nc -l -p 5000 -e /bin/cat & while [ ! -e /tmp/end ]; do sleep 0.1; done; echo word | nc 127.0.0.1 5000 >/tmp/echo; exec sleep 100'
	start
	until_true 20 ocirun exec $id grep -q :1388 /proc/net/tcp /proc/net/tcp6
	checkpoint
	restore
	: >$bundle/rootfs/tmp/end
	until_true 20 test -s $bundle/rootfs/tmp/echo
	equal word "$(cat $bundle/rootfs/tmp/echo)" "what a server says to one that is beside it"
	ocirun delete -f $id
}
