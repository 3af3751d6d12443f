#!/bin/sh
# Makes each system call of ocirun's verbs fail in turn, and kills each process at each call; nothing may be left, and no answer may be untrue.
# Usage: run.sh [--jobs N] [--seconds N] [--share K/M] [--seed HEX] [--list] [--point SCENARIO:KIND:N:ACTION[:CALL]] [SCENARIO...]
#
# SCENARIO is a part of the name of a scenario (scenarios.sh): create/, /hooks. KIND is a kind of process and N the number of its call
# (inject.c). ACTION is kill, or an errno of the table `errnos`, which goes with the CALL. Without options every point is tried, which takes
# long. --share tries every M-th point, --seconds ends after a time; the order is random, and --seed gives the same order again. --jobs, which
# comes first, runs N shares beside each other.
# Of ocirun's calls before Main the scenario version/ tries each; other verbs begin after them.
# All of it runs in namespaces of its own. Needs root, gcc and busybox-static. The last line is "N passed, N failed, N skipped".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"
. "$here/points.sh"
. "$here/scenarios.sh"

# beside N ARGUMENT...: this script N times, each with its share, and the sums of what they say.
beside() {
	jobs=$1 seed=; shift
	default_seed
	logs=$(mktemp -d /tmp/oci-faults-jobs.XXXXXX)
	trap 'rm -rf "$logs"' EXIT
	"$here/run.sh" --seed "$seed" --list "$@" >"$logs/list" || { cat "$logs/list"; exit 1; }
	# One that was skipped has no points, and says why.
	grep / "$logs/list" | grep : >"$logs/points" || { cat "$logs/list"; exit 0; }
	k=0 children=
	while [ $k -lt "$jobs" ]; do
		OCI_FAULTS_POINTS=$logs/points "$here/run.sh" --seed "$seed" --share "$k/$jobs" "$@" >"$logs/log.$k" 2>&1 & children="$children $!"
		k=$((k + 1))
	done
	trap 'kill $children; exit 130' INT TERM HUP
	# shellcheck disable=SC2086
	wait $children || :
	cat "$logs"/log.*
	awk '/ points tried, / { tried += $1; hit += $4; survived += $6 }
		/^[0-9]+ passed, / { n++; passed += $1; failed += $3; skipped += $5 }
		END { printf "%d points tried, %d hit, %d survived\n%d passed, %d failed, %d skipped\n", tried, hit, survived, passed, failed, skipped; exit failed > 0 || n != '"$jobs"' }' "$logs"/log.* && status=0 || status=$?
	exit $status
}

if [ "${1:-}" = --jobs ]; then shift; beside "$@"; fi
enter run.sh "$@"

seconds= share=0/1 seed= point= listing=
while [ $# -gt 0 ]; do
	case $1 in
	--seconds) seconds=$2; shift 2 ;;
	--share) share=$2; shift 2 ;;
	--seed) seed=$2; shift 2 ;;
	--point) point=$2; shift 2 ;;
	--list) listing=yes; shift ;;
	--*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
	*) break ;;
	esac
done

private_machine
make_bundles
if [ -n "$point" ]; then
	echo "$point" >"$work/points"
else
	default_seed
	if [ -e "$work/points.given" ]; then mv "$work/points.given" "$work/points.all"; else all_points "$@" >"$work/points.all"; fi
	shuffled "$(printf %d "0x$seed")" "${share%/*}" "${share#*/}" <"$work/points.all" >"$work/points"
	echo "$(wc -l <"$work/points.all") points in $(cut -d : -f 1 "$work/points.all" | sort -u | wc -l) scenarios; $(wc -l <"$work/points") in share $share, seed $seed"
fi
if [ -n "$listing" ]; then cat "$work/points"; exit 0; fi

tried=0 hits=0 failed=0 end=
[ -z "$seconds" ] || end=$(($(uptime_seconds) + seconds))
while IFS=: read -r scenario kind count action call; do
	[ -z "$end" ] || [ "$(uptime_seconds)" -lt "$end" ] || break
	tried=$((tried + 1))
	try_point "$scenario" "$kind" "$count" "$action" "$call" || failed=$((failed + 1))
	[ -z "$was_hit" ] || hits=$((hits + 1))
	[ $((tried % 1000)) != 0 ] || echo "$tried tried, $hits hit, $failed failed"
done <"$work/points"
echo "$tried points tried, $hits hit, $((tried - failed)) survived"
echo "$((tried - failed)) passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
