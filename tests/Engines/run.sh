#!/bin/sh
# Runs Debian's container engines with out/bin/ocirun as their runtime: Podman, containerd and Docker.
# Usage: run.sh [--results DIRECTORY] [TEST...]
# TEST is a part of a test's name, with its engine before it (podman.exec). Each function test_* of an engine's file, and of the one that it includes, is one test.
# Everything the engines keep is below one temporary directory; images are made from busybox, and no network is used.
# Results go to DIRECTORY/engines.tsv. The last line is "N passed, N failed, N skipped".
# Needs root and busybox-static; an engine whose programs are missing is skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# The distribution's programs, whatever else has their names.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
results=
case ${1:-} in
--results) mkdir -p "$2" && results=$(cd "$2" && pwd); shift 2 ;;
--*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
esac

skip_all() { echo "skipped: $*"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
[ "$(id -u)" = 0 ] || skip_all "engines need root"
command -v busybox >/dev/null || skip_all "busybox is not installed"
[ -x "$top/out/bin/ocirun" ] || { echo "run.sh: out/bin/ocirun is not built" >&2; exit 1; }

export here top work ocirun cgroup
work=$(mktemp -d /tmp/oci-engines.XXXXXX)
ocirun=$top/out/bin/ocirun
# Names the cgroups that the engines make, and containerd's namespace: what has it is this run's.
cgroup=oci-engines-$$
chmod 711 "$work"
lines=$work/lines
: >"$lines"
. "$here/lib.sh"
# An empty line, because no pattern at all would be none.
{ outside; echo; } >"$work/before"
{ run_directories; echo; } >"$work/directories"

engine= child=
finish() {
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	[ -z "$engine" ] || { . "$here/$engine.sh"; stop; } >/dev/null 2>&1 || :
	clear_leftovers
	# Engines make these too; what a daemon of the machine has stays.
	run_directories | sort -r | grep -vxF -f "$work/directories" | xargs -r rmdir 2>/dev/null || :
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

escape() { tr '\t\r\000' '   ' | sed 's/\\/\\\\/g' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'; }
now() { read -r up rest </proc/uptime; echo "${up%.*}${up#*.}0"; }

# report TEST OUTCOME MILLISECONDS: a line for people and one for the matrix; the reason is in $work/output.
report() {
	case $2 in
	passed) echo "ok $engine $1 $3 ms"; : >"$work/output" ;;
	skipped) echo "skipped: $(head -n 1 "$work/output") ($engine $1)" ;;
	failed) echo "FAILED $engine $1 $3 ms"; sed 's/^/    /' "$work/output" ;;
	esac
	printf 'engines\t%s\t%s\t%s\t%d\t%s\n' "$engine" "$1" "$2" "$3" "$(escape <"$work/output")" >>"$lines"
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
	limited 60 "id=t-$1; $1; nothing_left" && status=0 || status=$?
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
rootfs
for engine in podman containerd docker; do
	chosen= also=
	. "$here/$engine.sh"
	for test in $(sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "$here/$engine.sh" ${also:+"$here/$also"}); do selected "$engine.$test" "$@" && chosen="$chosen $test" || :; done
	[ -n "$chosen" ] || continue
	missing=
	for program in $programs; do command -v "$program" >/dev/null || missing="$missing $program"; done
	if [ -n "$missing" ]; then
		echo "not installed:$missing" >"$work/output"
		report all skipped 0
		continue
	fi
	# shellcheck disable=SC2086
	run_engine $chosen
done
engine=
[ -z "$results" ] || cp "$lines" "$results/engines.tsv"
[ -s "$lines" ] || { echo "run.sh: no test has such a name" >&2; exit 1; }
awk -F '\t' '{ n[$4]++ } END { printf "%d passed, %d failed, %d skipped\n", n["passed"], n["failed"], n["skipped"]; exit n["failed"] > 0 }' "$lines"
