# Podman, with conmon.
programs="podman conmon script"
client=podman also=client.sh
# Containers of a test are in the pass's cgroup.
own="--cgroup-parent /$cgroup"
. "$here/$also"
export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf

start() {
	mkdir -p "$work/podman/hooks" "$work/bin"
	# Podman gives the runtime no state root; this one keeps to its own.
	printf '#!/bin/sh\nexec %s --root %s "$@"\n' "$program" "$work/podman/state" >"$work/bin/$runtime"
	chmod 755 "$work/bin/$runtime"
	cat >"$CONTAINERS_CONF" <<-EOT
	[containers]
	netns = "none"
	default_sysctls = []
	default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
	[network]
	network_config_dir = "$work/podman/networks"
	[engine]
	cgroup_manager = "cgroupfs"
	events_logger = "file"
	lock_type = "file"
	tmp_dir = "$work/podman/tmp"
	runtime = "$runtime"
	infra_image = "localhost/pause"
	runtime_supports_json = ["ocirun", "runc"]
	runtime_supports_nocgroup = ["ocirun"]
	hooks_dir = ["$work/podman/hooks"]
	[engine.runtimes]
	$runtime = ["$work/bin/$runtime"]
	EOT
	cat >"$CONTAINERS_STORAGE_CONF" <<-EOT
	[storage]
	driver = "overlay"
	graphroot = "$work/podman/storage"
	runroot = "$work/podman/run"
	EOT
	podman import "$work/rootfs.tar" busybox
}
stop() { clean; }
clean() { podman rm --all --force --time 0 >/dev/null 2>&1; podman pod rm --all --force --time 0 >/dev/null 2>&1; podman volume prune --force >/dev/null 2>&1 || :; }
diagnose() { podman ps --all; }

nothing_left() {
	# It failed once, with /dev/shm of a container busy; that rm and the clean-up which conmon starts met is a guess. So it is asked again, of each runtime.
	until_true 10 podman rm --all --force --time 0
	[ -z "$(ls "$work/podman/state" 2>/dev/null)" ] || fail "state directories are left: $(ls "$work/podman/state")"
	left=$(cgroups | grep "/$cgroup/libpod-" | grep -v 'libpod-conmon') || return 0
	fail "cgroups are left: $left"
}

test_output_and_exit_code() {
	ends 7 run --rm busybox sh -c 'echo out; echo err >&2; exit 7'
	contains out "$output"
	contains err "$output"
	equal err "$(run --rm busybox sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)" stderr
	ends 137 run --rm busybox sh -c 'sh -c "sleep 0.1; kill -9 -1" & wait; exit 137'
}

# The runtime's start says so, where runc's container would begin and end.
test_missing_interpreter_is_an_error_of_start() {
	ends 126 run --rm busybox no-interpreter
	contains "exec no-interpreter: no such file or directory" "$output"
}

test_start_of_a_missing_program_leaves_a_container_that_was_created() {
	podman create --cgroup-parent "/$cgroup" --name "$id" busybox no-such-program >/dev/null
	ends 125 podman start "$id"
	contains "executable file not found" "$output"
	equal created "$(inspect Status)" status
}

test_terminal() {
	terminal_ends 3 podman run --cgroup-parent "/$cgroup" --rm --tty busybox sh -c "'tty; test -t 0 && test -t 1 && test -t 2 && exit 3'"
	contains /dev/pts/0 "$output"
}

test_detached_container_is_seen() {
	background busybox sh -c 'echo started; exec sleep 60'
	equal running "$(inspect Status)" status
	contains Up "$(podman ps --filter "name=$id" --format '{{.Status}}')"
	until_true 5 podman logs "$id"
	equal started "$(podman logs "$id")" logs
	contains "sleep 60" "$(podman top "$id" pid,args)"
	contains "sleep 60" "$(podman top "$id" -eo pid,args)"
	contains "$cgroup/libpod-" "$(cat "/proc/$(pid)/cgroup")"
}

test_exec() {
	background --env A=outer busybox sleep 60
	ends 5 podman exec "$id" sh -c 'echo out; echo err >&2; exit 5'
	contains out "$output"
	contains err "$output"
	equal "uid=1000(worker) gid=1000(worker) groups=2000(team)" "$(podman exec --user worker "$id" id)" id
	equal "inner outer /tmp" "$(podman exec --env B=inner --workdir /tmp "$id" sh -c 'echo $B $A $PWD')" environment
	equal "got word" "$(echo word | podman exec --interactive "$id" sh -c 'read x; echo got $x')" output
	podman exec --detach "$id" sleep 61 >/dev/null
	until_true 5 sh -c "podman top $id args | grep 'sleep 61'"
}

