# Docker: dockerd with a containerd of its own, without a network.
programs="dockerd docker containerd containerd-shim-runc-v2 script"
client=docker also=client.sh
# Compose calls the daemon alone.
alone=test_compose
own="--network none"
. "$here/$also"
export DOCKER_HOST=unix://$work/docker.sock DOCKER_CONFIG=$work/docker/client DOCKER_BUILDKIT=0 DOCKER_API_VERSION=1.41
export CONTAINERD_ADDRESS=$work/containerd.sock

start() {
	start_containerd
	start_dockerd ""
	docker import "$work/rootfs.tar" busybox
}

# start_dockerd [SETTINGS]: of daemon.json, each with a comma behind it. BuildKit takes the runc that is found first.
start_dockerd() {
	mkdir -p "$work/docker/client"
	cat >"$work/docker/daemon.json" <<-EOT
	{ "data-root": "$work/docker/root", "exec-root": "$work/docker/exec", "pidfile": "$work/docker/pid", "hosts": ["$DOCKER_HOST"],
	  "containerd": "$CONTAINERD_ADDRESS", "cgroup-parent": "/$cgroup", "exec-opts": ["native.cgroupdriver=cgroupfs"],
	  "runtimes": { "tested": { "path": "$program" } }, "default-runtime": "tested", $1 "live-restore": true,
	  "bridge": "none", "iptables": false, "ip6tables": false, "ip-forward": false, "ip-masq": false, "userland-proxy": false,
	  "deprecated-key-path": "$work/docker/key.json" }
	EOT
	PATH=$work/bin:$PATH daemon dockerd dockerd --config-file "$work/docker/daemon.json"
	until_true 20 docker version
}

stop() {
	clean
	end_daemon dockerd
	end_daemon containerd
	# With live-restore each daemon leaves its own mounts to the next one.
	for place in "$work/docker/exec/netns/default" "$work/docker/root"; do until_true 5 is_unmounted "$place"; done
}
is_unmounted() {
	! grep -qs " $1 " /proc/self/mounts || { umount "$1" 2>/dev/null && is_unmounted "$1"; }
}
clean() {
	docker ps --all --quiet | xargs -r docker rm --force --volumes >/dev/null
	docker volume ls --quiet | xargs -r docker volume rm >/dev/null
}
# Also ends what dockerd no longer knows, so that the next test does not find it.
diagnose() {
	docker ps --all
	tail -n 5 "$work/dockerd.log"
	clean
	for task in $(ctr --namespace moby tasks list --quiet); do ctr --namespace moby tasks delete --force "$task"; done
}

state_root=$work/docker/exec/runtime-runc/moby

nothing_left() {
	clean
	gone() { [ -z "$(ls "$state_root" 2>/dev/null)" ] && [ -z "$(cgroups | grep "/$cgroup/")" ]; }
	until_true 5 gone
}

test_the_daemon_knows_the_runtime() {
	equal tested "$(docker info --format '{{.DefaultRuntime}}')" "default runtime"
	background busybox sleep 60
	equal tested "$(docker inspect "$id" --format '{{.HostConfig.Runtime}}')" runtime
	contains '"status": "running"' "$("$program" --root "$state_root" state "$(docker inspect "$id" --format '{{.Id}}')")"
}

test_output_and_exit_code() {
	ends 7 run --rm busybox sh -c 'echo out; echo err >&2; exit 7'
	contains out "$output"
	contains err "$output"
	equal err "$(run --rm busybox sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)" stderr
}

# The runtime's start says so, where runc's container would begin and end.
test_missing_interpreter_is_an_error_of_start() {
	ends 127 run --rm busybox no-interpreter
	contains "exec no-interpreter: no such file or directory" "$output"
}

test_a_failed_start_is_kept() {
	docker create --network none --name "$id" busybox no-such-program >/dev/null
	ends 1 docker start "$id"
	equal "created 127" "$(docker inspect "$id" --format '{{.State.Status}} {{.State.ExitCode}}')" state
	contains "executable file not found" "$(inspect Error)"
}

test_missing_working_directory_is_made() { equal /no/such "$(run --rm --workdir /no/such busybox pwd)" "working directory"; }

test_terminal() {
	terminal_ends 3 docker run --network none --rm --tty busybox sh -c "'tty; test -t 0 && test -t 1 && test -t 2 && exit 3'"
	contains /dev/pts/0 "$output"
}

