# What the guest's tests share: a bundle, assertions, and the check that nothing is left.
set -eu
id=t$$
bundle=/tmp/$id
# Of the hierarchies of v1, that of the memory controller.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then cgroup=/sys/fs/cgroup/oci-tests/$id; else cgroup=/sys/fs/cgroup/memory/oci-tests/$id; fi
# Arguments for every ocirun that makes a container, as --systemd-cgroup.
manager=

fail() { echo "$*" >&2; exit 1; }
skip() { echo "$*"; exit 77; }
equal() { [ "$1" = "$2" ] || fail "expected '$1', found '$2' ($3)"; }
contains() { case $2 in *"$1"*) ;; *) fail "'$1' is not in '$2'" ;; esac; }

# config SCRIPT [RESOURCES [MORE-OF-LINUX [MORE-OF-PROCESS [NAMESPACES]]]]: makes the bundle; RESOURCES is a JSON object.
# cgroups_path, cgroup_options and annotations (JSON) may be set before.
config() {
	[ -e $bundle/rootfs ] || { mkdir -p $bundle && cp -a /tmp/rootfs $bundle/; }
	printf '%s\n' "$1" >$bundle/rootfs/bin/main
	chmod 755 $bundle/rootfs/bin/main
	resources=${2:-"{}"}
	namespaces=${5:-}
	[ -n "$namespaces" ] || namespaces='[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"}]'
	caps='"CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE","CAP_MKNOD"'
	cat >$bundle/config.json <<JSON
{ "ociVersion": "1.0.2", "hostname": "guest",
  "root": { "path": "rootfs", "readonly": false },
  "annotations": ${annotations:-"{}"},
  "process": { "cwd": "/", "args": ["/bin/sh", "/bin/main"], "env": ["PATH=/bin"], "user": { "uid": 0, "gid": 0 },
    "capabilities": { "bounding": [$caps], "effective": [$caps], "permitted": [$caps] }, "noNewPrivileges": true ${4:-} },
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"] },
    { "destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
    { "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"] },
    { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"] },
    { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "noexec", "nodev", "relatime", "${cgroup_options:-ro}"] } ],
  "linux": { "cgroupsPath": "${cgroups_path:-/oci-tests/$id}", "resources": $resources,
    "namespaces": $namespaces,
    "maskedPaths": ["/proc/kcore", "/sys/firmware"], "readonlyPaths": ["/proc/sys"] ${3:-} } }
JSON
}

# run: the container in the foreground.
run() { ocirun $manager run --bundle $bundle $id; }
create() { ocirun $manager create --bundle $bundle $id </dev/null >$bundle/out 2>&1 || fail "create: $(cat $bundle/out)"; }
start() { create; ocirun start $id; }
state() { ocirun state $id | sed -n "/\"$1\": /{s/.*\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p;q}"; }

is() { [ "$(state status)" = "$1" ]; }
# at_least N: so many processes are in the cgroup.
at_least() { [ "$(wc -l <$cgroup/cgroup.procs)" -ge "$1" ]; }

# until_true SECONDS COMMAND...: waits for a command to succeed.
until_true() {
	left=$(($1 * 10)); shift
	until "$@" >/dev/null 2>&1; do
		[ $left -gt 0 ] || fail "it did not come to pass: $*"
		left=$((left - 1))
		sleep 0.1
	done
}

cleanup() { ocirun delete -f $id 2>/dev/null || :; }

nothing_left() {
	ocirun delete -f $id 2>/dev/null || :
	left=$(find /sys/fs/cgroup -type d -name "*$id*")
	[ -z "$left" ] || fail "a cgroup is left: $left"
	[ ! -e /run/oci-runtime/$id ] || fail "the state directory is left"
	! grep -q "$bundle" /proc/mounts || fail "a mount is left"
	rm -rf $bundle
}