test_exec_errors() {
	background busybox sleep 60
	ends 127 podman exec "$id" no-such-program
	contains "executable file not found" "$output"
	ends 126 podman exec "$id" /etc/plain
	ends 127 podman exec --workdir /no/such "$id" true
	contains 'chdir to cwd ("/no/such")' "$output"
	podman pause "$id" >/dev/null
	ends 255 podman exec "$id" true
	podman unpause "$id" >/dev/null
}

test_exec_of_a_privileged_program() {
	background busybox sleep 60
	equal "$(sed -n 's/^CapBnd:\t//p' /proc/self/status)" "$(podman exec --privileged "$id" sed -n 's/^CapEff:\t//p' /proc/self/status)" capabilities
}

test_stop_kills_who_does_not_listen() {
	background busybox sleep 60
	ends 0 podman stop --time 1 "$id"
	equal 137 "$(inspect ExitCode)" "exit code"
}

test_signals() {
	background busybox sh -c 'trap "echo usr1" USR1; trap "exit 4" HUP; echo ready; while :; do sleep 0.05; done'
	until_true 5 sh -c "podman logs $id | grep ready"
	podman kill --signal USR1 "$id" >/dev/null
	until_true 5 sh -c "podman logs $id | grep usr1"
	podman kill --signal 1 "$id" >/dev/null
	equal 4 "$(podman wait "$id")" "exit code"
}

test_pause() {
	background busybox sleep 60
	podman pause "$id" >/dev/null
	equal paused "$(inspect Status)" status
	podman unpause "$id" >/dev/null
	equal running "$(inspect Status)" status
	podman pause "$id" >/dev/null
	podman rm --force --time 0 "$id" >/dev/null
}

test_update() {
	podman update --help >/dev/null 2>&1 || skip "this podman has no update"
	background busybox sleep 60
	podman update --memory 64m --memory-swap 64m --cpus 0.5 "$id" >/dev/null
	equal 67108864 "$(memory_limit "$(pid)")" memory
	equal 50000 "$(cpu_quota "$(pid)")" "cpu quota"
}

test_statistics() {
	background --memory 32m busybox sleep 60
	equal "1 33.55MB" "$(podman stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' "$id" | sed 's/ .*\// /; s/  */ /')" "processes and limit of memory"
}

test_oom_kill_is_exit_code_137() {
	ends 137 run --name "$id" --memory 16m --memory-swap 16m busybox dd if=/dev/zero of=/dev/null bs=100M count=1
	equal 137 "$(inspect ExitCode)" "exit code"
}

test_volumes() {
	mkdir -p "$work/$id" && echo data >"$work/$id/file"
	ends 1 run --rm --volume "$work/$id:/v:ro" busybox sh -c 'cat /v/file; echo more >/v/file'
	contains data "$output"
	contains "Read-only file system" "$output"
	run --rm --volume "$work/$id:/v" busybox sh -c 'echo more >/v/new'
	equal more "$(cat "$work/$id/new")" "a file of the volume"
	equal data "$(run --rm --volume "$work/$id/file:/tmp/one:ro" busybox cat /tmp/one)" "a volume of one file"
	contains "nosuid,nodev,noexec" "$(run --rm --volume "$work/$id:/v:nosuid,nodev,noexec" busybox grep ' /v ' /proc/mounts)"
	equal 5 "$(run --rm --volume "$work/$id:/v:U" --user 5 busybox stat -c %u /v)" "owner of the volume"
	run --rm --volume "$id:/v" busybox touch /v/kept
	equal kept "$(run --rm --volume "$id:/v" busybox ls /v)" "a named volume"
}

# Mounts that are made on the host later come to a container that asked for them.
test_volume_propagation() {
	mkdir -p "$work/$id/below"
	mount -t tmpfs -o size=64k "$id" "$work/$id"
	mount --make-shared "$work/$id"
	mkdir "$work/$id/below"
	background --volume "$work/$id:/v:rslave" busybox sleep 60
	mount -t tmpfs -o size=64k "$id" "$work/$id/below"
	seen=$(podman exec "$id" grep -c " /v/below " /proc/mounts) || :
	umount "$work/$id/below" && umount "$work/$id"
	equal 1 "$seen" "mounts at /v/below"
}

