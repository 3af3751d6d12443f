# The payload: a read-only disk with ocirun, the guest's scripts, the test program and, for guests without a distribution, the C library.

# make_payload TEST...
make_payload() {
	disk=$work/payload
	mkdir -p "$disk/bin" "$disk/lib"
	cp "$top/out/bin/ocirun" "$disk/bin/"
	cp -R "$here/guest" "$disk/"
	echo "building the test program"
	dotnet publish "$here/Runner" -c "${CONFIGURATION:-Release}" --nologo -v q -o "$disk/tests" >"$work/publish" 2>&1 || { cat "$work/publish"; echo "run.sh: the test program does not build" >&2; exit 1; }
	find "$disk/tests" \( -name '*.pdb' -o -name '*.xml' \) -delete
	if [ -z "$packages" ]; then
		for program in newuidmap newgidmap setsid setpriv dash; do
			path=$(command -v $program || :)
			[ -z "$path" ] || cp -p "$path" "$disk/bin/"
		done
		# The loader and every library that the test program and those programs ask for.
		find "$disk/tests" "$disk/bin" -type f \( -name '*.so' -o -perm -u+x \) -exec ldd {} \; 2>/dev/null |
			sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | grep -v "^$disk" | sort -u | while read -r library; do cp -L "$library" "$disk/lib/"; done
	fi
	# The tests know the checkout by its path.
	echo "$top" >"$disk/checkout"
	echo "$profile" >"$disk/profile"
	printf '%s\n' "$@" | grep . >"$disk/selection" || :
	# What ran on cgroup v2 alone need not run once more; what was skipped there may find here what it needs.
	if [ "$profile" != v2 ] && [ $# -eq 0 ] && [ -s "$results/v2/tests.tsv" ]; then
		awk -F '\t' '$4 == "skipped" { sub(/\(.*/, "", $3); print $3 }' "$results/v2/tests.tsv" | sort -u >"$disk/only"
	fi
	mkfs.ext4 -q -F -O ^has_journal -m 0 -d "$disk" "$work/payload.img" 512M >/dev/null
	rm -rf "$disk"
}
