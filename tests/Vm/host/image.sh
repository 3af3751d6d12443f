# The image of a guest with a distribution: a small Debian, kept in the cache under the hash of what it is made of.

suite=bookworm

# What every image has besides its profile's packages.
common='systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,iproute2,busybox-static,uidmap,procps,libstdc++6,libseccomp2,runc,crun'

build_image() {
	have mmdebstrap
	[ "$(id -u)" = 0 ] || skip "making the image needs root"
	# A new version of a package that apt knows makes a new image.
	hash=$({ echo "$suite $common $packages"; apt-cache policy $(echo "$common,$packages" | tr ',' ' ') | grep Candidate; cat "$here/host/image.sh" "$here/profiles/$profile.sh" "$here"/image/*; } | sha256sum | cut -c 1-16)
	image=$cache/$profile-$hash.ext4
	[ ! -e "$image" ] || return 0
	echo "building the image of $profile"
	rm -f "$cache/$profile"-*.ext4
	tree=$work/tree
	mmdebstrap --mode=root --variant=minbase --format=directory --quiet \
		--aptopt='APT::Sandbox::User "root"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--include="$common,$packages" "$suite" "$tree" >"$work/mmdebstrap" 2>&1 || { tail -n 20 "$work/mmdebstrap"; skip "mmdebstrap can't make the image"; }
	cp "$here"/image/oci-tests.* "$tree/etc/systemd/system/"
	cp "$here/image/journald.conf" "$tree/etc/systemd/journald.conf"
	echo guest >"$tree/etc/hostname"
	echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id"
	: >"$tree/etc/fstab"
	# Someone who is not root, with ids of their own and a systemd that runs without a login.
	chroot "$tree" useradd --create-home --uid 1000 --shell /bin/sh tester
	mkdir -p "$tree/var/lib/systemd/linger" "$tree/payload"
	: >"$tree/var/lib/systemd/linger/tester"
	# Nothing that only costs time where the processor is emulated.
	for unit in apparmor.service e2scrub_reap.service systemd-update-utmp.service systemd-journal-flush.service systemd-random-seed.service systemd-pstore.service \
		apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer systemd-hwdb-update.service \
		systemd-sysusers.service systemd-binfmt.service systemd-remount-fs.service dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount; do
		ln -sf /dev/null "$tree/etc/systemd/system/$unit"
	done
	customise "$tree"
	rm -rf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/*
	mkfs.ext4 -q -F -O ^has_journal -m 0 -d "$tree" "$image.new" 1200M >/dev/null
	rm -rf "$tree"
	mv "$image.new" "$image"
}
