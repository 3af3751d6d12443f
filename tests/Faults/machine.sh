# The machine of a run, and what is left on it. Read by run.sh and storm.sh.

top=$(cd "$here/../.." && pwd)

skip_all() { echo "skipped: $*"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }

# enter SCRIPT ARGUMENT...: the script again in namespaces of its own; what is left of it when they have ended is removed. Returns inside.
enter() {
	if [ -n "${OCI_FAULTS:-}" ]; then
		work=$OCI_FAULTS name=${OCI_FAULTS##*/}
		ocirun=$work/ocirun root=$work/root
		supervised=$top/tests/Faults/bin/${CONFIGURATION:-Release}/net10.0/OciRuntime.Faults
		export DOTNET_EnableDiagnostics=0
		unset OCI_FAULTS
		return
	fi
	ocirun=${OCIRUN:-$top/out/bin/ocirun}
	[ "$(id -u)" = 0 ] || skip_all "faults need root"
	command -v busybox >/dev/null || skip_all "busybox is not installed"
	[ -x "$ocirun" ] || { echo "$1: $ocirun is not built" >&2; exit 1; }
	work=$(mktemp -d /tmp/oci-faults.XXXXXX)
	trap 'remove_cgroups; rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM HUP
	build_programs
	# The one that was there when the run began, whatever is built meanwhile.
	cp "$ocirun" "$work/ocirun"
	[ -z "${OCI_FAULTS_POINTS:-}" ] || cp "$OCI_FAULTS_POINTS" "$work/points.given"
	script=$1; shift
	OCI_FAULTS=$work unshare --mount --propagation private --pid --fork --kill-child --net --ipc sh "$here/$script" "$@" && status=0 || status=$?
	exit $status
}

build_programs() {
	gcc -E -dM -include sys/syscall.h -x c /dev/null | sed -n 's/^#define __NR_\([a-z0-9_]*\) ..*/[__NR_\1] = "\1",/p' >"$work/calls.h"
	sed '/^#/d' "$here/internal" | tr -s ' ' '\n' | sed 's/.*/"&",/' >"$work/internal.h"
	for program in inject listen; do
		gcc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -Wshadow -I"$work" -o "$work/$program" "$here/$program.c"
	done
}

# A container without cgroupsPath has its cgroups below those of its caller.
cgroups_of() { find /sys/fs/cgroup -maxdepth 5 -type d -name "$1" -prune 2>/dev/null; }

remove_cgroups() {
	for directory in $(cgroups_of "${work##*/}-*"); do
		find "$directory" -depth -type d -exec rmdir {} + 2>/dev/null || :
	done
}

uptime_seconds() { read -r up rest </proc/uptime; echo "${up%.*}"; }

# Another one every time; it is printed, and gives the same run again.
default_seed() { seed=${seed:-$(printf %x "$(date +%s)")}; }

# A machine of the run's own: what a fault lets somebody write or leave is seen here, and gone with the namespaces.
private_machine() {
	mount -t proc proc /proc
	# What others mount there goes when they are done, in this namespace too.
	sed -n "s,^[^ ]* [^ ]* [^ ]* [^ ]* \(/\(tmp\|run\|var\)/[^ ]*\) .*,\1,p" /proc/self/mountinfo | sort -r | xargs -r -n 1 umount -l
	mkdir -p "$work/rootfs/bin" "$work/dev" "$root"
	mount -t tmpfs -o mode=755 tmpfs "$work/dev"
	for node in null zero full random urandom tty; do : >"$work/dev/$node" && mount --bind /dev/$node "$work/dev/$node"; done
	mkdir "$work/dev/pts" "$work/dev/shm" "$work/dev/mqueue"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$work/dev/pts"
	ln -s pts/ptmx "$work/dev/ptmx" && ln -s /proc/self/fd "$work/dev/fd"
	mount --rbind "$work/dev" /dev
	mount --bind "$work" /mnt
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	mkdir "$work"
	mount --move /mnt "$work"
	for directory in /run /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs $directory; done
	for directory in dev proc sys tmp; do mkdir -p "$work/rootfs/$directory"; done
	cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
	for applet in sh sleep true; do ln -sf busybox "$work/rootfs/bin/$applet"; done
	printf '#!/bin/sh\ncd /proc/self/fd\necho it-ran *\n' >"$work/rootfs/bin/report"
	chmod 755 "$work/rootfs/bin/report"
	chmod 711 "$work"
	chmod 700 "$root"
	"$work/listen" "$work/console" >/dev/null 2>&1 &
	cp /proc/self/mountinfo "$work/mounts"
	interfaces
	own_interfaces=$names
	list_processes
	own=$alive
	list_files
	own_files="$files $root/.seccomp"
}

make_bundles() {
	for each in $variants brief-default brief-hooks; do
		mkdir -p "$work/$each"
		config_of "$each" >"$work/$each/config.json"
	done
}

# Sets names to those of the interfaces, since the numbers of the traffic change.
interfaces() {
	names=
	while read -r each rest; do case $each in *:*) names="$names ${each%%:*}" ;; esac; done </proc/net/dev
}

