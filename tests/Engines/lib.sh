# What the engines' tests share: assertions, limits as the kernel has them, an image, daemons, and the search for leftovers.

fail() { echo "$*" >&2; exit 1; }
skip() { echo "$*"; exit 77; }
equal() { [ "$1" = "$2" ] || fail "expected '$1', found '$2' ($3)"; }
contains() { case $2 in *"$1"*) ;; *) fail "'$1' is not in '$2'" ;; esac; }

# ends CODE COMMAND...: runs it, keeps what it prints in $output, and compares its exit code.
ends() {
	wanted=$1; shift
	output=$("$@" 2>&1) && code=0 || code=$?
	[ $code = "$wanted" ] || fail "exit code $code instead of $wanted: $* printed '$output'"
}

# in_terminal COMMAND...: with a terminal for its streams.
in_terminal() { script -qec "$*" /dev/null | tr -d '\r\000'; }
# The same, and the exit code is the command's.
terminal_ends() {
	wanted=$1; shift
	script -qec "$*" "$work/typescript" >/dev/null && code=0 || code=$?
	output=$(tr -d '\r\000' <"$work/typescript")
	[ $code = "$wanted" ] || fail "exit code $code instead of $wanted: $* printed '$output'"
}

# in_window FILE COMMAND: in a terminal of 33 rows and 101 columns that is made larger when the command has said "small", to 41 and 121.
in_window() {
	script -qefc "tty >$1.tty; stty rows 33 cols 101; exec $2" "$1" >/dev/null &
	window=$!
	until_true 15 grep -q small "$1"
	stty -F "$(cat "$1.tty")" rows 41 cols 121
	until_true 15 grep -q large "$1"
	wait $window
}

# shows NAME: its input is the same with every runtime. Ids and what is the pass's own are left out.
shows() { sed -E "s/\b([0-9a-f]{64}|[0-9a-f]{12})\b/ID/g; s/oci-engines[-.][0-9A-Za-z]+/PASS/g" >"$shown/$engine.${id#t-}:$1"; }

# until_true SECONDS COMMAND...: waits for a command to succeed.
until_true() {
	left=$(($1 * 20)); shift
	until "$@" >/dev/null 2>&1; do
		[ $left -gt 0 ] || fail "it did not come to pass: $*"
		left=$((left - 1))
		sleep 0.05
	done
}

if [ -e /sys/fs/cgroup/cgroup.controllers ]; then v2=yes; else v2=; fi

# limit PID CONTROLLER V1-FILE V2-FILE: what the kernel has for the cgroup of a process.
limit() {
	if [ -n "$v2" ]; then
		cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/$4"
	else
		cat "/sys/fs/cgroup/$2$(sed -n "s/^[0-9]*:\(.*,\)\{0,1\}$2\(,.*\)\{0,1\}:\//\//p" "/proc/$1/cgroup")/$3"
	fi
}
memory_limit() { limit "$1" memory memory.limit_in_bytes memory.max; }
pids_limit() { limit "$1" pids pids.max pids.max; }
# In microseconds of the period, which engines make 100000.
cpu_quota() { limit "$1" cpu cpu.cfs_quota_us cpu.max | cut -d ' ' -f 1; }

every_capability() { grep -q "^CapEff:.*$(printf '%016x' $(((1 << ($(cat /proc/sys/kernel/cap_last_cap) + 1)) - 1)))" /proc/self/status; }
# ns PID KIND: which namespace a process is in.
ns() { readlink "/proc/$1/ns/$2"; }

# The user "engines" of this pass, and users' subordinate ids: 65536 from 300000, and those that Podman gives away, from 400000.
users() {
	mkdir "$work/etc"
	{ cat /etc/passwd; echo 'engines:x:64321:64321::/:/bin/sh'; } >"$work/etc/passwd"
	{ cat /etc/group; echo 'engines:x:64321:'; } >"$work/etc/group"
	printf 'engines:300000:65536\ncontainers:400000:131072\n' >"$work/etc/subuid"
	cp "$work/etc/subuid" "$work/etc/subgid"
	for file in passwd group subuid subgid; do
		[ ! -e "/etc/$file" ] || mount --bind "$work/etc/$file" "/etc/$file"
	done
}
needs_subordinate_ids() { grep -qs '^engines:' /etc/subuid && grep -qs '^engines:' /etc/subgid || skip "this machine has no /etc/subuid and /etc/subgid"; }

# A root filesystem with busybox's programs and two files that are no programs.
rootfs() {
	mkdir -p "$work/rootfs"
	(cd "$work/rootfs" && mkdir -m 755 bin etc proc sys dev run root && mkdir -m 1777 tmp)
	cp "$(command -v busybox)" "$work/rootfs/bin/"
	chroot "$work/rootfs" /bin/busybox --install -s /bin
	echo 'root:x:0:0:root:/root:/bin/sh
worker:x:1000:1000:worker:/:/bin/sh' >"$work/rootfs/etc/passwd"
	echo 'root:x:0:
worker:x:1000:
team:x:2000:worker' >"$work/rootfs/etc/group"
	echo text >"$work/rootfs/etc/plain"
	printf '#!/no/such/interpreter\n' >"$work/rootfs/bin/no-interpreter"
	chmod 755 "$work/rootfs/bin/no-interpreter"
	tar -C "$work/rootfs" -cf "$work/rootfs.tar" .
}

