# Podman, with conmon.
programs="podman conmon script"
client=podman also=client.sh
. "$here/$also"
export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf

start() {
	mkdir -p "$work/podman/hooks" "$work/bin"
	# Podman gives the runtime no state root; this one keeps to its own.
	printf '#!/bin/sh\nexec %s --root %s "$@"\n' "$ocirun" "$work/podman/state" >"$work/bin/ocirun"
	chmod 755 "$work/bin/ocirun"
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
	runtime = "ocirun"
	runtime_supports_json = ["ocirun"]
	runtime_supports_nocgroup = ["ocirun"]
	hooks_dir = ["$work/podman/hooks"]
	[engine.runtimes]
	ocirun = ["$work/bin/ocirun"]
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
clean() { podman rm --all --force --time 0 >/dev/null 2>&1; podman volume prune --force >/dev/null 2>&1 || :; }
diagnose() { podman ps --all; }

# Containers of a test are in the run's cgroup.
run() { podman run --cgroup-parent "/$cgroup" "$@"; }

nothing_left() {
	podman rm --all --force --time 0 >/dev/null
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
	equal 1 "$(podman stats --no-stream --format '{{.PIDs}}' "$id")" "number of processes"
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

test_pod() {
	podman pod create --infra=false --share-parent=false --name "$id-pod" >/dev/null
	equal inside "$(run --rm --pod "$id-pod" busybox echo inside)" output
	podman pod rm --force "$id-pod" >/dev/null
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
	equal created "$("$work/bin/ocirun" state "$(podman inspect "$id" --format '{{.Id}}')" | sed -n 's/.*"status": "\(.*\)".*/\1/p')" "the runtime's state"
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

build() { podman build --quiet --network none --runtime "$work/bin/ocirun" "$@"; }
test_build() {
	mkdir -p "$work/$id"
	printf 'FROM busybox\nRUN echo made >/made && mkdir /d\nUSER 1000\nWORKDIR /d\nRUN id -u >/tmp/user\n' >"$work/$id/Containerfile"
	build --tag built "$work/$id" >/dev/null
	equal "made 1000" "$(run --rm built sh -c 'echo $(cat /made /tmp/user)')" "files of the image"
	podman rmi built >/dev/null
	printf 'FROM busybox\nRUN exit 7\n' >"$work/$id/Containerfile"
	ends 7 build "$work/$id"
}
