# The kernel: Debian's, taken out of its package, and a small initramfs that loads modules and hands over.

fetch_kernel() {
	package=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[^ ]*\).*/\1/p' | head -n 1)
	[ -n "$package" ] || skip "apt knows no linux-image-amd64"
	kernel=$cache/$package
	[ ! -e "$kernel/ready" ] || return 0
	echo "fetching $package"
	rm -rf "$kernel" && mkdir -p "$kernel"
	(
		cd "$kernel" && apt-get download "$package" >/dev/null 2>&1 && dpkg -x ./*.deb tree && rm -f ./*.deb
		depmod -b tree "${package#linux-image-}"
	) || { rm -rf "$kernel"; skip "apt can't download $package"; }
	touch "$kernel/ready"
}

# make_initramfs FILE
make_initramfs() {
	root=$work/initramfs
	version=${package#linux-image-}
	mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/new" "$root/payload"
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$here/guest/initramfs" "$root/init"
	chmod 755 "$root/init"
	for module in $modules; do
		modprobe --dirname "$kernel/tree" --set-version "$version" --show-depends "$module"
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$work/modules"
	number=100
	while read -r module; do
		cp "$module" "$root/$number-$(basename "$module")"
		number=$((number + 1))
	done <"$work/modules"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$1"
}
