#!/bin/sh
# What can be seen of the arm64 command on another machine: it starts under qemu's user emulation, parses, and carries an arm64 helper.
# Containers of that architecture need its kernel. Last line: "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/../.."
ocirun=$PWD/out/arm64/bin/ocirun
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# fact NAME COMMAND...: passes when the command does.
fact() {
	name=$1
	shift
	if "$@" >"$work/output" 2>&1; then
		passed=$((passed + 1))
		echo "ok   $name"
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		cat "$work/output"
	fi
}

emulated() { timeout 120 qemu-aarch64-static "$ocirun" "$@"; }
is_arm64() { readelf -h "$1" | grep -q 'Machine: *AArch64'; }
is_static() { ! readelf -l "$1" | grep -q INTERP; }

the_command_is_static_arm64() { is_arm64 "$ocirun" && is_static "$ocirun"; }
the_version_is_the_hosts() { [ "$(emulated --version)" = "$(out/bin/ocirun --version)" ]; }
the_default_spec_is_the_hosts() {
	mkdir "$work/arm64" "$work/host" && emulated spec -b "$work/arm64" && out/bin/ocirun spec -b "$work/host" && cmp "$work/arm64/config.json" "$work/host/config.json"
}
features_name_the_architecture() { emulated features | grep -q SCMP_ARCH_AARCH64; }
a_bad_bundle_is_a_clear_error() {
	mkdir "$work/bad" && echo '{ "ociVersion": 1 }' >"$work/bad/config.json"
	! emulated --root "$work/root" create -b "$work/bad" a 2>"$work/error" && grep -q /ociVersion "$work/error"
}
the_helper_is_arm64() {
	is_arm64 src/OciRuntime.Core/obj/native/arm64/oci-init && is_static src/OciRuntime.Core/obj/native/arm64/oci-init
}

fact the_command_is_static_arm64 the_command_is_static_arm64
fact the_helper_is_arm64 the_helper_is_arm64
fact the_version_is_the_hosts the_version_is_the_hosts
fact the_default_spec_is_the_hosts the_default_spec_is_the_hosts
fact features_name_the_architecture features_name_the_architecture
fact a_bad_bundle_is_a_clear_error a_bad_bundle_is_a_clear_error
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