test_a_file_on_a_directory_is_said() {
	ends 126 run --rm --volume "$work/rootfs.tar:/etc" busybox true
	contains "not a directory" "$output"
}

test_tmpfs() {
	line=$(run --rm --tmpfs /t:size=1m,mode=1700,noexec busybox grep ' /t ' /proc/mounts)
	contains size=1024k "$line"
	contains mode=1700 "$line"
	contains noexec "$line"
	run --rm --user worker --mount type=tmpfs,destination=/t,tmpfs-size=64k busybox touch /t/made
}

test_read_only() {
	output=$(run --rm --read-only busybox sh -c 'touch /made; touch /tmp/made && echo tmp' 2>&1)
	contains "/made: Read-only file system" "$output"
	contains tmp "$output"
}

test_capabilities() {
	equal 0000000000000000 "$(run --rm --cap-drop all busybox sed -n 's/^CapEff:\t//p' /proc/self/status)" "without any"
	equal 0000000000080001 "$(run --rm --cap-drop all --cap-add CHOWN --cap-add SYS_PTRACE busybox sed -n 's/^CapEff:\t//p' /proc/self/status)" "two"
	equal 0000000000001000 "$(run --rm --user worker --cap-add NET_ADMIN busybox sed -n 's/^CapEff:\t//p' /proc/self/status)" "one for who is not root"
}

test_privileged() {
	output=$(run --rm --privileged busybox sh -c 'cat /proc/self/status; ls /dev; grep " /sys " /proc/mounts')
	contains "Seccomp:	0" "$output"
	contains "CapEff:	$(sed -n 's/^CapBnd:\t//p' /proc/self/status)" "$output"
	contains kmsg "$output"
	contains "sysfs rw" "$output"
}

test_namespaces_of_the_host() {
	for kind in pid ipc uts net cgroup; do
		option=--$kind
		[ $kind != cgroup ] || option=--cgroupns
		equal "$(ns self $kind)" "$(run --rm $option host busybox readlink /proc/self/ns/$kind)" $kind
	done
}

test_namespaces_of_a_container() {
	background --ipc shareable --net none busybox sleep 60
	for kind in pid ipc net; do equal "$(ns "$(pid)" $kind)" "$(run --rm --$kind "container:$id" busybox readlink /proc/self/ns/$kind)" $kind; done
}

# Whose process is in a container of the name.
pid_of() { podman inspect "$1" --format '{{.State.Pid}}'; }

test_pod_without_an_infra_container() {
	podman pod create --infra=false --share-parent=false --name "$id-pod" >/dev/null
	equal inside "$(run --rm --pod "$id-pod" busybox echo inside)" output
	podman pod rm --force "$id-pod" >/dev/null
}

# The image of the container that holds a pod's namespaces.
pause_image() {
	podman image exists localhost/pause || podman import --change 'ENTRYPOINT ["/bin/sh","-c","trap exit TERM; while :; do sleep 0.1; done"]' "$work/rootfs.tar" localhost/pause >/dev/null
}

test_pod() {
	pause_image
	podman pod create --cgroup-parent "/$cgroup" --name "$id" --network none --hostname together --share pid,ipc,uts,net >/dev/null
	for member in one two; do podman run --detach --pod "$id" --name "$id-$member" busybox sleep 60 >/dev/null; done
	one=$(pid_of "$id-one") two=$(pid_of "$id-two")
	for kind in pid ipc uts net; do
		equal "$(ns "$one" $kind)" "$(ns "$two" $kind)" $kind
		[ "$(ns self $kind)" != "$(ns "$one" $kind)" ] || fail "the pod has the host's $kind namespace"
	done
	[ "$(ns "$one" mnt)" != "$(ns "$two" mnt)" ] || fail "they have one mount namespace"
	equal together "$(podman exec "$id-two" hostname)" "name of the host"
	equal 2 "$(podman exec "$id-one" ps -o args | grep -c '^sleep 60')" "processes that are seen"
	podman pod pause "$id" >/dev/null
	equal "paused paused" "$(echo $(podman inspect "$id-one" "$id-two" --format '{{.State.Status}}'))" "when paused"
	podman pod unpause "$id" >/dev/null
	podman pod stop --time 0 "$id" >/dev/null
	equal "exited exited" "$(echo $(podman inspect "$id-one" "$id-two" --format '{{.State.Status}}'))" "when stopped"
	podman pod start "$id" >/dev/null
	equal "$(ns "$(pid_of "$id-one")" net)" "$(ns "$(pid_of "$id-two")" net)" "net when started again"
	podman pod rm --force --time 0 "$id" >/dev/null
	remove_cgroups_of_pods
}

