#!/bin/sh
# Whole lifecycles beside each other, some of whose clients are killed at a random moment; then delete --force, and nothing may be left.
# Usage: storm.sh [--lifecycles N] [--killed N] [--jobs N] [--seconds N] [--seed HEX]
# A lifecycle is create, start, exec, kill, delete of one container, of a random variant of the configuration (scenarios.sh). While they go
# on, the containers are listed again and again. Needs root, gcc and busybox-static. The last line is "N passed, N failed, N skipped".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"
. "$here/scenarios.sh"
enter storm.sh "$@"

lifecycles=2000 killed=500 jobs=3 seconds= seed=
while [ $# -gt 0 ]; do
	case $1 in
	--lifecycles) lifecycles=$2 ;;
	--killed) killed=$2 ;;
	--jobs) jobs=$2 ;;
	--seconds) seconds=$2 ;;
	--seed) seed=$2 ;;
	*) echo "storm.sh: unknown option $1" >&2; exit 2 ;;
	esac
	shift 2
done
default_seed

# NUMBER VARIANT VICTIM MILLISECONDS: the victim is the verb whose client is killed after that time, or none.
plan() {
	awk -v n="$lifecycles" -v killed="$killed" -v seed="$(printf %d "0x$seed")" -v slow="$1" -v variants="default user hooks seccomp limits shared" 'BEGIN {
		srand(seed)
		variant_count = split(variants, variant, " ")
		verb_count = split("create create create start exec kill delete", verb, " ")
		for (i = 1; i <= n; i++) {
			victim = "none"
			if (rand() < (killed - done) / (n - i + 1)) {
				victim = verb[1 + int(rand() * verb_count)]
				done++
			}
			print i, variant[1 + int(rand() * variant_count)], victim, int(rand() * slow * 1.3)
		}
	}'
}

# client VERB ARGUMENT...: the victim's is killed; its children are not told.
client() {
	if [ "$victim" != "$1" ]; then
		"$ocirun" --root "$root" "$@" >>"$log" 2>&1 </dev/null || [ "$victim" != none ] || { echo "$* fails: $(tail -n 1 "$log")" >>"$work/storm.wrong"; }
		return
	fi
	"$ocirun" --root "$root" "$@" >>"$log" 2>&1 </dev/null &
	pid=$!
	sleep "0.$(printf %03d "$delay")"
	kill -KILL $pid 2>/dev/null || echo "$1 was done" >>"$work/survivors"
	wait $pid 2>/dev/null || :
}

lifecycle() { # NUMBER VARIANT VICTIM MILLISECONDS
	id=$name-$1 victim=$3 delay=$4 log=$work/log.$1
	: >"$log"
	client create --bundle "$work/$2" "$id"
	client start "$id"
	client exec "$id" true
	client kill "$id" KILL
	[ "$victim" != none ] || eventually status_in "$work/output.$1" stopped || echo "$id is not stopped after a kill" >>"$work/storm.wrong"
	client delete "$id"
	timeout 60 "$ocirun" --root "$root" delete --force "$id" >"$log" 2>&1 </dev/null || echo "delete --force $id fails ($?): $(cat "$log")" >>"$work/storm.wrong"
	for each in "$root/$id" $(cgroups_of "$id"); do [ ! -e "$each" ] || echo "after $*: $each is left" >>"$work/storm.wrong"; done
	rm -f "$log" "$work/output.$1"
}

status_in() { "$ocirun" --root "$root" state "$id" >"$1" 2>&1 </dev/null; grep -q "\"status\": \"$2\"" "$1"; }

# worker K: every lifecycle of the round whose number is K modulo the number of workers.
worker() {
	while read -r number rest; do
		# shellcheck disable=SC2086
		[ $((number % jobs)) != "$1" ] || lifecycle "$number" $rest
	done <"$work/round"
}

lister() { while [ -e "$work/round" ]; do "$ocirun" --root "$root" list >"$work/listed" 2>&1 </dev/null || { echo "list fails: $(cat "$work/listed")" >>"$work/storm.wrong"; sleep 0.2; }; done; }

milliseconds() { read -r up rest </proc/uptime; echo "${up%.*}${up#*.}0"; }

# How long a create takes here and now, so that kills fall into it and not behind it.
measure() {
	began=$(milliseconds)
	for each in 1 2 3 4; do oci create --bundle "$work/default" "$name-m$each"; done
	took=$((($(milliseconds) - began) / 4))
	for each in 1 2 3 4; do oci delete --force "$name-m$each"; done
	echo $((took > 0 ? took : 1))
}

private_machine
make_bundles
: >"$work/before" && : >"$work/storm.wrong" && : >"$work/survivors" && : >"$work/left"
slow=$(measure)
plan "$slow" >"$work/plan"
echo "$(wc -l <"$work/plan") lifecycles, $(grep -c -v ' none ' "$work/plan" || :) clients to be killed within $((slow * 13 / 10)) ms, $jobs at a time, seed $seed"
done=0 failed=0 end=
[ -z "$seconds" ] || end=$(($(uptime_seconds) + seconds))
split_rounds=$((jobs * 10))
while [ "$done" -lt "$lifecycles" ] && { [ -z "$end" ] || [ "$(uptime_seconds)" -lt "$end" ]; }; do
	sed -n "$((done + 1)),$((done + split_rounds))p" "$work/plan" >"$work/round"
	lister & listing=$!
	workers=
	k=0
	while [ $k -lt "$jobs" ]; do worker $k & workers="$workers $!"; k=$((k + 1)); done
	# shellcheck disable=SC2086
	wait $workers
	done=$((done + $(wc -l <"$work/round")))
	rm "$work/round"
	wait $listing || :
	id=$name-none
	clean || sed 's/^/left: /' "$work/left" >>"$work/storm.wrong"
	if [ -s "$work/storm.wrong" ]; then
		failed=$((failed + $(wc -l <"$work/storm.wrong")))
		echo "FAILED among lifecycles $((done - split_rounds + 1)) to $done:"
		sed 's/^/    /' "$work/storm.wrong"
		: >"$work/storm.wrong"
		end_leftovers
	fi
done
aimed=$(head -n "$done" "$work/plan" | grep -c -v ' none ' || :)
echo "$done lifecycles, $((aimed - $(wc -l <"$work/survivors"))) clients killed, $failed wrong"
echo "$((done > failed ? done - failed : 0)) passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
