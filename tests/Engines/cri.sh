# containerd's CRI plugin, as a kubelet calls it: Debian has no crictl, so curl speaks gRPC here, whose messages are few (k8s.io/cri-api, runtime/v1/api.proto).
programs="containerd ctr containerd-shim-runc-v2 curl"
export CONTAINERD_ADDRESS=$work/containerd.sock CONTAINERD_NAMESPACE=k8s.io CONTAINERD_SNAPSHOTTER=native

start() {
	curl --version | grep -qw HTTP2 || fail "this curl has no HTTP/2"
	image_layout busybox '"sh"'
	image_layout pause '"sleep","600"'
	start_daemon
	for name in busybox pause; do ctr images import "$work/$name.tar"; done
}
start_daemon() {
	start_containerd "$(cat <<-EOT
	[plugins."io.containerd.grpc.v1.cri"]
	sandbox_image = "localhost/pause:latest"
	restrict_oom_score_adj = true
	[plugins."io.containerd.grpc.v1.cri".containerd]
	snapshotter = "native"
	default_runtime_name = "tested"
	[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.tested]
	runtime_type = "io.containerd.runc.v2"
	[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.tested.options]
	BinaryName = "$program"
	[plugins."io.containerd.grpc.v1.cri".cni]
	bin_dir = "$work/cni"
	conf_dir = "$work/cni"
	EOT
	)"
	until_true 20 call Version ""
}
stop() {
	clean
	end_daemon containerd
	rm -rf /run/containerd/runc/k8s.io
}
clean() {
	call ListPodSandbox ""
	for sandbox in $(grep -ao '[0-9a-f]\{64\}' "$work/answer" | sort -u); do
		call StopPodSandbox "$(text 1 "$sandbox")"
		call RemovePodSandbox "$(text 1 "$sandbox")"
	done
}
diagnose() { ctr tasks list; tail -n 5 "$work/containerd.log"; }
nothing_left() {
	[ -z "$(ctr containers list --quiet)" ] || fail "containers are left: $(ctr containers list --quiet)"
	[ -z "$(ls /run/containerd/runc/k8s.io 2>/dev/null)" ] || fail "state directories are left: $(ls /run/containerd/runc/k8s.io)"
	[ -z "$(cgroups | grep "/$cgroup/")" ] || fail "cgroups are left: $(cgroups)"
}

