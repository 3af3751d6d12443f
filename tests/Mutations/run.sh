#!/bin/sh
# Changes that break something, one at a time in a copy of this tree: the tests that are named beside each must fail. Usage:
#   tests/Mutations/run.sh [--list] [NAME...]
# NAME is the name of a change or a shell pattern of names: kill-init-alone, 'log-*'. Without one all of them are tried.
# Each file NAME.patch of this directory begins with lines "# SUITE FILTER". SUITE is core or cli (FILTER: xunit classes or tests), native
# (a part of a test's name, or nothing for all), pester (a file, and after it a pattern of the names of its tests) or guest (PROFILE TEST).
# They run in turn until one fails; a test that hangs is one that fails. Before the first change all of them must pass as the tree is.
# The changes that live are named above the last line, which is "N dead, N alive, N do not apply".
# Needs what the tests need, and root: they run in namespaces of their own, which leave nothing. Not beside another run of the tests.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# Seconds that a build or a run of tests may take, at first of all that is named, then of one change: that takes a minute at most.
patience=1200
list=
case ${1:-} in
--list) list=1; shift ;;
-*) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
[ $# -gt 0 ] || set -- '*'
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

patches=
for patch in "$here"/*.patch; do
	name=$(basename "$patch" .patch)
	# shellcheck disable=SC2254
	for pattern; do case $name in $pattern) patches="$patches $name"; break ;; esac; done
done
[ -n "$patches" ] || { echo "run.sh: no change has such a name" >&2; exit 2; }
checks() { sed -n '/^#/!q; s/^# //p' "$here/$1.patch"; }
if [ -n "$list" ]; then
	for name in $patches; do printf '%s: %s\n' "$name" "$(checks "$name" | paste -sd ';')"; done
	exit 0
fi

copy=$(mktemp -d /tmp/oci-mutations-XXXXXX)
chmod 711 "$copy"
tree=$copy/tree
began=$(date +%s)

# Processes and mounts end with their namespaces; cgroups that a killed test had do not. Those of a test that runs elsewhere are younger.
sweep() {
	find /sys/fs/cgroup -depth -type d \( -path '*/oci-tests/*' -o -name 'cli-*' -o -name 'pst-*' -o -name 'rootless-*' \) -newermt "@$began" -mmin +1 -exec rmdir {} + 2>/dev/null
}
trap 'sweep; rm -rf --one-file-system "$copy"' EXIT
# An alarm tells timeout(1) that the time is over.
child=
trap '[ -z "$child" ] || kill -ALRM $child 2>/dev/null; exit 130' INT TERM HUP

# alone SECONDS COMMAND...: with processes, mounts and temporary files that end with it.
alone() {
	rm -rf --one-file-system "$copy/tmp"
	mkdir -m 1777 "$copy/tmp"
	seconds=$1; shift
	TMPDIR=$copy/tmp timeout --foreground -s KILL "$seconds" unshare --mount --propagation private --pid --fork --kill-child --mount-proc sh -c '"$@"; exit $?' sh "$@" &
	child=$!
	wait $child; status=$?
	child=
	return $status
}

build() { timeout --foreground -k 10 "$patience" dotnet build "$@" -c Release --nologo -v q -p:RunAnalyzers=false; }
publish() { timeout --foreground -k 10 "$patience" dotnet publish src/OciRuntime.Cli -c Release --nologo -v q -p:RunAnalyzers=false "$@"; }

# The tests of a suite, and what they are about.
first() {
	case $1 in
	core) build tests/OciRuntime.Core.Tests ;;
	cli) publish && build tests/OciRuntime.Cli.Tests ;;
	pester) build tools/HelpCompiler && build tests/Pester ;;
	guest) publish && build tests/Vm/Runner ;;
	esac
}

# What a change touches, put where SUITE looks for it.
prepare() {
	case $1 in
	core) build src/OciRuntime.Core --no-restore && cp src/OciRuntime.Core/bin/Release/net10.0/OciRuntime.Core.dll tests/OciRuntime.Core.Tests/bin/Release/net10.0/ ;;
	pester) build src/OciRuntime.PowerShell --no-restore ;;
	cli | guest) publish --no-restore ;;
	native) ;;
	*) echo "no suite $1"; return 1 ;;
	esac
}

xunit() { # PROJECT FILTER
	alone "$patience" dotnet test "tests/$1/bin/Release/net10.0/$1.dll" --nologo --filter "$2" -- xUnit.StopOnFail=true
}

# check SUITE FILTER...
check() {
	suite=$1; shift
	case $suite in
	core) xunit OciRuntime.Core.Tests "$*" ;;
	cli) xunit OciRuntime.Cli.Tests "$*" ;;
	native) alone "$patience" tests/native/run.sh "$@" ;;
	# shellcheck disable=SC2086
	pester) file=$1; shift; alone "$patience" ${PWSH:-dotnet pwsh} -NoProfile tests/Pester/Invoke-Tests.ps1 "$file" ${1:+-Test "$*"} ;;
	guest) alone 1200 tests/Vm/run.sh --profile "$@" ;;
	esac
}

# judge SUITE FILTER...: sets verdict to passed, failed, or what kept the tests from being one or the other.
judge() {
	check "$@" >"$copy/log" 2>&1 </dev/null; status=$?
	if grep -Eq 'No test matches|no file of tests is named|no test is named|^run.sh: no' "$copy/log"; then verdict='found no test'
	elif [ $status = 137 ] || grep -q 'Test Run Aborted' "$copy/log"; then verdict=failed
	elif [ $status = 0 ] && grep -Eq 'Passed: +[1-9]|^[1-9][0-9]* passed' "$copy/log"; then verdict=passed
	elif [ $status = 0 ]; then verdict='was skipped'
	elif grep -Eq 'Failed: +[1-9]|passed, [1-9][0-9]* failed' "$copy/log"; then verdict=failed
	else verdict='did not run'
	fi
}

# unchanged: true when all tests pass as the tree is. One run a suite of xunit: most of a run is its beginning.
unchanged() {
	for name in $patches; do checks "$name"; done | sort -u | awk '
		$1 == "core" || $1 == "cli" { line = $0; sub(/^[^ ]* /, "", line); all[$1] = all[$1] (all[$1] == "" ? "" : "|") line; next }
		{ print }
		END { for (suite in all) print suite, all[suite] }' >"$copy/unchanged"
	while read -r suite filter; do
		# shellcheck disable=SC2086
		judge "$suite" $filter
		# Once more: of so many tests one may have been disturbed.
		[ "$verdict" = passed ] || judge "$suite" $filter
		[ "$verdict" = passed ] || { tail -n 40 "$copy/log"; echo "$suite $filter: $verdict without any change"; return 1; }
	done <"$copy/unchanged"
}

# try NAME: sets verdict to what it says of the change.
try() {
	built=
	checks "$1" >"$copy/checks"
	while read -r suite filter; do
		case " $built " in
		*" $suite "*) ;;
		*)
			prepare "$suite" >"$copy/log" 2>&1 </dev/null || { verdict='does not build'; return; }
			built="$built $suite"
			;;
		esac
		# shellcheck disable=SC2086
		judge "$suite" $filter
		case $verdict in
		failed) verdict=dead; return ;;
		passed) ;;
		*) verdict="alive: $suite $filter $verdict"; return ;;
		esac
	done <"$copy/checks"
	verdict=alive
}

# Changes whose lines have moved apply still; where a line of them is another now, they do not.
change() { patch -s -p1 --no-backup-if-mismatch -r - "$@"; }

# What is built goes with it, so that little has to be built again.
mkdir "$tree"
tar -C "$top" --exclude=./.git --exclude=./out/Vm --exclude=./out/test-results --exclude='*/TestResults' -cf - . | tar -C "$tree" -xf - || exit 1
cd "$tree" || exit 1
for suite in $(for name in $patches; do checks "$name"; done | cut -d ' ' -f 1 | sort -u); do
	first "$suite" >"$copy/log" 2>&1 </dev/null || { tail -n 40 "$copy/log"; echo "the tree does not build"; exit 1; }
done
# From here on a pattern is a test's name, not a file's.
set -f
unchanged || exit 1
patience=300
printf '%-44s %s (%s s)\n' 'as the tree is' 'all tests pass' $(($(date +%s) - began))

dead=0 alive=0 stale=0
for name in $patches; do
	start=$(date +%s)
	if ! change --dry-run <"$here/$name.patch" >"$copy/log" 2>&1; then
		verdict='does not apply'
	else
		change <"$here/$name.patch"
		try "$name"
		change -R <"$here/$name.patch"
	fi
	case $verdict in
	dead) dead=$((dead + 1)) ;;
	'does not'*) stale=$((stale + 1)); tail -n 10 "$copy/log" ;;
	*) alive=$((alive + 1)); tail -n 10 "$copy/log" ;;
	esac
	printf '%-44s %s (%s s)\n' "$name" "$verdict" $(($(date +%s) - start))
done
echo "$dead dead, $alive alive, $stale do not apply"
[ $((alive + stale)) = 0 ]
