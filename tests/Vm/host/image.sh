# The disk of the guest's root: a small Debian, kept in the cache under the hash of what it is made of, or an empty one.

suite=bookworm

# What every image has besides its own packages.
common='systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,iproute2,busybox-static,uidmap,procps,libstdc++6,libssl3,libseccomp2,runc,crun'

# Nothing that only costs time where the processor is emulated.
masked='apparmor.service e2scrub_reap.service systemd-update-utmp.service systemd-journal-flush.service systemd-random-seed.service systemd-pstore.service
	apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer systemd-hwdb-update.service
	systemd-sysusers.service systemd-binfmt.service systemd-remount-fs.service dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount'

make_image() {
	if [ -z "$image" ]; then
		# A disk all the same: some of what containers need of a filesystem (id-mapped mounts on this kernel) a tmpfs does not have.
		disk=$work/root.img
		make_disk 2G "$disk"
		return
	fi
	have mmdebstrap
	[ "$(id -u)" = 0 ] || skip "making the image needs root"
	. "$here/image/$image.sh"
	# A new version of a package that apt knows makes a new image.
	hash=$({ apt-cache policy $(echo "$common,$packages" | tr ',' ' ') | grep Candidate; cat "$here/host/image.sh" "$here/image/$image.sh" "$here"/image/files/*; } | sha256sum | cut -c 1-16)
	disk=$cache/$image-$hash.ext4
	[ -e "$disk" ] || build_image
	touch "$disk"
	# Those of other checkouts stay while they are used.
	find "$cache" -maxdepth 1 -name '*.ext4*' -mtime +7 -delete
}

build_image() {
	echo "building the image of $image"
	tree=$work/tree
	mmdebstrap --mode=root --variant=minbase --format=directory --quiet \
		--aptopt='APT::Sandbox::User "root"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--include="$common,$packages" "$suite" "$tree" >"$work/mmdebstrap" 2>&1 || { tail -n 20 "$work/mmdebstrap"; skip "mmdebstrap can't make the image"; }
	cp "$here"/image/files/oci-tests.* "$tree/etc/systemd/system/"
	cp "$here/image/files/journald.conf" "$tree/etc/systemd/journald.conf"
	echo guest >"$tree/etc/hostname"
	echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id"
	: >"$tree/etc/fstab"
	# Someone who is not root, with ids of their own and a systemd that runs without a login.
	chroot "$tree" useradd --create-home --uid 1000 --shell /bin/sh tester
	mkdir -p "$tree/var/lib/systemd/linger" "$tree/payload"
	: >"$tree/var/lib/systemd/linger/tester"
	for unit in $masked; do ln -sf /dev/null "$tree/etc/systemd/system/$unit"; done
	customise "$tree"
	rm -rf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/*
	make_disk "${size:-1200M}" "$disk.$$" -d "$tree"
	rm -rf "$tree"
	mv "$disk.$$" "$disk"
}

# make_disk SIZE FILE OPTION...
make_disk() {
	size=$1 file=$2
	shift 2
	mkfs.ext4 -q -F -O ^has_journal -m 0 "$@" "$file" "$size" >/dev/null
}