test_detached_container_is_seen() {
	background busybox sh -c 'echo started; exec sleep 60'
	equal running "$(inspect Status)" status
	contains Up "$(docker ps --filter "name=$id" --format '{{.Status}}')"
	logged() { [ "$(docker logs "$id")" = started ]; }
	until_true 5 logged
	contains "sleep 60" "$(docker top "$id" -o pid,args)"
	contains "/$cgroup/$(docker inspect "$id" --format '{{.Id}}')" "$(cat "/proc/$(pid)/cgroup")"
}

test_exec() {
	background --env A=outer busybox sleep 60
	ends 5 docker exec "$id" sh -c 'echo out; echo err >&2; exit 5'
	contains out "$output"
	contains err "$output"
	contains "uid=1000(worker) gid=1000(worker)" "$(docker exec --user worker "$id" id)"
	equal "inner outer /tmp" "$(docker exec --env B=inner --workdir /tmp "$id" sh -c 'echo $B $A $PWD')" environment
	docker exec --detach "$id" sleep 61
	seen() { docker top "$id" -o pid,args | grep -q 'sleep 61'; }
	until_true 5 seen
}

test_exec_errors() {
	background busybox sleep 60
	# Docker 20.10 says 126, later ones 127.
	output=$(docker exec "$id" no-such-program 2>&1) && code=0 || code=$?
	case $code in 126 | 127) ;; *) fail "exit code $code" ;; esac
	contains "executable file not found" "$output"
	ends 126 docker exec "$id" /etc/plain
	output=$(docker exec --workdir /no/such "$id" true 2>&1) && fail "it ran" || :
	contains 'chdir to cwd ("/no/such")' "$output"
	docker pause "$id" >/dev/null
	ends 1 docker exec "$id" true
	contains paused "$output"
	docker unpause "$id" >/dev/null
}

test_stop_kills_who_does_not_listen() {
	background busybox sleep 60
	docker stop --time 1 "$id" >/dev/null
	equal 137 "$(inspect ExitCode)" "exit code"
}

test_signals() {
	background busybox sh -c 'trap "echo usr1" USR1; trap "exit 4" HUP; echo ready; while :; do sleep 0.05; done'
	until_true 5 sh -c "docker logs $id | grep ready"
	docker kill --signal USR1 "$id" >/dev/null
	until_true 5 sh -c "docker logs $id | grep usr1"
	docker kill --signal 1 "$id" >/dev/null
	equal 4 "$(docker wait "$id")" "exit code"
	ends 1 docker kill "$id"
	contains "is not running" "$output"
}

test_pause() {
	background busybox sleep 60
	docker pause "$id" >/dev/null
	equal paused "$(inspect Status)" status
	docker unpause "$id" >/dev/null
	equal running "$(inspect Status)" status
	docker pause "$id" >/dev/null
	docker rm --force "$id" >/dev/null
}

test_update() {
	background busybox sleep 60
	docker update --memory 64m --memory-swap 64m --cpus 0.5 --pids-limit 55 "$id" >/dev/null
	equal 67108864 "$(memory_limit "$(pid)")" memory
	equal 50000 "$(cpu_quota "$(pid)")" "cpu quota"
	equal 55 "$(pids_limit "$(pid)")" pids
}

test_statistics() {
	background --memory 32m busybox sleep 60
	equal "1 32MiB" "$(docker stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' "$id" | sed 's/ .*\// /; s/  */ /')" "processes and limit of memory"
}

test_oom_kill_is_seen() {
	# Init outlives the kill: the shim sends an exit beside what it hears of memory, and Docker takes the one that comes first, with any runtime.
	ends 137 run --name "$id" --memory 16m --memory-swap 16m busybox sh -c 'dd if=/dev/zero of=/dev/null bs=100M count=1; code=$?; sleep 1; exit $code'
	equal "137 true" "$(docker inspect "$id" --format '{{.State.ExitCode}} {{.State.OOMKilled}}')" state
}

test_oom_killer_is_disabled() {
	[ -z "$v2" ] || skip "cgroup v2 has no memory.oom_control"
	background --memory 32m --oom-kill-disable busybox sleep 60
	contains "oom_kill_disable 1" "$(limit "$(pid)" memory memory.oom_control -)"
}

test_volumes() {
	mkdir -p "$work/$id" && echo data >"$work/$id/file"
	ends 1 run --rm --volume "$work/$id:/v:ro" busybox sh -c 'cat /v/file; echo more >/v/file'
	contains data "$output"
	contains "Read-only file system" "$output"
	run --rm --volume "$work/$id:/v" busybox sh -c 'echo more >/v/new'
	equal more "$(cat "$work/$id/new")" "a file of the volume"
	equal data "$(run --rm --volume "$work/$id/file:/tmp/one:ro" busybox cat /tmp/one)" "a volume of one file"
	run --rm --volume "$id:/v" busybox touch /v/kept
	equal kept "$(run --rm --volume "$id:/v" busybox ls /v)" "a named volume"
}

