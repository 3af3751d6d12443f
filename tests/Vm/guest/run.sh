#!/bin/sh
# Runs the guest's tests and writes a line a test to the second serial line:
#   suite TAB group TAB test TAB passed|failed|skipped TAB milliseconds TAB reason
# "running TAB test" goes before each, "end" after the last.
export PATH=/payload/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
guest=/payload/guest
results=/dev/ttyS1
share=$(sed 's/.*ocitests=\([0-9]*\).*/\1/' /proc/cmdline) # of these many guests:
guests=$(sed 's/.*ocitests=[0-9]*\/\([0-9]*\).*/\1/' /proc/cmdline)
stty -F $results raw -echo 2>/dev/null || stty raw -echo <$results

escape() { tr '\t\r' '  ' | sed 's/\\/\\\\/g' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'; }
now() { read -r up rest </proc/uptime; echo "${up%.*}${up#*.}0"; }

selected() { # NAME: does a part of the selection occur in it?
	[ -s /payload/selection ] || return 0
	while read -r part; do case $1 in *"$part"*) return 0 ;; esac; done </payload/selection
	return 1
}

# shell_tests DIRECTORY: every function test_* of its files that is in this guest's share, each in a shell of its own. It has 90 seconds, or as many as a line
# "# seconds: N" of its file says.
count=0
shell_tests() {
	for file in "$1"/*.sh; do
		[ -e "$file" ] || continue
		group=$(basename "$file" .sh)
		limit=$(sed -n 's/^# seconds: //p' "$file")
		limit=${limit:-90}
		for test in $(sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "$file"); do
			selected "$group.$test" || continue
			count=$((count + 1))
			[ $((count % guests + 1)) = "$share" ] || continue
			printf 'running\t%s\n' "$test" >$results
			began=$(now)
			timeout $limit /bin/sh -c ". $guest/lib.sh; . $file; trap cleanup EXIT; $test; nothing_left" >/tmp/output 2>&1 </dev/null
			case $? in
			0) outcome=passed ;;
			77) outcome=skipped ;;
			124 | 143) outcome=failed; echo "no end after $limit s" >>/tmp/output ;;
			*) outcome=failed ;;
			esac
			[ $outcome = passed ] && : >/tmp/output
			printf '%s\t%s\t%s\t%s\t%s\t%s\n' guest "$group" "$test" $outcome $(($(now) - began)) "$(escape </tmp/output)" >$results
		done
	done
}

# The root filesystem that tests copy. From a chroot, so that the links point to the copy.
mkdir -p /tmp/rootfs/bin /tmp/rootfs/proc /tmp/rootfs/sys /tmp/rootfs/dev /tmp/rootfs/etc /tmp/rootfs/tmp
cp /bin/busybox /tmp/rootfs/bin/
chroot /tmp/rootfs /bin/busybox --install -s /bin

if [ -e /sys/fs/cgroup/cgroup.controllers ]; then layout='cgroup v2'; elif [ -d /sys/fs/cgroup/unified ]; then layout='hybrid cgroup v1'; else layout='cgroup v1'; fi
[ ! -d /run/systemd/system ] || layout="$layout, systemd"
printf 'kind\t%s, kernel %s, LSMs %s, all capabilities\n' "$layout" "$(uname -r | cut -d . -f 1,2)" "$(cat /sys/kernel/security/lsm)" >$results
for suite in $(cat /payload/suites); do shell_tests $guest/$suite; done
if [ -d /payload/tests ]; then
	export DOTNET_gcServer=0 DOTNET_TieredPGO=0 DOTNET_EnableDiagnostics=0 DOTNET_TC_BackgroundWorkerTimeoutMs=0
	set -- $results /payload/except "$share/$guests"
	[ ! -s /payload/selection ] || while read -r part; do set -- "$@" "$part"; done </payload/selection
	/payload/tests/oci-vm-tests "$@" >/tmp/output 2>&1 && status=0 || status=$?
	# 1 when tests failed, which have their lines.
	[ $status -le 1 ] || printf 'guest\tprogram\toci-vm-tests\tfailed\t0\t%s\n' "$({ echo "it ended with $status"; tail -n 20 /tmp/output; } | escape)" >$results
fi
# With what is in them: processes that a test has left, or nothing.
left=$(find /sys/fs/cgroup -type d -path '*/oci-tests/*' | head -n 5 | while read -r one; do
	echo "$one: $(while read -r pid; do tr '\0' ' ' </proc/"$pid"/cmdline; done <"$one/cgroup.procs" 2>&1)"
done)
[ -z "$left" ] || printf 'guest\tleftovers\tno cgroup is left\tfailed\t0\t%s\n' "$(echo "$left" | escape)" >$results
printf 'end\n' >$results
sleep 0.3
