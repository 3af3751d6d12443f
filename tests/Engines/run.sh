#!/bin/sh
# Runs Debian's container engines with out/bin/ocirun as their runtime, and in the same job with Debian's runc: a difference between the two is ocirun's.
# Usage: run.sh [--results DIRECTORY] [--alone] [TEST...]
# TEST is a part of a test's name, with its engine before it (podman.exec). --alone leaves runc out.
# Each function test_* of an engine's file, and of the one that it includes, is one test; pass.sh runs those of some engines with one runtime.
# A test that fails with ocirun fails, and whose fault it is stands with it. One that fails with runc alone is told, and why is in the file "differences".
# What tests give to "shows" is the same with both, or the test fails.
# Results go to DIRECTORY/engines.tsv, with runc's beside ocirun's. The last line is "N passed, N failed, N skipped".
# Needs root and busybox-static; an engine whose programs are missing is skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# The distribution's programs, whatever else has their names.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
results= runtimes="ocirun runc"
while :; do
	case ${1:-} in
	--results) mkdir -p "$2" && results=$(cd "$2" && pwd); shift 2 ;;
	--alone) runtimes=ocirun; shift ;;
	--*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
	*) break ;;
	esac
done

skip_all() { echo "skipped: $*"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
[ "$(id -u)" = 0 ] || skip_all "engines need root"
command -v busybox >/dev/null || skip_all "busybox is not installed"
[ -x "$top/out/bin/ocirun" ] || { echo "run.sh: out/bin/ocirun is not built" >&2; exit 1; }
command -v runc >/dev/null || { echo "runc is not installed: nothing is compared"; runtimes=ocirun; }

lanes=
temporary=$(mktemp -d /tmp/oci-lanes.XXXXXX)
finish() {
	trap "" INT TERM HUP
	# shellcheck disable=SC2086
	[ -z "$lanes" ] || kill $lanes 2>/dev/null || :
	wait
	rm -rf "$temporary"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# lane ENGINES TEST...: the runtimes after each other. Lanes run beside each other, since their engines have no names in common.
lane() {
	engines=$1 child=; shift
	trap 'kill $child 2>/dev/null; wait; exit 130' INT TERM HUP
	for runtime in $runtimes; do
		# Mounts of a pass, and the users that it adds, are its own.
		unshare --mount --propagation private "$here/pass.sh" "$runtime" "$temporary" "$engines" "$@" &
		child=$!
		wait $child || printf 'engines\t%s\tpass\tfailed\t0\tended with %d before its end\t%s\n' "${engines%% *}" $? "$runtime" >>"$temporary/lines"
	done
}

lane "podman" "$@" &
lanes=$!
lane "containerd cri docker nested" "$@" &
lanes="$lanes $!"
# shellcheck disable=SC2086
wait $lanes
lanes=

[ -s "$temporary/lines" ] || { echo "run.sh: no test has such a name" >&2; exit 1; }
# What a test showed with one runtime and not, or otherwise, with the other.
for file in "$temporary"/shown/*/*; do
	[ -e "$file" ] || continue
	name=${file##*/}
	equal=$(diff "$temporary/shown/runc/$name" "$temporary/shown/ocirun/$name" 2>&1) || printf '%s\t%s\n' "${name%%:*}" "$(printf '%s' "$equal" | tr '\t' ' ' | sed 's/\\/\\\\/g' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }')"
done | sort -u >"$temporary/unequal"
awk -v differences="$here/differences" -v unequal="$temporary/unequal" -v results="${results:+$results/engines.tsv}" -f "$here/compare.awk" "$here/differences" "$temporary/unequal" "$temporary/lines"