# Podman 4.3 removes a pod's cgroup from the hierarchies that have a controller, and kube play can't be told of another parent.
remove_cgroups_of_pods() {
	find /sys/fs/cgroup -depth -type d -path "*/$cgroup/*" | grep -E "/$cgroup/[0-9a-f]{64}$" | xargs -r rmdir
	grep -q libpod_parent "$work/before" || find /sys/fs/cgroup -depth -type d -path '*/libpod_parent*' -exec rmdir {} +
}

test_kube_play() {
	pause_image
	mkdir -p "$work/$id"
	cat >"$work/$id.yaml" <<-EOT
	apiVersion: v1
	kind: ConfigMap
	metadata:
	  name: words
	data:
	  WORD: configured
	---
	apiVersion: v1
	kind: Pod
	metadata:
	  name: $id
	spec:
	  hostname: played
	  restartPolicy: Never
	  containers:
	  - name: one
	    image: localhost/busybox:latest
	    imagePullPolicy: Never
	    command: ["sh", "-c", "exec 2>&1; echo \$WORD; id -u; touch /made; trap exit TERM; sleep 60 & wait"]
	    env:
	    - name: PATH
	      value: /bin
	    envFrom:
	    - configMapRef:
	        name: words
	    securityContext:
	      runAsUser: 1000
	      readOnlyRootFilesystem: true
	      capabilities:
	        drop: ["ALL"]
	    resources:
	      limits:
	        memory: 32Mi
	        cpu: 500m
	    volumeMounts:
	    - name: shared
	      mountPath: /v
	      readOnly: true
	  - name: two
	    image: localhost/busybox:latest
	    imagePullPolicy: Never
	    command: ["/bin/sh", "-c", "echo word >/v/file; trap exit TERM; sleep 60 & wait"]
	    volumeMounts:
	    - name: shared
	      mountPath: /v
	  volumes:
	  - name: shared
	    hostPath:
	      path: $work/$id
	      type: Directory
	EOT
	podman kube play --network none "$work/$id.yaml" >/dev/null
	one=$(pid_of "$id-one")
	equal 33554432 "$(memory_limit "$one")" memory
	equal 50000 "$(cpu_quota "$one")" "cpu quota"
	contains "CapBnd:	0000000000000000" "$(cat "/proc/$one/status")"
	equal "$(ns "$one" net)" "$(ns "$(pid_of "$id-two")" net)" "network namespace"
	equal played "$(podman exec "$id-one" hostname)" "name of the host"
	logged() { podman logs "$id-one" | grep -q Read-only; }
	until_true 5 logged
	equal "configured 1000 touch: /made: Read-only file system" "$(echo $(podman logs "$id-one"))" logs
	shared() { [ "$(podman exec "$id-one" cat /v/file)" = word ]; }
	until_true 5 shared
	ends 1 podman exec "$id-one" touch /v/made
	ends 0 podman kube down "$work/$id.yaml"
	[ -z "$(podman ps --all --quiet)" ] || fail "containers are left"
	remove_cgroups_of_pods
}

test_secrets() {
	printf word >"$work/$id"
	podman secret create "$id" "$work/$id" >/dev/null
	equal "word 400 5" "$(run --rm --secret "$id,uid=5,mode=0400" busybox sh -c "echo \$(cat /run/secrets/$id) \$(stat -c '%a %u' /run/secrets/$id)")" "a secret in a file"
	equal word "$(run --rm --secret "$id,type=env,target=WORD" busybox sh -c 'echo $WORD')" "a secret in the environment"
	podman secret rm "$id" >/dev/null
}

# What the unit of a container would do, without systemd.
test_generate_systemd() {
	podman create --cgroup-parent "/$cgroup" --name "$id" busybox sh -c 'trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done' >/dev/null
	podman generate systemd "$id" >"$work/$id" 2>/dev/null
	line() { sed -e ':join' -e '/\\$/N; s/\\\n//; t join' "$work/$id" | sed -n "s/^$1=//p"; }
	sh -c "$(line ExecStart)" >/dev/null
	is running || fail "it does not run"
	contains conmon "$(tr '\0' ' ' <"/proc/$(cat "$(line PIDFile)")/cmdline")"
	until_true 5 sh -c "podman logs $id | grep ready"
	sh -c "$(line ExecStop)" >/dev/null
	equal "exited 0" "$(podman inspect "$id" --format '{{.State.Status}} {{.State.ExitCode}}')" state
}

