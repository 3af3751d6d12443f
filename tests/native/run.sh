#!/bin/sh
# Builds oci-init and its tests, with musl and under the sanitizers, and runs them; a part of the names of tests chooses among them.
# Last line: "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")"
source=../../src/native
work=$(mktemp -d)
# The tests work in it, also as somebody who is not root.
export TMPDIR="$work"
chmod 711 "$work"
trap 'rm -rf "$work"' EXIT
warnings="-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -Wvla -Wno-missing-field-initializers"
sanitizers="-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
passed=0 failed=0 skipped=0

chosen=${1:-}
# suite NAME PROGRAM HELPER: adds the suite's last line to the sums.
suite() {
	echo "== $1"
	timeout 300 "$2" "$3" ${chosen:+"$chosen"} >"$work/log" 2>&1 || true
	cat "$work/log"
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$work/log" | tail -n 1 || true)
	[ -n "$line" ] || line="0 passed, 1 failed, 0 skipped"
	set -- $(echo "$line" | tr -dc '0-9 ')
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# shellcheck disable=SC2086
{
	musl-gcc $warnings -static -Oz -fno-pie -no-pie -I$source -idirafter /usr/include -idirafter "/usr/include/$(gcc -print-multiarch)" \
		-o "$work/oci-init" $source/*.c $source/steps/*.c
	gcc $warnings $sanitizers -I$source -o "$work/oci-init-sanitized" $source/*.c $source/steps/*.c
	gcc $warnings $sanitizers -I$source -o "$work/native-tests" ./*.c $source/image.c
}
suite "oci-init" "$work/native-tests" "$work/oci-init"
OCI_SANITIZED=1 suite "oci-init, address and undefined behaviour sanitizers" "$work/native-tests" "$work/oci-init-sanitized"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
