#!/bin/sh
# Tests of the lane itself: a guest that hangs and one whose kernel panics are ended, and reported with their console.
# The last line is "N passed, N failed, N skipped".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# reported TEST TEXT...: that test of the guest fails, and each text is in the report.
reported() {
	test=$1
	shift
	OCI_VM_SILENCE=45 "$here/run.sh" --profile broken --results "$work" "$test" >"$work/output" 2>&1 && status=0 || status=$?
	if grep -q '^skipped: ' "$work/output"; then
		grep '^skipped: ' "$work/output"
		skipped=$((skipped + 1))
		return
	fi
	missing=
	[ "$(tail -n 1 "$work/output")" = "0 passed, 1 failed, 0 skipped" ] || missing="that it failed"
	[ "$status" = 1 ] || missing="an exit status of 1"
	for text in "$@"; do grep -q -F "$text" "$work/output" || missing=$text; done
	if [ -z "$missing" ]; then
		passed=$((passed + 1))
		echo "ok $test"
	else
		failed=$((failed + 1))
		echo "FAILED $test: the report lacks: $missing"
		sed 's/^/    /' "$work/output"
	fi
}

reported test_hang "the guest said nothing for 45 s, in test_hang" "this guest hangs"
reported test_panic "the guest ended before its tests did, in test_panic" "this guest panics" "Kernel panic"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