# As for a systemd in the container: its mounts and its signal to stop.
test_container_for_systemd() {
	background --systemd always busybox sh -c 'trap "exit 5" 37; echo ready; while :; do sleep 0.05; done'
	mounts=$(podman exec "$id" cat /proc/mounts)
	for place in /run /run/lock /tmp /var/log/journal; do contains " $place tmpfs rw," "$mounts"; done
	[ -n "$v2" ] || contains " /sys/fs/cgroup/systemd cgroup rw," "$mounts"
	until_true 5 sh -c "podman logs $id | grep ready"
	podman stop --time 10 "$id" >/dev/null
	equal 5 "$(inspect ExitCode)" "exit code"
}

test_user_namespaces_are_given_away() {
	needs_subordinate_ids
	background --userns auto:size=2000 busybox sleep 60
	equal "0 400000 2000" "$(echo $(cat "/proc/$(pid)/uid_map"))" "uid_map of the first"
	equal "0 402000 2000" "$(run --rm --userns auto:size=2000 busybox sh -c 'echo $(cat /proc/self/uid_map)')" "uid_map of the second"
	equal "0 0" "$(run --rm --userns auto busybox sh -c 'touch /made; stat -c "%u %g" /made')" "owner of a file"
}

# rootless ARGUMENT...: Podman of an ordinary user, with storage and a state root of its own.
rootless() {
	(cd "$work/user" && setpriv --reuid 64321 --regid 64321 --clear-groups env -i PATH="$PATH" HOME="$work/user" XDG_RUNTIME_DIR="$work/user/run" \
		CONTAINERS_CONF="$work/user/containers.conf" CONTAINERS_STORAGE_CONF="$work/user/storage.conf" podman "$@")
}
end_rootless() {
	rootless rm --all --force --time 0 >/dev/null 2>&1 || :
	# It keeps its user namespace by a process.
	pkill -KILL -u 64321 || :
	rm -rf "$work/user"
}

test_rootless() {
	needs_subordinate_ids
	command -v newuidmap >/dev/null || skip "newuidmap is not installed"
	setpriv --reuid 64321 --regid 64321 --clear-groups unshare --user --map-root-user --mount true || skip "users can't make user namespaces here"
	mkdir -p "$work/user/run" "$work/user/bin" "$work/user/hooks"
	trap end_rootless EXIT
	cp "$program" "$work/user/bin/$runtime-program"
	printf '#!/bin/sh\nexec %s --root %s "$@"\n' "$work/user/bin/$runtime-program" "$work/user/state" >"$work/user/bin/$runtime"
	chmod 755 "$work/user/bin/$runtime"
	sed -e "s|$work/podman|$work/user|; s|$work/bin|$work/user/bin|" "$CONTAINERS_CONF" >"$work/user/containers.conf"
	printf '[storage]\ndriver = "vfs"\nrootless_storage_path = "%s/user/storage"\nrunroot = "%s/user/run/storage"\n' "$work" "$work" >"$work/user/storage.conf"
	chown -R 64321:64321 "$work/user"
	rootless import "$work/rootfs.tar" busybox >/dev/null
	ends 7 rootless run --rm busybox sh -c 'echo out; exit 7'
	contains out "$output"
	equal "0 64321 1 1 300000 65536" "$(rootless run --rm busybox sh -c 'echo $(cat /proc/self/uid_map)')" uid_map
	equal "64321 64321" "$(rootless run --rm --userns keep-id busybox sh -c 'touch /tmp/made; stat -c "%u %g" /tmp/made')" "ids that are kept"
	equal "1000 1000" "$(rootless run --rm --user worker busybox sh -c 'touch /tmp/made; stat -c "%u %g" /tmp/made')" "ids of another user"
	rootless run --detach --name "$id" busybox sleep 60 >/dev/null
	equal "inside 0" "$(rootless exec "$id" sh -c 'echo inside $(id -u)')" "output of an exec"
	equal 64321 "$(stat -c %u "/proc/$(rootless inspect "$id" --format '{{.State.Pid}}')")" "owner of the process"
	rootless stop --time 0 "$id" >/dev/null
	equal 137 "$(rootless inspect "$id" --format '{{.State.ExitCode}}')" "exit code"
	rootless run --rm --read-only --cap-drop all --tmpfs /t busybox sh -c 'touch /t/made && ! touch /made 2>/dev/null'
}