test_a_file_on_a_directory_is_explained() {
	output=$(run --rm --volume "$work/rootfs.tar:/etc" busybox true 2>&1) && fail "it ran" || :
	contains "Are you trying to mount a directory onto a file" "$output"
}

test_tmpfs() {
	line=$(run --rm --tmpfs /t:size=1m,mode=1700,noexec busybox grep ' /t ' /proc/mounts)
	contains size=1024k "$line"
	contains mode=1700 "$line"
	contains noexec "$line"
	run --rm --user worker --mount type=tmpfs,destination=/t,tmpfs-size=65536 busybox touch /t/made
	contains "65536" "$(run --rm --shm-size 64m busybox df -k /dev/shm)"
}

test_read_only() {
	output=$(run --rm --read-only busybox sh -c 'touch /made; touch /dev/shm/made && echo shm' 2>&1)
	contains "/made: Read-only file system" "$output"
	contains shm "$output"
}

test_capabilities() {
	equal 0000000000000000 "$(run --rm --cap-drop all busybox sed -n 's/^CapEff:\t//p' /proc/self/status)" "without any"
	equal 0000000000080001 "$(run --rm --cap-drop all --cap-add CHOWN --cap-add SYS_PTRACE busybox sed -n 's/^CapEff:\t//p' /proc/self/status)" "two"
	equal 0000000000000000 "$(run --rm --user worker busybox sed -n 's/^CapEff:\t//p' /proc/self/status)" "for who is not root"
}

test_privileged() {
	every_capability || skip "this machine does not have every capability, and Docker asks for all"
	output=$(run --rm --privileged busybox sh -c 'cat /proc/self/status; ls /dev; grep " /sys " /proc/mounts')
	contains "Seccomp:	0" "$output"
	contains kmsg "$output"
	contains "sysfs rw" "$output"
}

test_namespaces_of_the_host() {
	for kind in pid ipc uts; do equal "$(ns self $kind)" "$(run --rm --$kind host busybox readlink /proc/self/ns/$kind)" $kind; done
	equal "$(ns self net)" "$(docker run --rm --network host busybox readlink /proc/self/ns/net)" net
}

test_namespaces_of_a_container() {
	background --ipc shareable busybox sleep 60
	for kind in pid ipc; do equal "$(ns "$(pid)" $kind)" "$(run --rm --$kind "container:$id" busybox readlink /proc/self/ns/$kind)" $kind; done
	equal "$(ns "$(pid)" net)" "$(docker run --rm --network "container:$id" busybox readlink /proc/self/ns/net)" net
}

test_cgroup_namespace() {
	contains "/$cgroup/" "$(run --rm --cgroupns host busybox cat /proc/self/cgroup)"
	case $(run --rm --cgroupns private busybox cat /proc/self/cgroup) in *$cgroup*) fail "the cgroup's path is seen" ;; esac
}

test_names() {
	equal "one one.example" "$(run --rm --hostname one --domainname one.example busybox sh -c 'echo $(hostname) $(cat /proc/sys/kernel/domainname)')" names
}

test_seccomp() {
	ends 1 run --rm busybox unshare --user true
	equal 2 "$(run --rm busybox sed -n 's/^Seccomp:\t//p' /proc/self/status)" "mode by default"
	run --rm --security-opt seccomp=unconfined busybox unshare --user true
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}' >"$work/$id"
	ends 1 run --rm --security-opt "seccomp=$work/$id" busybox mkdir /made
	contains "Function not implemented" "$output"
}

test_no_new_privileges() {
	equal 1 "$(run --rm --security-opt no-new-privileges busybox sed -n 's/^NoNewPrivs:\t//p' /proc/self/status)" NoNewPrivs
}

test_masked_paths() {
	equal 0 "$(run --rm busybox sh -c 'cat /proc/keys 2>/dev/null | wc -c')" "bytes of /proc/keys"
	ends 1 run --rm busybox sh -c 'echo 1 >/proc/sys/kernel/panic'
	run --rm --security-opt systempaths=unconfined busybox test -s /proc/keys || run --rm --security-opt systempaths=unconfined busybox sh -c '[ $(grep -c " /proc/" /proc/mounts) = 0 ]'
}

test_resource_limits_and_sysctls() {
	equal "100 200 0" "$(run --rm --ulimit nofile=100:200 --ulimit core=0 busybox sh -c 'echo $(ulimit -n) $(ulimit -Hn) $(ulimit -c)')" limits
	equal "9000 1" "$(run --rm --sysctl kernel.msgmax=9000 --sysctl net.ipv4.ip_forward=1 busybox sh -c 'echo $(cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_forward)')" sysctls
	equal 500 "$(run --rm --oom-score-adj 500 busybox cat /proc/self/oom_score_adj)" oom_score_adj
}

