test_rlimit_is_raised() {
	config 'ulimit -n' '{}' '' ',"rlimits":[{"type":"RLIMIT_NOFILE","soft":500000,"hard":600000}]'
	equal 500000 "$(run)" "RLIMIT_NOFILE"
}

test_oom_score_adj_is_lowered() {
	config 'cat /proc/self/oom_score_adj' '{}' '' ',"oomScoreAdj":-500'
	equal -500 "$(run)" "oom_score_adj"
}

test_only_stdio_is_open() {
	config 'ls /proc/self/fd'
	equal "0 1 2 3" "$(run | tr '\n' ' ' | sed 's/ $//')" "descriptors (3 is the directory that ls reads)"
}

test_capabilities_are_those_of_the_spec() {
	config 'grep CapEff /proc/self/status'
	contains 0000000028000420 "$(run)"
}

test_seccomp_filter_holds() {
	config 'mkdir /tmp/x || echo denied' '{}' ',"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":1}]}'
	contains denied "$(run 2>&1)"
}

# What changes its ids is dumpable again where fs.suid_dumpable says so; /proc shows by the owner of its files whether it is (proc(5)).
test_init_is_not_dumpable() {
	before=$(cat /proc/sys/fs/suid_dumpable)
	echo 1 >/proc/sys/fs/suid_dumpable
	trap 'echo $before >/proc/sys/fs/suid_dumpable; cleanup' EXIT
	config 'sleep 60'
	sed -i 's/"uid": 0, "gid": 0/"uid": 1000, "gid": 1000/' $bundle/config.json
	start_and_look 1000
	ocirun delete -f $id
	config 'sleep 60' '{}' ',"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}]' '' \
		'[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"},{"type":"user"}]'
	chown -R 100000:100000 $bundle/rootfs
	start_and_look 100000
}

# start_and_look OWNER: root's when a createRuntime hook runs and at the gate, then the container's.
start_and_look() {
	printf '#!/bin/sh\nstat -c %%u /proc/$(sed "s/.*\\"pid\\": *\\([0-9]*\\).*/\\1/")/status >%s/owner\n' $bundle >$bundle/hook
	chmod 755 $bundle/hook
	sed -i "s|\"annotations\":|\"hooks\": {\"createRuntime\":[{\"path\":\"$bundle/hook\",\"env\":[\"PATH=$PATH\"]}]}, \"annotations\":|" $bundle/config.json
	create
	equal 0 "$(cat $bundle/owner)" "owner during createRuntime"
	pid=$(state pid)
	until_true 10 grep -q oci-init:gate /proc/$pid/comm
	equal 0 "$(stat -c %u /proc/$pid/status)" "owner at the gate"
	ocirun start $id
	equal $1 "$(stat -c %u /proc/$pid/status)" "owner once it runs"
}