# Fields of a message, in hexadecimal digits: number and value.
varint() {
	rest=$1
	while [ "$rest" -gt 127 ]; do printf %02x $((rest % 128 + 128)); rest=$((rest / 128)); done
	printf %02x "$rest"
}
digits() { od -An -v -tx1 | tr -d ' \n'; }
number() { varint $(($1 * 8)); varint "$2"; }
message() { varint $(($1 * 8 + 2)); varint $((${#2} / 2)); printf %s "$2"; }
text() { message "$1" "$(printf %s "$2" | digits)"; }

# call METHOD MESSAGE: the answer is in $work/answer.
call() {
	printf '00%08x%s' $((${#2} / 2)) "$2" | busybox xxd -r -p >"$work/request"
	rm -f "$work/head"
	curl --silent --show-error --max-time 30 --http2-prior-knowledge --unix-socket "$CONTAINERD_ADDRESS" --header 'content-type: application/grpc' --header 'te: trailers' \
		--data-binary "@$work/request" --dump-header "$work/head" --output "$work/answer" "http://localhost/runtime.v1.RuntimeService/$1"
	grep -qsi '^grpc-status: 0' "$work/head" || { echo "$1: $(grep -si '^grpc-' "$work/head")" >&2; return 1; }
}
answered_id() { grep -aom 1 '[0-9a-f]\{64\}' "$work/answer"; }

# Of the network of the node, since there is no plugin for another.
of_the_node=$(message 1 "$(number 1 2)")
pod() { { message 1 "$(text 1 "$id"; text 2 uid; text 3 default)"; text 3 "$work/$id"; message 8 "$(text 1 "/$cgroup"; message 2 "$of_the_node")"; }; }
# container NAME SCRIPT [RESOURCES]: makes it in the pod, starts it, and prints its id.
container() {
	call CreateContainer "$(text 1 "$sandbox"; message 2 "$(message 1 "$(text 1 "$1")"; message 2 "$(text 1 localhost/busybox:latest)"
		text 3 sh; text 3 -c; text 3 "$2"; message 6 "$(text 1 WORD; text 2 given)"; text 11 "$1.log"; message 15 "$(message 1 "${3:-}"; message 2 "$(message 3 "$(number 1 2)")")")"; message 3 "$(pod)")"
	made=$(answered_id)
	call StartContainer "$(text 1 "$made")"
	echo "$made"
}
# exec_in CONTAINER SCRIPT: what it prints is in $work/answer.
exec_in() { call ExecSync "$(text 1 "$1"; text 2 sh; text 2 -c; text 2 "$2"; number 3 10)"; }
pid() { call ContainerStatus "$(text 1 "$1"; number 2 1)"; grep -ao '"pid":[0-9]*' "$work/answer" | head -n 1 | cut -d : -f 2; }
# state CONTAINER NAME: 1 runs, 2 has ended.
state() { call ContainerStatus "$(text 1 "$1")"; digits <"$work/answer" | sed -n "s/.*$(message 2 "$(text 1 "$2")")18\(..\).*/\1/p"; }

test_a_pod_outlives_its_daemon() {
	known() { call ListPodSandbox ""; ctr images list --quiet | grep -q pause; }
	until_true 10 known
	call RunPodSandbox "$(message 1 "$(pod)")"
	sandbox=$(answered_id)
	one=$(container one 'trap "exit 9" TERM; echo $WORD; echo err >&2; while :; do sleep 0.05; done' "$(number 1 100000; number 2 50000; number 4 33554432)")
	two=$(container two 'exec sleep 60')
	equal "01 01" "$(state "$one" one) $(state "$two" two)" states
	process=$(pid "$one")
	contains "/$cgroup/$one" "$(cat "/proc/$process/cgroup")"
	equal 33554432 "$(memory_limit "$process")" memory
	equal 50000 "$(cpu_quota "$process")" "cpu quota"
	for kind in net ipc uts; do equal "$(ns "$process" $kind)" "$(ns "$(pid "$two")" $kind)" $kind; done
	logged() { grep -q 'stdout F given' "$work/$id/one.log" && grep -q 'stderr F err' "$work/$id/one.log"; }
	until_true 5 logged

	end_daemon containerd
	start_daemon
	equal "01 01" "$(state "$one" one) $(state "$two" two)" "states when the daemon is back"
	equal "$process" "$(pid "$one")" pid
	exec_in "$one" 'echo out; echo err >&2; exit 5'
	contains "out" "$(tr -d '\000' <"$work/answer")"
	contains "err" "$(tr -d '\000' <"$work/answer")"
	case $(digits <"$work/answer") in *1805) ;; *) fail "the exit code is not 5: $(digits <"$work/answer")" ;; esac
	call UpdateContainerResources "$(text 1 "$one"; message 2 "$(number 4 67108864)")"
	equal 67108864 "$(memory_limit "$process")" "memory after an update"
	call ContainerStats "$(text 1 "$one")"
	contains "$one" "$(tr -d '\000' <"$work/answer")"
	call StopContainer "$(text 1 "$one"; number 2 10)"
	equal 02 "$(state "$one" one)" "state when stopped"
	contains 3809 "$(digits <"$work/answer")"
	equal 01 "$(state "$two" two)" "state of the other"
	call RemoveContainer "$(text 1 "$one")"
	call StopPodSandbox "$(text 1 "$sandbox")"
	equal 02 "$(state "$two" two)" "state when the pod is stopped"
	call RemovePodSandbox "$(text 1 "$sandbox")"
}

test_errors_reach_the_kubelet() {
	call RunPodSandbox "$(message 1 "$(pod)")"
	sandbox=$(answered_id)
	call CreateContainer "$(text 1 "$sandbox"; message 2 "$(message 1 "$(text 1 one)"; message 2 "$(text 1 localhost/busybox:latest)"; text 3 no-such-program; message 15 "$(message 2 "$(message 3 "$(number 1 2)")")")"; message 3 "$(pod)")"
	made=$(answered_id)
	output=$( (call StartContainer "$(text 1 "$made")") 2>&1) && fail "it was started" || :
	contains "executable file not found in" "$output"
	call StopPodSandbox "$(text 1 "$sandbox")"
	call RemovePodSandbox "$(text 1 "$sandbox")"
}