# Sets alive to the pids of all that lives in this namespace. Zombies of this shell are none: it reaps them while it waits.
list_processes() {
	alive=
	for each in /proc/[0-9]*; do
		read -r line <"$each/stat" || continue
		case ${line##*) } in [ZX]*) ;; *) alive="$alive ${each#/proc/}" ;; esac
	done 2>/dev/null
}

# Sets files to what is in the state root and where files of a moment are made.
list_files() {
	files=
	for each in "$root"/* "$root"/.[!.]* /run/* /dev/shm/* /tmp/* /tmp/.[!.]*; do [ ! -e "$each" ] || files="$files $each"; done
}

# What is left of the container, or of a verb: nothing is printed when there is nothing.
leftovers() {
	list_processes
	for each in $alive; do
		case "$own " in *" $each "*) continue ;; esac
		{ read -r comm <"/proc/$each/comm" && echo "process $each $comm $(tr '\0' ' ' <"/proc/$each/cmdline")"; } 2>/dev/null || :
	done
	cgroups_of "$id" | sed 's/^/cgroup /'
	list_files
	for each in $files; do
		case "$own_files " in *" $each "*) ;; *) echo "file $each" ;; esac
	done
	cmp -s /proc/self/mountinfo "$work/mounts" || diff "$work/mounts" /proc/self/mountinfo | sed -n 's/^[<>]/mount &/p'
	interfaces
	[ "$names" = "$own_interfaces" ] || echo "interfaces:$names"
}

eventually() { # COMMAND...: true as soon as the command is, within two seconds
	for pause in 0 0.01 0.02 0.05 0.1 0.2 0.3 0.5 1; do
		[ $pause = 0 ] || sleep $pause
		! "$@" || return 0
	done
	return 1
}

clean() { eventually nothing_left; }
nothing_left() { leftovers >"$work/left" && [ ! -s "$work/left" ]; }
oci_output() { timeout 20 "$ocirun" --root "$root" "$@" >"$work/output" 2>&1 </dev/null; }

# What a point left must not count for the next.
end_leftovers() {
	oci_output delete --force "$id" || :
	sed -n 's/^process \([0-9]*\) .*/\1/p' "$work/left" | xargs -r kill -KILL 2>/dev/null || :
	list_processes
	for each in $alive; do case "$own " in *" $each "*) ;; *) kill -KILL "$each" 2>/dev/null || : ;; esac; done
	eventually no_strangers || :
	for each in $(cgroups_of "$id"); do find "$each" -depth -type d -exec rmdir {} + 2>/dev/null || :; done
	rm -rf "$root" && mkdir -m 700 "$root"
}

no_strangers() { list_processes; [ "$alive" = "$own" ]; }
