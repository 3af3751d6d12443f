#!/bin/sh
# Boots a Debian kernel in qemu and runs the guest tests on pure cgroup v2 with every capability.
# Usage: run.sh [TEST...]   (names of files in guest/ without .sh; all of them by default)
# The last line is "N passed, N failed, N skipped". Needs out/bin/ocirun, busybox-static, qemu-system-x86, cpio and apt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${OCI_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/oci-runtime-vm}
deadline=${OCI_VM_SECONDS:-300}

skip() { echo "skipped: $*"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
[ "$(uname -m)" = x86_64 ] || skip "the guest kernel is an x86_64 one"
for program in qemu-system-x86_64 busybox cpio apt-get dpkg; do
	command -v "$program" >/dev/null 2>&1 || skip "$program is not installed"
done
[ -x "$top/out/bin/ocirun" ] || { echo "out/bin/ocirun is not built" >&2; exit 1; }

# The kernel: Debian's cloud kernel, taken out of its package and kept by its file name.
package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[^ ]*\).*/\1/p' | head -n 1)
[ -n "$package" ] || skip "apt knows no linux-image-cloud-amd64"
kernel=$cache/$package
if [ ! -e "$kernel/ready" ]; then
	rm -rf "$kernel" && mkdir -p "$kernel"
	(cd "$kernel" && apt-get download "$package" >/dev/null 2>&1 && dpkg -x ./*.deb tree && rm -f ./*.deb) || skip "apt can't download $package"
	touch "$kernel/ready"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp" "$root/etc" "$root/root" "$root/new" "$root/lib/modules"
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$top/out/bin/ocirun" "$root/bin/ocirun"
cp -R "$here/guest" "$root/tests"
find "$kernel/tree/lib/modules" \( -name overlay.ko -o -name tun.ko \) -exec cp {} "$root/lib/modules/" \;
cp "$here/init" "$root/init"
chmod +x "$root/init"
echo "root:x:0:0:root:/root:/bin/sh" >"$root/etc/passwd"
echo "root:x:0:" >"$root/etc/group"
echo "${*:-}" >"$root/tests/selection"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"

# TCG: hardware acceleration is not asked for, so that the lane behaves the same everywhere.
timeout --kill-after=5 "$deadline" qemu-system-x86_64 -accel tcg,thread=multi -smp 2 -cpu max -m 1024 -nodefaults -nographic -no-reboot \
	-kernel "$kernel"/tree/boot/vmlinuz-* -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1 systemd.unified_cgroup_hierarchy=1 cgroup_no_v1=all" \
	-serial "file:$work/console" </dev/null >"$work/qemu" 2>&1 && status=0 || status=$?
tr -d '\r' <"$work/console" >"$work/log" 2>/dev/null || :
cat "$work/log"
line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$work/log" | tail -n 1)
if [ -z "$line" ]; then
	cat "$work/qemu"
	[ "$status" = 124 ] && echo "the guest did not end within $deadline s"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi
echo "$line"
case $line in *", 0 failed,"*) ;; *) exit 1 ;; esac
