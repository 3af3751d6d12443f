#!/bin/sh
# What comes from outside, changed at random: it is understood or refused in our words, and never anything else.
# Usage: run.sh [--seconds N] [--seed HEX] [TARGET...]
#
# Targets: config (config.json to the wire image), state (state.json, exit.json), user (users, passwd, group), archive (tar), image (the wire
# image, by the runtime's reader), native (the wire image, by the helper's check under the address and undefined behaviour sanitizers).
# Each starts from corpus/, whose files stay tried first for ever: an input that broke something is kept there. The seed is printed, and gives
# the same run again. Needs gcc and a build of OciRuntime.sln. The last line is "N passed, N failed, N skipped".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
seconds=30 seed=$(printf %x "$(date +%s)")
while [ $# -gt 0 ]; do
	case $1 in
	--seconds) seconds=$2; shift 2 ;;
	--seed) seed=$2; shift 2 ;;
	--*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
	*) break ;;
	esac
done
[ $# -gt 0 ] || set -- config state user archive image native
program=$here/bin/${CONFIGURATION:-Release}/net10.0/OciRuntime.Fuzz.dll
[ -e "$program" ] || { echo "run.sh: $program is not built" >&2; exit 1; }
cd "$top"
work=$(mktemp -d /tmp/oci-fuzz.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# The helper's check. What crashes it is the last image that it was given: its size, and its bytes.
native() {
	dotnet "$program" --write-images "$work/images"
	cp "$here"/corpus/image/* "$work/images" 2>/dev/null || :
	gcc -std=gnu17 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -Wshadow -Wno-missing-field-initializers -fsanitize=address,undefined -fno-sanitize-recover=all \
		-fno-omit-frame-pointer -ffunction-sections -Wl,--gc-sections -Isrc/native -o "$work/native" "$here/image.c" src/native/image.c
	"$work/native" "$work/images" "$seconds" "$seed" "$work/last" || {
		mkdir -p out/fuzz
		file=out/fuzz/image-$(sha256sum <"$work/last" | cut -c 1-12)
		tail -c +5 "$work/last" | head -c "$(od -An -tu4 -N4 "$work/last")" >"$file"
		echo "FAULT native: the input is $top/$file; it belongs into $here/corpus/image when the fault is mended"
		return 1
	}
}

passed=0 failed=0
for target in "$@"; do
	if [ "$target" = native ]; then native; else dotnet "$program" --seconds "$seconds" --seed "$seed" "$here/corpus" "$target"; fi && status=0 || status=$?
	if [ "$status" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
