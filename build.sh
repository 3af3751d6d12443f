#!/bin/sh
# The project's tasks, for machines without pwsh. `./build.sh help` lists them; build.ps1 offers the same to pwsh.
set -eu
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
configuration=${CONFIGURATION:-Release}

say() { printf '\n== %s\n' "$*"; }

# install PROGRAM=PACKAGE...: what is missing, by Debian package name.
install() {
	missing=
	for pair in "$@"; do
		command -v "${pair%%=*}" >/dev/null 2>&1 || missing="$missing ${pair#*=}"
	done
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
		echo "build.sh: missing packages:$missing (install them and try again)" >&2
		exit 1
	fi
	say "installing$missing"
	apt-get update -qq
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# install_idle PROGRAM=PACKAGE...: as install, and no service that comes with a package is started (invoke-rc.d(8)).
install_idle() {
	policy=/usr/sbin/policy-rc.d
	if [ "$(id -u)" != 0 ] || [ -e $policy ]; then install "$@"; return; fi
	trap 'rm -f "$policy"' EXIT
	trap 'exit 130' INT TERM
	printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
	install "$@"
	rm -f $policy
	trap - EXIT INT TERM
}

build_requirements() {
	command -v dotnet >/dev/null 2>&1 || { echo "build.sh: the .NET 10 SDK (dotnet) is not on the PATH" >&2; exit 1; }
	install gcc=gcc musl-gcc=musl-tools
	[ -e /usr/include/linux/mount.h ] || install linux/mount.h=linux-libc-dev
	[ -e /usr/include/stdlib.h ] || install stdlib.h=libc6-dev
}

# The module and the embedded host: out/OciRuntime, out/bin/oci-pwsh.
build_module() {
	build_requirements
	say "build"
	dotnet build OciRuntime.sln -c "$configuration" --nologo -v q
}

# The command: out/bin/ocirun.
build_ocirun() {
	say "ocirun (NativeAOT)"
	dotnet publish src/OciRuntime.Cli -c "$configuration" --nologo -v q 2>&1 | grep -v -e 'statically linked applications requires' -e 'in function .SystemNative_' -e 'in function .PalLoadLibrary' || true
	[ -x out/bin/ocirun ]
}

# The command for arm64: out/arm64/bin/ocirun. Its helper is linked with glibc: Debian has no musl cross compiler.
build_arm64() {
	build_requirements
	install aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu
	[ -e /usr/aarch64-linux-gnu/include/stdlib.h ] || install aarch64/stdlib.h=libc6-dev-arm64-cross
	say "ocirun for arm64 (NativeAOT)"
	dotnet publish src/OciRuntime.Cli -c "$configuration" -r linux-arm64 -p:OciArch=arm64 -p:StageDir="$PWD/out/arm64/" --artifacts-path out/arm64/obj --nologo -v q 2>&1 | grep -v -e 'statically linked applications requires' -e 'in function .SystemNative_' -e 'in function .PalLoadLibrary' || true
	[ -x out/arm64/bin/ocirun ]
}

build() { build_module; build_ocirun; }

demo() {
	[ "$(id -u)" = 0 ] || { echo "build.sh demo: run it as root" >&2; exit 1; }
	install busybox=busybox-static
	build_module
	if command -v pwsh >/dev/null 2>&1; then shell="pwsh -NoProfile"; else shell=out/bin/oci-pwsh; fi
	say "demo ($shell)"
	$shell -File samples/Demo.ps1
}

# counts FILE NAME: adds a suite's "passed failed skipped" line to the totals.
passed=0 failed=0 skipped=0
# Where results are kept, a directory a kind of host, for the test matrix.
results=$PWD/out/test-results
tally() { # name passed failed skipped
	printf -- '-- %s: %d passed, %d failed, %d skipped\n' "$1" "$2" "$3" "$4"
	passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

# suite NAME COMMAND...: runs a suite whose last line is "N passed, N failed, N skipped", and shows it as it runs.
suite() {
	name=$1; shift
	say "$name"
	log=$(mktemp) ended=$(mktemp)
	{ status=0; "$@" 2>&1 </dev/null || status=$?; echo "$status" >"$ended"; } | tee "$log"
	status=$(cat "$ended")
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
	reason=$(sed -n 's/^skipped: //p' "$log" | tail -n 1)
	rm -f "$log" "$ended"
	if [ -z "$line" ]; then tally "$name" 0 1 0; echo "   (no result line, exit status $status)"; return; fi
	set -- $(echo "$line" | tr -dc '0-9 ')
	[ "$status" -eq 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1 "$3"
	tally "$name" "$1" "$2" "$3"
	count "$name" "$1" "$2" "$3" "$reason"
}

# count NAME PASSED FAILED SKIPPED REASON: keeps the numbers of a suite that names no tests. The guests' lanes and the engines' keep theirs themselves.
count() {
	case $1 in
	"vm "* | engines) [ $(($2 + $3)) -eq 0 ] || return 0 ;;
	rows*) return 0 ;; # they are about the other tests
	esac
	printf 'count\t%s\tpassed\t%d\ncount\t%s\tfailed\t%d\ncount\t%s\tskipped\t%d\t%s\n' "$1" "$2" "$1" "$3" "$1" "$4" "$5" >>"$results/host/suites.tsv"
}

# xunit PROJECT: one test project.
xunit() {
	name=$(basename "$1")
	say "$name"
	log=$(mktemp)
	dotnet test "$1" -c "$configuration" --no-build --nologo --logger "console;verbosity=minimal" --logger "trx;LogFileName=$results/host/$name.trx" >"$log" 2>&1 </dev/null && status=0 || status=$?
	cat "$log"
	line=$(grep -E 'Failed: *[0-9]+, Passed: *[0-9]+, Skipped: *[0-9]+' "$log" | tail -n 1)
	rm -f "$log"
	if [ -z "$line" ]; then tally "$name" 0 1 0; echo "   (no result line, exit status $status)"; return; fi
	f=$(echo "$line" | sed -E 's/.*Failed: *([0-9]+).*/\1/')
	p=$(echo "$line" | sed -E 's/.*Passed: *([0-9]+).*/\1/')
	s=$(echo "$line" | sed -E 's/.*Skipped: *([0-9]+).*/\1/')
	[ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
	tally "$name" "$p" "$f" "$s"
}

pester() {
	if command -v pwsh >/dev/null 2>&1 && pwsh -NoProfile -Command 'exit [int]!(Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -ge 5 })'; then
		suite Pester pwsh -NoProfile -File tests/Pester/Invoke-Tests.ps1
	else
		say Pester
		echo "skipped: pwsh or Pester 5 is not installed on this machine; the xunit twins of these tests ran above"
		tally Pester 0 0 1
		count Pester 0 0 1 "pwsh or Pester 5 is not installed"
	fi
}

# guests: the tests that another kind of machine can show, in qemu. OCI_VM_PROFILES names the kinds; systemd-v1 and selinux take too long for every run.
guests() {
	install qemu-system-x86_64=qemu-system-x86 busybox=busybox-static cpio=cpio depmod=kmod mkfs.ext4=e2fsprogs mmdebstrap=mmdebstrap newuidmap=uidmap ip=iproute2
	suite "guest lane" tests/Vm/selftest.sh
	there=
	for profile in ${OCI_VM_PROFILES:-v2 v1 systemd}; do
		suite "vm $profile" tests/Vm/run.sh --profile "$profile" --results "$results" ${there:+--passed "$there"}
		[ "$profile" != v2 ] || there=$results/v2/tests.tsv
	done
}

vm() {
	build
	mkdir -p "$results/host"
	[ $# -eq 0 ] || OCI_VM_PROFILES=$*
	guests
	echo
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
}

# What this machine is, in the words of the test matrix.
host_kind() {
	if [ -e /sys/fs/cgroup/cgroup.controllers ]; then layout="cgroup v2"; elif [ -d /sys/fs/cgroup/unified ]; then layout="hybrid cgroup v1"; else layout="cgroup v1"; fi
	[ ! -d /run/systemd/system ] || layout="$layout, systemd"
	every=$(printf '%016x' $(((1 << ($(cat /proc/sys/kernel/cap_last_cap) + 1)) - 1)))
	if [ "$(id -u)" != 0 ]; then rights="not root"; elif grep -q "^CapEff:.*$every" /proc/self/status; then rights="all capabilities"; else rights="root without every capability"; fi
	echo "the building machine: $layout, kernel $(uname -r | cut -d . -f 1,2), LSMs $(cat /sys/kernel/security/lsm 2>/dev/null || echo none), $rights"
}

run_tests() {
	install busybox=busybox-static ip=iproute2 newuidmap=uidmap strace=strace
	build
	rm -rf "$results" && mkdir -p "$results/host"
	host_kind >"$results/host/kind"
	[ -x tests/native/run.sh ] && suite native tests/native/run.sh
	for project in tests/OciRuntime.*/; do
		[ -d "$project" ] && [ -n "$(find "$project" -maxdepth 1 -name '*.csproj')" ] && xunit "${project%/}"
	done
	install_idle podman=podman conmon=conmon ctr=containerd dockerd=docker.io tini-static=tini
	suite engines tests/Engines/run.sh --results "$results/host"
	suite faults tests/Faults/run.sh --seconds 120
	suite storm tests/Faults/storm.sh --seconds 20
	suite fuzz tests/Fuzz/run.sh --seconds 30
	install qemu-aarch64-static=qemu-user-static readelf=binutils
	build_arm64
	suite arm64 tests/Arm64/run.sh
	guests
	pester
	matrix_tool=tools/TestMatrix/bin/$configuration/net10.0/TestMatrix.dll
	suite "rows of docs/runtime-spec.md" dotnet "$matrix_tool" "$results" --rows docs/runtime-spec.md
	dotnet "$matrix_tool" "$results" out/test-matrix.md
	echo
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
}

# docs/test-matrix.md, from the last run of all tests.
matrix() {
	[ -e out/test-matrix.md ] || { echo "build.sh matrix: run ./build.sh test first" >&2; exit 1; }
	cp out/test-matrix.md docs/test-matrix.md
}

bench() {
	install busybox=busybox-static crun=crun runc=runc
	build
	dotnet run --project tests/Bench -c Release --no-build -- "$@"
}

clean() {
	rm -rf out
	find src tests tools -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
}

install_files() {
	build
	destination=${DESTDIR:-}${PREFIX:-/usr/local}
	mkdir -p "$destination/bin" "$destination/share/powershell/Modules"
	cp out/bin/ocirun "$destination/bin/"
	rm -rf "$destination/share/powershell/Modules/OciRuntime"
	cp -R out/OciRuntime "$destination/share/powershell/Modules/"
	echo "installed $destination/bin/ocirun and $destination/share/powershell/Modules/OciRuntime"
}

task=${1:-build}
[ $# -eq 0 ] || shift
case $task in
build) build ;;
test) run_tests ;;
demo) demo ;;
vm) vm "$@" ;;
matrix) matrix ;;
bench) bench "$@" ;;
arm64) build_arm64 ;;
clean) clean ;;
install) install_files ;;
*)
	cat <<-EOT
	./build.sh build    the module (out/OciRuntime), out/bin/ocirun, out/bin/oci-pwsh
	./build.sh demo     a container from a PowerShell pipeline
	./build.sh test     every test, as CI runs them
	./build.sh arm64    ocirun for arm64, in out/arm64/bin
	./build.sh vm       the tests in qemu: v2, v1 and systemd, or the kinds that are named, of these, systemd-v1 and selinux
	./build.sh matrix   docs/test-matrix.md from the last run of the tests
	./build.sh bench    timings beside crun and runc
	./build.sh install  into \${PREFIX:-/usr/local}
	./build.sh clean    remove what was built
	EOT
	[ "$task" = help ]
	;;
esac
