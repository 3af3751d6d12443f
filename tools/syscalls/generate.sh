#!/bin/sh
# Makes src/OciRuntime.Core/Seccomp/SyscallTable.Data.cs from the kernel's own headers: Debian's linux-libc-dev and its cross packages
# (arm64, armhf, riscv64, ppc64el, s390x), plus the numbers that later kernels gave to the same call on every architecture.
set -eu
cd "$(dirname "$0")"
names=$(mktemp) work=$(mktemp -d)
trap 'rm -rf "$names" "$work"' EXIT

numbers() { # gcc arguments: "name number" lines of one architecture; bases removed, aliases (__NR3264_*) resolved
	printf '#include <asm/unistd.h>\n' | gcc -E -dM -nostdinc "$@" - |
		sed -nE 's/^#define __NR(3264)?_([a-z_0-9]+) (.*)$/\1 \2 \3/p' |
		sed -E 's/\(__NR_SYSCALL_BASE *\+ *([0-9]+)\)/\1/; s/\(__NR_arch_specific_syscall *\+ *([0-9]+)\)/arch+\1/' |
		awk '
			/^3264 / { wide[$2] = $3; next }
			$1 ~ /^(syscalls|arch_specific_syscall|syscall_max)$/ { next }
			$2 ~ /^arch\+/ { sub(/^arch\+/, "", $2); $2 += 244 }
			{ value[$1] = $2 }
			END { for (n in value) { v = value[n]; if (sub(/^__NR3264_/, "", v)) v = wide[v]; print n, v } }'
}
direct() { sed -n 's/^#define __NR_\([a-z_0-9]*\) \(.*\)$/\1 \2/p' "$1" | sed -E 's/\(__X32_SYSCALL_BIT *\+ *([0-9]+)\)/\1/'; }
generic="-D__BITS_PER_LONG=64"

direct /usr/include/x86_64-linux-gnu/asm/unistd_64.h >"$work/x86_64"
direct /usr/include/x86_64-linux-gnu/asm/unistd_32.h >"$work/x86"
direct /usr/include/x86_64-linux-gnu/asm/unistd_x32.h >"$work/x32"
# shellcheck disable=SC2086
numbers $generic -U__x86_64__ -D__aarch64__ -I/usr/aarch64-linux-gnu/include >"$work/aarch64"
# The private ARM calls lie far above the rest.
{ numbers -U__x86_64__ -D__arm__ -D__ARM_EABI__ -I/usr/arm-linux-gnueabihf/include | grep -v __ARM_NR
  printf 'breakpoint 983041\ncacheflush 983042\nusr26 983043\nusr32 983044\nset_tls 983045\n'; } >"$work/arm"
# shellcheck disable=SC2086
numbers $generic -U__x86_64__ -D__riscv -D__riscv_xlen=64 -D__LP64__ -I/usr/riscv64-linux-gnu/include >"$work/riscv64"
numbers -U__x86_64__ -D__powerpc64__ -D__powerpc__ -I/usr/powerpc64le-linux-gnu/include >"$work/ppc64le"
numbers -U__x86_64__ -D__s390x__ -D__s390__ -I/usr/s390x-linux-gnu/include >"$work/s390x"

# Since 6.2 (include/uapi/asm-generic/unistd.h): one number everywhere.
later='cachestat 451
fchmodat2 452
map_shadow_stack 453
futex_wake 454
futex_wait 455
futex_requeue 456
statmount 457
listmount 458
lsm_get_self_attr 459
lsm_set_self_attr 460
lsm_list_modules 461
mseal 462
setxattrat 463
getxattrat 464
listxattrat 465
removexattrat 466
open_tree_attr 467
file_getattr 468
file_setattr 469'
arches='x86_64 x86 x32 aarch64 arm riscv64 ppc64le s390x'
for arch in $arches; do
	# map_shadow_stack is not there for x32 (arch/x86/entry/syscalls/syscall_64.tbl)
	echo "$later" | if [ "$arch" = x32 ]; then grep -v map_shadow_stack; else cat; fi >>"$work/$arch"
	awk '$2 ~ /^[0-9]+$/' "$work/$arch" | sort -u -k1,1 >"$work/$arch.sorted"
	cut -d' ' -f1 "$work/$arch.sorted" >>"$names"
done
LC_ALL=C sort -u "$names" -o "$names"

out=../../src/OciRuntime.Core/Seccomp/SyscallTable.Data.cs
{
	echo '// Made by tools/syscalls/generate.sh from the kernel headers; do not edit.'
	echo 'namespace OciRuntime.Core.Seccomp;'
	echo
	echo 'internal static partial class SyscallTable'
	echo '{'
	echo '    /// <summary>All names, sorted by ordinal, each followed by a NUL.</summary>'
	echo '    private static ReadOnlySpan<byte> Names =>'
	sed 's/.*/        "&\\0"u8 +/' "$names" | sed '$ s/ +$/;/'
	echo
	echo '    /// <summary>Where each name starts in <see cref="Names"/>, and where the last one ends.</summary>'
	echo '    private static ReadOnlySpan<ushort> Offsets =>'
	echo '    ['
	awk '{ printf "%s%d,", (NR % 20 == 1 ? (NR > 1 ? "\n        " : "        ") : " "), at; at += length($0) + 1 } END { printf " %d,\n", at }' "$names"
	echo '    ];'
	for arch in $arches; do
		echo
		echo "    /// <summary>Numbers of $arch in the order of the names; -1 where it has no such call.</summary>"
		echo "    private static ReadOnlySpan<int> Numbers_$arch =>"
		echo '    ['
		awk 'NR == FNR { n[$1] = $2; next } { printf "%s%s,", (FNR % 20 == 1 ? (FNR > 1 ? "\n        " : "        ") : " "), ($1 in n ? n[$1] : -1) } END { print "" }' "$work/$arch.sorted" "$names"
		echo '    ];'
	done
	echo '}'
} >"$out"
wc -l "$names" | cut -d' ' -f1
for arch in $arches; do printf '%s %s\n' "$arch" "$(wc -l <"$work/$arch.sorted")"; done
