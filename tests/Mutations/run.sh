#!/bin/sh
# Changes that break something, one at a time in a copy of this tree: the tests named beside each must fail. Usage:
#   tests/Mutations/run.sh [--only NAME] [--list]
# Each file NAME.patch of this directory begins with lines "# SUITE FILTER": core, cli (xunit classes or tests), native (the whole suite),
# pester (a file), guest (PROFILE TEST). They are run in turn until one fails. The last line says how many
# live, or could not be tried; they are named above it.
# Needs what the tests need; not beside another suite.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
only='' list=''
while [ $# -gt 0 ]; do
	case $1 in
	--only) only=$2; shift ;;
	--list) list=1 ;;
	*) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
	esac
	shift
done
patience=${PATIENCE:-900}
copy=$(mktemp -d /tmp/oci-mutations-XXXXXX)
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' INT TERM

# What is built goes with it, so that only what a change touches is built again.
tree() {
	mkdir "$copy/tree"
	tar -C "$top" --exclude=./.git --exclude=./out/Vm --exclude='*/TestResults' -cf - . | tar -C "$copy/tree" -xf -
}

build() { timeout "$patience" dotnet build "$1" -c Release --nologo -v q -p:RunAnalyzers=false; }
publish() { timeout "$patience" dotnet publish src/OciRuntime.Cli -c Release --nologo -v q -p:RunAnalyzers=false; }

# prepare SUITE: builds what the suite needs. Fails when the tree does not build.
prepare() {
	case $1 in
	core) build tests/OciRuntime.Core.Tests ;;
	cli) publish && build tests/OciRuntime.Cli.Tests ;;
	native) : ;;
	pester) build tools/HelpCompiler && build tests/Pester ;;
	guest) publish ;;
	*) echo "no suite $1"; return 1 ;;
	esac
}

xunit() { timeout "$patience" dotnet test "$1" -c Release --no-build --nologo --blame-hang-timeout 3m --filter "$2"; }

# check SUITE FILTER...: runs it.
check() {
	suite=$1
	shift
	case $suite in
	core) xunit tests/OciRuntime.Core.Tests "$*" ;;
	cli) xunit tests/OciRuntime.Cli.Tests "$*" ;;
	native) timeout "$patience" tests/native/run.sh ;;
	pester) timeout "$patience" ${PWSH:-dotnet pwsh} -NoProfile tests/Pester/Invoke-Tests.ps1 "$@" ;;
	guest) timeout "$patience" tests/Vm/run.sh --profile "$@" ;;
	esac
}

# dies PATCH: true when a test fails, or the tree does not even build (which is said, since then the patch says nothing).
dies() {
	sed -n 's/^# //p' "$1" >"$copy/checks"
	[ -s "$copy/checks" ] || { echo "$1 names no tests" >&2; exit 1; }
	built=''
	while read -r suite filter; do
		case " $built " in
		*" $suite "*) ;;
		*)
			if ! prepare "$suite" >"$copy/log" 2>&1 </dev/null; then
				verdict='does not build'
				return 1
			fi
			built="$built $suite"
			;;
		esac
		# shellcheck disable=SC2086
		if ! check "$suite" $filter >"$copy/log" 2>&1 </dev/null; then
			# A filter that finds nothing is no failure of a test.
			if grep -q 'No test matches\|no file of tests is named' "$copy/log"; then verdict="no test: $suite $filter"; return 1; fi
			verdict="dead by $suite $filter"
			return 0
		fi
		if grep -q 'No test matches' "$copy/log"; then verdict="no test: $suite $filter"; return 1; fi
		if grep -Eq 'Passed: +0,|^0 passed' "$copy/log"; then verdict="skipped: $suite $filter"; return 1; fi
	done <"$copy/checks"
	verdict=alive
	return 1
}

count=0 alive=0
for patch in "$here"/*.patch; do
	name=$(basename "$patch" .patch)
	[ -z "$only" ] || [ "$only" = "$name" ] || continue
	if [ -n "$list" ]; then
		printf '%s: %s\n' "$name" "$(sed -n 's/^# //p' "$patch" | paste -sd ';')"
		continue
	fi
	[ -d "$copy/tree" ] || tree
	cd "$copy/tree" || exit 1
	count=$((count + 1))
	began=$(date +%s)
	if ! patch -s -p1 --no-backup-if-mismatch <"$patch" >"$copy/log" 2>&1; then
		verdict='does not apply'
		alive=$((alive + 1))
		rm -rf "$copy/tree"
	else
		if ! dies "$patch"; then
			alive=$((alive + 1))
			tail -n 5 "$copy/log"
		fi
		patch -s -R -p1 --no-backup-if-mismatch <"$patch"
	fi
	printf '%-44s %s (%s s)\n' "$name" "$verdict" $(($(date +%s) - began))
done
[ -n "$list" ] || echo "$count changes, $alive live"
[ "$alive" -eq 0 ]
