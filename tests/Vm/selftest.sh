#!/bin/sh
# Tests of the lane itself: a guest that hangs and one whose kernel panics are ended, and reported with their console; one whose kernel locks up is booted once more.
# The last line is "N passed, N failed, N skipped".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# reported OUTCOME TEST TEXT...: that test of the guest fails or passes, and each text is in the report.
reported() {
	outcome=$1 test=$2
	shift 2
	case $outcome in failed) wanted=1 counts="0 passed, 1 failed, 0 skipped" ;; passed) wanted=0 counts="1 passed, 0 failed, 0 skipped" ;; esac
	OCI_VM_SILENCE=45 "$here/run.sh" --profile broken --results "$work" "$test" >"$work/output" 2>&1 && status=0 || status=$?
	if grep -q '^skipped: ' "$work/output"; then
		grep '^skipped: ' "$work/output"
		skipped=$((skipped + 1))
		return
	fi
	missing=
	[ "$(tail -n 1 "$work/output")" = "$counts" ] || missing="that it $outcome"
	[ "$status" = $wanted ] || missing="an exit status of $wanted"
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

reported failed test_hang "the guest said nothing for 45 s, in test_hang" "this guest hangs"
reported failed test_panic "the guest ended before its tests did, in test_panic" "this guest panics" "Kernel panic"
reported passed test_lockup "the guest's kernel has locked up, and it is booted once more" "Kernel panic"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
