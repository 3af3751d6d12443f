#!/bin/sh
# One pass of run.sh: the tests of some engines with one runtime.
# Usage: pass.sh RUNTIME DIRECTORY ENGINES [TEST...]
# Adds a line a test to DIRECTORY/lines: suite, engine, test, outcome, milliseconds, reason, runtime. What tests show goes to DIRECTORY/shown/RUNTIME.
# Everything the engines keep is below one temporary directory; images are made from busybox, and no network is used.
# Mounts over files of /etc: run.sh gives it a mount namespace of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
[ "$(readlink /proc/self/ns/mnt)" != "$(readlink /proc/1/ns/mnt)" ] || { echo "pass.sh: run.sh gives it a mount namespace" >&2; exit 2; }
runtime=$1 directory=$2 engines=$3
shift 3
lines=$directory/lines
case $runtime in
ocirun) program=$top/out/bin/ocirun with= ;;
*) program=$(command -v "$runtime") with=" with $runtime" ;;
esac

export here top work runtime program cgroup shown engine
shown=$directory/shown/$runtime
engine= child= work=
# Names the cgroups that the engines make, and containerd's namespace: what has it is this pass's.
cgroup=oci-engines-$$
. "$here/lib.sh"
finish() {
	trap "" INT TERM HUP
	[ -n "$work" ] || return 0
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	[ -z "$engine" ] || { . "$here/$engine.sh"; stop; } >/dev/null 2>&1 || :
	clear_leftovers
	# Engines make these too; what a daemon of the machine has stays.
	run_directories | sort -r | grep -vxF -f "$work/directories" | xargs -r rmdir 2>/dev/null || :
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

mkdir -p "$shown"
work=$(mktemp -d /tmp/oci-engines.XXXXXX)
chmod 711 "$work"
# An empty line, because no pattern at all would be none.
{ outside; echo; } >"$work/before"
{ run_directories; echo; } >"$work/directories"

escape() { tr '\t\r\000' '   ' | sed 's/\\/\\\\/g' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'; }
now() { read -r up rest </proc/uptime; echo "${up%.*}${up#*.}0"; }

# report TEST OUTCOME MILLISECONDS: a line for people and one for run.sh; the reason is in $work/output.
report() {
	case $2 in
	passed) echo "ok $engine $1$with $3 ms"; : >"$work/output" ;;
	skipped) echo "skipped: $(head -n 1 "$work/output") ($engine $1$with)" ;;
	failed) echo "not ok $engine $1$with $3 ms
$(sed 's/^/    /' "$work/output")" ;;
	esac
	printf 'engines\t%s\t%s\t%s\t%d\t%s\t%s\n' "$engine" "$1" "$2" "$3" "$(escape <"$work/output")" "$runtime" >>"$lines"
}

# limited SECONDS SCRIPT: in a shell that has the engine's functions. Waits so that an interrupt is not kept waiting.
limited() {
	timeout -k 5 "$1" sh -eu -c ". $here/lib.sh; . $here/$engine.sh; $2" >>"$work/output" 2>&1 </dev/null &
	child=$!
	wait $child && status=0 || status=$?
	child=
	[ $status != 124 ] || echo "no end after $1 s" >>"$work/output"
	return $status
}

run_test() {
	began=$(now)
	: >"$work/output"
	limited 240 "id=t-$1; $1; nothing_left" && status=0 || status=$?
	case $status in
	0) outcome=passed ;;
	77) outcome=skipped ;;
	*) outcome=failed; limited 30 'diagnose; clean' || : ;;
	esac
	report "$1" $outcome $(($(now) - began))
}

selected() { # NAME PART...
	name=$1; shift
	[ $# -gt 0 ] || return 0
	for part in "$@"; do case $name in *"$part"*) return 0 ;; esac; done
	return 1
}

# run_engine TEST...: starts it, runs its tests, ends it, and looks for what it left.
run_engine() {
	began=$(now)
	if ! start >"$work/output" 2>&1 </dev/null; then
		report start failed $(($(now) - began))
	else
		for test in "$@"; do run_test "$test"; done
	fi
	began=$(now)
	stop >"$work/output" 2>&1 || :
	leftovers >"$work/output" && outcome=passed || outcome=failed
	report nothing_is_left $outcome $(($(now) - began))
	clear_leftovers
}

# What engines write to the current directory stays here too.
cd "$work"
users
rootfs
for engine in $engines; do
	chosen= also= alone=
	. "$here/$engine.sh"
	# What is about ocirun alone has nothing to be compared with.
	[ "$runtime" = ocirun ] && alone= || :
	for test in $(sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "$here/$engine.sh" ${also:+"$here/$also"}); do
		case " $alone " in *" $test "*) continue ;; esac
		selected "$engine.$test" "$@" && chosen="$chosen $test" || :
	done
	[ -n "$chosen" ] || continue
	missing=
	for name in $programs; do command -v "$name" >/dev/null || missing="$missing $name"; done
	if [ -n "$missing" ]; then
		echo "not installed:$missing" >"$work/output"
		report all skipped 0
		continue
	fi
	# shellcheck disable=SC2086
	run_engine $chosen
done
engine=