test_user_namespace() {
	mkdir -p "$work/$id"
	equal "0 100000 5000" "$(run --rm --uidmap 0:100000:5000 --gidmap 0:100000:5000 busybox sh -c 'echo $(cat /proc/self/uid_map)')" uid_map
	equal "0 0" "$(run --rm --uidmap 0:100000:5000 busybox sh -c 'touch /made; stat -c "%u %g" /made')" "owner of a file"
	equal "65534" "$(run --rm --uidmap 0:100000:5000 --volume "$work/$id:/v" busybox stat -c %u /v)" "owner of a volume of the host"
	equal 33 "$(run --rm --uidmap 0:100000:5000 --user 33 --tmpfs /t busybox sh -c 'touch /t/made; id -u')" "user"
}

test_seccomp() {
	equal 2 "$(run --rm busybox sed -n 's/^Seccomp:\t//p' /proc/self/status)" "mode by default"
	equal 0 "$(run --rm --security-opt seccomp=unconfined busybox sed -n 's/^Seccomp:\t//p' /proc/self/status)" "mode without a profile"
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}' >"$work/$id"
	ends 1 run --rm --security-opt "seccomp=$work/$id" busybox mkdir /made
	contains "Function not implemented" "$output"
}

test_no_new_privileges() {
	equal 1 "$(run --rm --security-opt no-new-privileges busybox sed -n 's/^NoNewPrivs:\t//p' /proc/self/status)" NoNewPrivs
	equal 0 "$(run --rm busybox sed -n 's/^NoNewPrivs:\t//p' /proc/self/status)" NoNewPrivs
}

test_masked_paths() {
	equal 0 "$(run --rm busybox sh -c 'cat /proc/keys 2>/dev/null | wc -c')" "bytes of /proc/keys"
	ends 1 run --rm busybox sh -c 'echo 1 >/proc/sys/kernel/panic'
	equal 0 "$(run --rm --security-opt mask=/etc busybox ls -A /etc | wc -l)" "files of a masked directory"
}

test_resource_limits_and_sysctls() {
	equal "100 200 0" "$(run --rm --ulimit nofile=100:200 --ulimit core=0 --ulimit nproc=4096:4096 busybox sh -c 'echo $(ulimit -n) $(ulimit -Hn) $(ulimit -c)')" limits
	equal "9000 1" "$(run --rm --sysctl kernel.msgmax=9000 --sysctl net.ipv4.ip_forward=1 busybox sh -c 'echo $(cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_forward)')" sysctls
	equal 500 "$(run --rm --oom-score-adj 500 busybox cat /proc/self/oom_score_adj)" oom_score_adj
	equal 0077 "$(run --rm --umask 0077 busybox sh -c umask)" umask
}

test_devices() {
	equal "c read" "$(run --rm --cap-add SYSLOG --device /dev/kmsg:/dev/log1:r busybox sh -c 'echo $(ls -l /dev/log1 | cut -c 1) $(head -c 1 /dev/log1 >/dev/null && echo read)')" "a device"
	ends 1 run --rm --cap-add SYSLOG --device /dev/kmsg:/dev/log1:r busybox sh -c 'echo x >/dev/log1'
	ends 1 run --rm --cap-add MKNOD,SYSLOG busybox sh -c 'mknod /made c 1 11 && head -c 1 /made'
	equal 1 "$(run --rm --cap-add MKNOD,SYSLOG --device-cgroup-rule 'c 1:11 r' busybox sh -c 'mknod /made c 1 11 && head -c 1 /made | wc -c')" "bytes that a rule allows"
}

test_init() {
	init=$(command -v tini-static || command -v catatonit) || skip "neither tini-static nor catatonit is installed"
	ends 8 run --rm --init --init-path "$init" busybox sh -c 'cat /proc/1/comm; exit 8'
	contains init "$output"
}

test_cgroup_namespace() {
	contains "/$cgroup/libpod-" "$(run --rm --cgroupns host busybox cat /proc/self/cgroup)"
	case $(run --rm --cgroupns private busybox cat /proc/self/cgroup) in *libpod-*) fail "the cgroup's path is seen" ;; esac
}