test_devices() {
	equal "c read" "$(run --rm --cap-add SYSLOG --device /dev/kmsg:/dev/log1:r busybox sh -c 'echo $(ls -l /dev/log1 | cut -c 1) $(head -c 1 /dev/log1 >/dev/null && echo read)')" "a device"
	ends 1 run --rm --cap-add SYSLOG --device /dev/kmsg:/dev/log1:r busybox sh -c 'echo x >/dev/log1'
	ends 1 run --rm --cap-add SYSLOG busybox sh -c 'mknod /made c 1 11 && head -c 1 /made'
	equal 1 "$(run --rm --cap-add SYSLOG --device-cgroup-rule 'c 1:11 r' busybox sh -c 'mknod /made c 1 11 && head -c 1 /made | wc -c')" "bytes that a rule allows"
}

test_init() {
	command -v docker-init >/dev/null || skip "docker-init is not installed"
	ends 8 run --rm --init busybox sh -c 'cat /proc/1/comm; exit 8'
	contains docker-init "$output"
}

test_restart_policy() {
	background --restart on-failure:2 busybox sh -c 'exit 3'
	ended() { [ "$(docker inspect "$id" --format '{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}')" = "2 exited 3" ]; }
	until_true 15 ended
}

test_attach() {
	background --interactive busybox sh -c 'read x; echo got $x; sleep 0.3; exit 4'
	echo word | docker attach "$id" >/dev/null || :
	equal 4 "$(docker wait "$id")" "exit code"
	equal "got word" "$(docker logs "$id")" logs
}

test_copy_and_commit() {
	background busybox sleep 60
	echo data >"$work/$id"
	docker cp "$work/$id" "$id:/tmp/file" >/dev/null
	equal data "$(docker exec "$id" cat /tmp/file)" "the file inside"
	docker cp "$id:/tmp/file" "$work/$id-back" >/dev/null
	equal data "$(cat "$work/$id-back")" "the file outside"
	docker commit "$id" committed >/dev/null
	equal data "$(run --rm committed cat /tmp/file)" "the file of the image"
	docker rmi committed >/dev/null
}

test_health_check() {
	background --health-cmd 'test -e /healthy' --health-retries 1 --health-interval 0.2s busybox sleep 60
	health() { [ "$(docker inspect "$id" --format '{{.State.Health.Status}}')" = "$1" ]; }
	until_true 10 health unhealthy
	docker exec "$id" touch /healthy
	until_true 10 health healthy
}

test_events() {
	ends 3 run --name "$id" busybox sh -c 'exit 3'
	seen() { docker events --since 60s --until "$(date +%s.%N)" --filter "container=$id" --format '{{.Action}} {{.Actor.Attributes.exitCode}}' | grep -q "^$1"; }
	for event in create start "die 3"; do until_true 5 seen "$event"; done
}

test_build() {
	mkdir -p "$work/$id"
	printf 'FROM busybox\nRUN echo made >/made && mkdir /d\nUSER 1000\nWORKDIR /d\nRUN id -u >/tmp/user\n' >"$work/$id/Dockerfile"
	docker build --quiet --network none --tag built "$work/$id" >/dev/null
	equal "made 1000" "$(run --rm built sh -c 'echo $(cat /made /tmp/user)')" "files of the image"
	docker rmi built >/dev/null
	printf 'FROM busybox\nRUN exit 7\n' >"$work/$id/Dockerfile"
	ends 7 docker build --quiet --network none "$work/$id"
}

