#!/bin/sh
# Boots a Debian kernel in qemu and runs the project's tests inside.
# Usage: run.sh [--profile PROFILE] [--results DIRECTORY] [--passed FILE] [TEST...]
#   v2          cgroup v2, a busybox for init, every capability; the default
#   v1          the same with the hierarchies of cgroup v1
#   systemd     cgroup v2 under systemd, with a system and a user bus and AppArmor
#   systemd-v1  the same with hybrid cgroups
#   selinux     cgroup v2 under systemd, with Debian's SELinux policy, permissive
#   engines     cgroup v2 under systemd, with Podman, containerd and Docker
# TEST is a part of a test's name; without any, all that the profile has are run. --passed names the tests.tsv of another profile: what
# passed there is left out, unless it is about what differs here.
# Results are shown as they come and kept in DIRECTORY/PROFILE (out/test-results by default). The last line is "N passed, N failed, N skipped".
# Needs root, apt, qemu-system-x86, busybox-static, kmod, cpio, e2fsprogs, mmdebstrap (not for v1 and v2), dotnet and out/bin/ocirun.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${OCI_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ociruntime-vm}
profile=v2 results=$top/out/test-results passed=
while [ $# -gt 0 ]; do
	case $1 in
	--profile) profile=$2; shift 2 ;;
	--results) results=$2; shift 2 ;;
	--passed) passed=$2; shift 2 ;;
	--*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
	*) break ;;
	esac
done
[ -e "$here/profiles/$profile.sh" ] || { echo "run.sh: no profile $profile" >&2; exit 2; }

skip() { echo "skipped: $*"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
have() { for program in "$@"; do command -v "$program" >/dev/null 2>&1 || skip "$program is not installed"; done; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$cache" "$results/$profile"

# What a profile sets:
image=                                   # the distribution, of image/*.sh; none: a busybox
arguments=                               # of the kernel
modules='virtio_pci virtio_blk crc32c_generic ext4 overlay tun veth dummy loop crc32_generic rdma_rxe unix_diag tcp_diag udp_diag af_packet_diag netlink_diag nf_tables nft_compat xt_mark nf_conntrack_netlink' # loaded by the initramfs, with what they need
suites=                                  # directories of shell tests
tests=yes                                # whether the project's own tests run too
powershell=                              # whether PowerShell and the module are there
again=                                   # parts of the names of those that run also when they passed elsewhere
silence=                                 # seconds that a test may take without a word; none: as for most
seconds=${OCI_VM_SECONDS:-2100}          # the time it has
guests=2                                 # how many share the tests
. "$here/profiles/$profile.sh"
. "$here/host/kernel.sh"
. "$here/host/image.sh"
. "$here/host/payload.sh"
. "$here/host/boot.sh"

[ "$(uname -m)" = x86_64 ] || skip "the guest kernel is an x86_64 one"
have qemu-system-x86_64 busybox cpio apt-get dpkg depmod mkfs.ext4
[ -x "$top/out/bin/ocirun" ] || { echo "run.sh: out/bin/ocirun is not built" >&2; exit 1; }
fetch_kernel
make_image
make_payload "$@"
boot