test_without_cgroup() {
	case $(podman run --rm --cgroups disabled busybox cat /proc/self/cgroup) in *libpod-*) fail "it has a cgroup" ;; esac
	podman run --detach --name "$id" --cgroups disabled busybox sleep 60 >/dev/null
	equal hello "$(podman exec "$id" echo hello)" output
	podman rm --force --time 0 "$id" >/dev/null
}

test_restart_policy() {
	background --restart on-failure:2 busybox sh -c 'exit 3'
	until_true 15 sh -c "[ \"\$(podman inspect $id --format '{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}')\" = '2 exited 3' ]"
}

test_attach() {
	background --interactive busybox sh -c 'read x; echo got $x; exit 4'
	contains "got word" "$(echo word | podman attach "$id")"
	equal 4 "$(podman wait "$id")" "exit code"
}

test_copy_and_commit() {
	background busybox sleep 60
	echo data >"$work/$id"
	podman cp "$work/$id" "$id:/tmp/file"
	equal data "$(podman exec "$id" cat /tmp/file)" "the file inside"
	podman cp "$id:/tmp/file" "$work/$id-back"
	equal data "$(cat "$work/$id-back")" "the file outside"
	podman commit --quiet "$id" committed >/dev/null
	equal data "$(run --rm committed cat /tmp/file)" "the file of the image"
	podman rmi committed >/dev/null
}

test_health_check() {
	background --health-cmd 'test -e /healthy' --health-retries 1 --health-interval disable busybox sleep 60
	ends 1 podman healthcheck run "$id"
	equal unhealthy "$(podman inspect "$id" --format '{{.State.Health.Status}}')" health
	podman exec "$id" touch /healthy
	podman healthcheck run "$id" >/dev/null
	equal healthy "$(podman inspect "$id" --format '{{.State.Health.Status}}')" health
}

test_events() {
	ends 3 run --name "$id" busybox sh -c 'exit 3'
	events=$(podman events --stream=false --since 1m --filter "container=$id" --format '{{.Status}}' | sort -u | tr '\n' ' ')
	for event in create init start died; do contains $event "$events"; done
}

test_created_container_waits() {
	podman create --cgroup-parent "/$cgroup" --name "$id" busybox sh -c 'echo late; exit 2' >/dev/null
	podman init "$id" >/dev/null
	equal created "$("$work/bin/$runtime" state "$(podman inspect "$id" --format '{{.Id}}')" | sed -n 's/.*"status": "\(.*\)".*/\1/p')" "the runtime's state"
	ends 2 podman start --attach "$id"
	equal late "$output" output
}

test_kept_descriptors() {
	equal "0 1 2 3 4" "$(run --rm --preserve-fds 1 busybox ls /proc/self/fd 3</dev/null | tr '\n' ' ' | sed 's/ $//')" "descriptors (4 is the directory that ls reads)"
}

test_hooks() {
	cat >"$work/podman/hooks/test.json" <<-EOT
	{ "version": "1.0.0", "hook": { "path": "/bin/sh", "args": ["sh", "-c", "cat >>$work/$id; echo >>$work/$id"] }, "when": { "annotations": { "^hooked\$": "yes" } }, "stages": ["createRuntime", "poststart", "poststop"] }
	EOT
	run --rm --annotation hooked=yes busybox true
	rm "$work/podman/hooks/test.json"
	equal "creating running stopped" "$(sed 's/.*"status": *"\([a-z]*\)".*/\1/' "$work/$id" | tr '\n' ' ' | sed 's/ $//')" "states that hooks were given: $(cat "$work/$id")"
}

build() { podman build --quiet --network none --runtime "$work/bin/$runtime" "$@"; }
test_build() {
	mkdir -p "$work/$id"
	printf 'FROM busybox\nRUN echo made >/made && mkdir /d\nUSER 1000\nWORKDIR /d\nRUN id -u >/tmp/user\n' >"$work/$id/Containerfile"
	build --tag built "$work/$id" >/dev/null
	equal "made 1000" "$(run --rm built sh -c 'echo $(cat /made /tmp/user)')" "files of the image"
	podman rmi built >/dev/null
	printf 'FROM busybox\nRUN exit 7\n' >"$work/$id/Containerfile"
	ends 7 build "$work/$id"
}
