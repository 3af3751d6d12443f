# The payload: a read-only disk with ocirun, the guest's scripts, the test program, where they are asked for PowerShell and the module and, for guests without a
# distribution, the C library.

# make_payload TEST...
make_payload() {
	tree=$work/payload
	mkdir -p "$tree/bin" "$tree/lib" "$tree/out/bin"
	cp "$top/out/bin/ocirun" "$tree/bin/"
	ln -s ../../bin/ocirun "$tree/out/bin/ocirun" # where the tests look for it
	cp -R "$here/guest" "$tree/"
	[ -z "$tests" ] || add_tests
	[ -z "$powershell" ] || add_powershell
	[ -n "$image" ] || add_libraries
	echo "$profile" >"$tree/profile"
	echo "$suites" >"$tree/suites"
	printf '%s\n' "$@" | grep . >"$tree/selection" || :
	make_disk 800M "$work/payload.img" -d "$tree"
	rm -rf "$tree"
}

add_tests() {
	echo "building the test program"
	dotnet publish "$here/Runner" -c "${CONFIGURATION:-Release}" --nologo -v q -o "$tree/tests" >"$work/publish" 2>&1 || { cat "$work/publish"; echo "run.sh: the test program does not build" >&2; exit 1; }
	find "$tree/tests" \( -name '*.pdb' -o -name '*.xml' \) -delete
	: >"$tree/except"
	[ -z "$passed" ] || awk -F '\t' -v again="$again" '
		BEGIN { n = split(again, parts, " ") }
		$4 == "passed" { for (i = 1; i <= n; i++) if (index($3, parts[i])) next; sub(/\(.*/, "", $3); print $3 }' "$passed" | sort -u >"$tree/except"
}

# Without it the tests that need it are skipped there, and say so.
add_powershell() {
	dotnet=$(readlink -f "$(command -v dotnet)")
	home=${OCI_PSHOME:-$(pwsh -NoProfile -NonInteractive -Command '$PSHOME' 2>/dev/null || :)}
	[ -e "$home/pwsh.dll" ] && [ -e "$top/out/OciRuntime/OciRuntime.psd1" ] || return 0
	runtime=$(find "${dotnet%/*}/shared/Microsoft.NETCore.App" -mindepth 1 -maxdepth 1 -name '10.*' | sort -V | tail -n 1)
	mkdir -p "$tree/dotnet/shared/Microsoft.NETCore.App" "$tree/dotnet/host/fxr"
	cp "$dotnet" "$tree/dotnet/"
	cp -R "$runtime" "$tree/dotnet/shared/Microsoft.NETCore.App/"
	cp -R "${dotnet%/*}/host/fxr/${runtime##*/}" "$tree/dotnet/host/fxr/"
	cp -R "$home" "$tree/powershell"
	cp -R "$top/out/OciRuntime" "$tree/module"
	find "$tree/powershell" "$tree/module" \( -name '*.xml' -o -name '*.pdb' -o -name ref \) -prune -exec rm -rf {} +
}

# Programs that busybox lacks or has less of and, for them and the tests, the loader, every library they ask for, and libssl, which .NET loads by itself.
add_libraries() {
	for program in bash criu dash gzip ip iptables-restore ip6tables-restore nsenter ps rdma setsid setpriv tar umount unshare chrt newuidmap newgidmap; do
		path=$(command -v $program || :)
		[ -z "$path" ] || cp -p "$path" "$tree/bin/"
	done
	# criu holds connections by iptables, which loads its extensions by itself.
	[ ! -d /usr/lib/x86_64-linux-gnu/xtables ] || cp -R /usr/lib/x86_64-linux-gnu/xtables "$tree/xtables"
	{
		find "$tree" -type f \( -name '*.so' -o -perm -u+x \) -exec ldd {} \; 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p'
		ldconfig -p | sed -n 's/.*x86-64.* => \(.*\/lib\(ssl\|crypto\)\.so\.3\)$/\1/p'
	} | grep -v "^$tree" | sort -u | while read -r library; do cp -L "$library" "$tree/lib/"; done
}