# blob FILE: puts it into the image layout, and prints its descriptor without the type.
blob() {
	digest=$(sha256sum "$1" | cut -d ' ' -f 1)
	cp "$1" "$work/layout/blobs/sha256/$digest"
	printf '"digest":"sha256:%s","size":%d' "$digest" "$(stat -c %s "$1")"
}

# image_layout NAME PROGRAM: the root filesystem as an image layout (image-spec, image-layout.md) whose containers run a list of strings, in $work/NAME.tar.
image_layout() {
	rm -rf "$work/layout"
	mkdir -p "$work/layout/blobs/sha256"
	layer=$(blob "$work/rootfs.tar")
	printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":[%s]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
		"$(dpkg --print-architecture)" "$2" "$(sha256sum "$work/rootfs.tar" | cut -d ' ' -f 1)" >"$work/config"
	config=$(blob "$work/config")
	printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",%s}]}' \
		"$config" "$layer" >"$work/manifest"
	printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",%s,"annotations":{"org.opencontainers.image.ref.name":"localhost/%s:latest","io.containerd.image.name":"localhost/%s:latest"}}]}' \
		"$(blob "$work/manifest")" "$1" "$1" >"$work/layout/index.json"
	echo '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
	tar -C "$work/layout" -cf "$work/$1.tar" .
}

# daemon NAME COMMAND...: in the background, with a log; end_daemon ends it and waits.
daemon() {
	name=$1; shift
	"$@" >"$work/$name.log" 2>&1 </dev/null &
	echo $! >"$work/$name.pid"
}
end_daemon() {
	[ -s "$work/$1.pid" ] || return 0
	pid=$(cat "$work/$1.pid")
	rm -f "$work/$1.pid"
	kill "$pid" 2>/dev/null || return 0
	for _ in $(seq 200); do has_ended "$pid" && return; sleep 0.05; done
	kill -KILL "$pid"
}
# A zombie may have threads that still run, and hold its files.
has_ended() {
	[ -e "/proc/$1" ] || return 0
	grep -qs '^State:.Z' "/proc/$1/status" && [ "$(ls "/proc/$1/task" 2>/dev/null | wc -l)" -le 1 ]
}

# start_containerd [CONFIGURATION]: of its CRI plugin, which is left out without one.
start_containerd() {
	mkdir -p "$work/bin"
	# By its plain name: containerd's shim looks for runc where it is not told otherwise, and asks it for its version.
	ln -sf "$program" "$work/bin/runc"
	cat >"$work/containerd.toml" <<-EOT
	version = 2
	root = "$work/containerd/root"
	state = "$work/containerd/state"
	disabled_plugins = [$([ -n "${1:-}" ] || echo '"io.containerd.grpc.v1.cri",')"io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
	[grpc]
	address = "$CONTAINERD_ADDRESS"
	[plugins."io.containerd.internal.v1.opt"]
	path = "$work/containerd/opt"
	${1:-}
	EOT
	mkdir -p "$work/containerd"
	PATH=$work/bin:$PATH daemon containerd containerd --config "$work/containerd.toml"
	until_true 20 ctr version
}

# Processes of this pass: with its directory among their arguments, or in one of its cgroups. This shell and its children don't have either.
processes() {
	{ echo "$work/" | grep -lsaF -f - /proc/[0-9]*/cmdline; grep -ls "/$cgroup" /proc/[0-9]*/cgroup; } | cut -d / -f 3 | sort -u
}
mounts() { grep -o " $work/[^ ]*" /proc/self/mounts | tr -d ' ' | sort -r; }
cgroups() { find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" 2>/dev/null || :; }

# What engines make by names of their own, when they are not told of others. Other engines run beside these.
outside() {
	case $engines in
	*podman*)
		ls /sys/class/net | grep -E '^(cni|podman|veth)' || :
		find /sys/fs/cgroup -maxdepth 2 -type d \( -name 'libpod*' -o -name 'buildah*' -o -name 'machine.slice' \)
		;;
	*)
		ls /sys/class/net | grep '^docker' || :
		find /sys/fs/cgroup -maxdepth 2 -type d -name docker
		find /run/containerd /run/docker ! -type d 2>/dev/null || :
		;;
	esac
}

run_directories() { case $engines in *docker*) find /run/containerd /run/docker -type d 2>/dev/null || : ;; esac; }

# Says what is left, and waits a moment before: shims end after their containers. The cgroups that engines keep for themselves are none of the runtime's.
leftovers() {
	for _ in $(seq 50); do nothing_found && return; sleep 0.1; done
	echo "$found"
	return 1
}
nothing_found() {
	found=$(for pid in $(processes); do echo "process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline")"; done
		mounts | sed 's/^/mount /'
		cgroups | grep -v -e "/$cgroup$" -e "/$cgroup/conmon$" | sed 's/^/cgroup /'
		outside | grep -vxF -f "$work/before" | sed 's/^/outside of the run: /')
	[ -z "$found" ]
}

clear_leftovers() {
	for pid in $(processes); do kill -KILL "$pid" 2>/dev/null || :; done
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		cgroups | while read -r directory; do rmdir "$directory" 2>/dev/null || :; done
		[ -n "$(cgroups)" ] || break
		sleep 0.1
	done
	mounts | while read -r place; do umount -l "$place" 2>/dev/null || :; done
}