# BuildKit is in the daemon, and calls the runtime by itself, without containerd.
buildkit() { DOCKER_BUILDKIT=1 docker build --progress plain --network none "$@"; }
test_buildkit() {
	mkdir -p "$work/$id"
	printf word >"$work/$id.word"
	cat >"$work/$id/Dockerfile" <<-'EOT'
	FROM busybox
	ARG turn
	RUN --mount=type=cache,target=/cache echo $turn >>/cache/turns && cat /cache/turns >/turns
	RUN --mount=type=secret,id=word,target=/secret/word cat /secret/word >/was
	RUN --mount=type=tmpfs,target=/t grep -q ' /t tmpfs ' /proc/mounts
	RUN --mount=type=bind,source=Dockerfile,target=/given head -n 1 /given >/from
	USER 1000
	RUN id -u >/tmp/user
	EOT
	for turn in 1 2; do ends 0 buildkit --build-arg turn=$turn --secret "id=word,src=$work/$id.word" --tag built "$work/$id"; done
	equal "1 2 word FROM busybox 1000" "$(run --rm built sh -c 'echo $(cat /turns /was; echo; cat /from /tmp/user)')" "files of the image"
	equal 0 "$(run --rm built sh -c 'cat /cache/* /secret/* /t/* 2>/dev/null | wc -c')" "bytes of the mounts that are in the image"
	docker rmi built >/dev/null
	printf 'FROM busybox\nRUN echo said; exit 7\n' >"$work/$id/Dockerfile"
	ends 1 buildkit "$work/$id"
	contains said "$output"
	contains "exit code: 7" "$output"
	docker builder prune --all --force >/dev/null
	# The one above those of its containers stays.
	find /sys/fs/cgroup -depth -type d -path "*/$cgroup/buildkit" -exec rmdir {} +
}

test_compose() {
	command -v docker-compose >/dev/null || skip "docker-compose is not installed"
	cat >"$work/$id.yaml" <<-EOT
	version: "2.4"
	services:
	  one:
	    image: busybox
	    command: ["sh", "-c", "trap 'exit 3' TERM; echo word >/v/file; while :; do sleep 0.05; done"]
	    network_mode: none
	    mem_limit: 32m
	    pids_limit: 20
	    volumes: ["shared:/v"]
	  two:
	    image: busybox
	    command: sleep 60
	    network_mode: none
	    read_only: true
	    user: worker
	    cap_drop: [ALL]
	    tmpfs: /tmp
	    volumes: ["shared:/v:ro"]
	    depends_on: [one]
	volumes:
	  shared: {}
	EOT
	compose() { docker-compose --ansi never --project-name "$id" --file "$work/$id.yaml" "$@"; }
	of() { docker inspect "${id}_$1_1" --format "{{.State.$2}}"; }
	ends 0 compose up --detach
	equal 33554432 "$(memory_limit "$(of one Pid)")" memory
	equal 20 "$(pids_limit "$(of one Pid)")" pids
	contains "CapBnd:	0000000000000000" "$(cat "/proc/$(of two Pid)/status")"
	shared() { [ "$(docker exec "${id}_two_1" cat /v/file)" = word ]; }
	until_true 10 shared
	ends 1 compose exec -T two touch /v/made
	contains "Read-only file system" "$output"
	ends 0 compose stop --timeout 10 one
	equal "exited 3" "$(of one Status) $(of one ExitCode)" state
	ends 0 compose down --timeout 0 --volumes
	equal "" "$(docker ps --all --quiet)" "containers that are left"
}

test_a_new_daemon_finds_its_containers() {
	background busybox sh -c 'sleep 60; exit 5'
	before=$(pid)
	end_daemon dockerd
	start_dockerd ""
	equal "running $before" "$(inspect Status) $(pid)" state
	ends 4 docker exec "$id" sh -c 'exit 4'
	docker stop --time 0 "$id" >/dev/null
	equal 137 "$(inspect ExitCode)" "exit code"
}

# The last test: a daemon that is stopped in the middle of it takes others' images along.
test_user_namespaces_of_the_daemon() {
	needs_subordinate_ids
	end_daemon dockerd
	start_dockerd '"userns-remap": "engines:engines",'
	trap end_remapped EXIT
	docker import "$work/rootfs.tar" busybox >/dev/null
	background --memory 32m --volume "$id:/v" busybox sleep 60
	for map in uid_map gid_map; do equal "0 300000 65536" "$(echo $(cat "/proc/$(pid)/$map"))" $map; done
	equal 33554432 "$(memory_limit "$(pid)")" memory
	equal "0 0 0" "$(docker exec "$id" sh -c 'touch /v/made /made; id -u; stat -c "%u %g" /made' | tr '\n' ' ' | sed 's/ $//')" "ids inside"
	equal 300000 "$(stat -c %u "$(docker volume inspect "$id" --format '{{.Mountpoint}}')/made")" "owner of a file on the host"
	equal "1000 1000" "$(run --rm --user worker busybox sh -c 'touch /tmp/made; stat -c "%u %g" /tmp/made')" "ids of another user"
	terminal_ends 3 docker run --network none --rm --tty busybox sh -c "'tty; exit 3'"
	equal "$(ns self user)" "$(run --rm --userns host busybox readlink /proc/self/ns/user)" "user namespace of the host"
	end_remapped
	trap - EXIT
	start_dockerd ""
}
end_remapped() {
	clean
	end_daemon dockerd
	umount "$work/docker/root/300000.300000" 2>/dev/null || :
}
