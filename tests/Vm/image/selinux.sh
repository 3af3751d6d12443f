# Debian with systemd and its SELinux policy, permissive: labels are set and can be read, denials are only counted.
packages=jq,selinux-policy-default,policycoreutils,selinux-utils

# Labels every file: they are extended attributes, which a kernel without SELinux keeps as well.
customise() {
	printf 'SELINUX=permissive\nSELINUXTYPE=default\n' >"$1/etc/selinux/config"
	# It goes through /proc/self/fd; the mount is gone with its namespace.
	unshare --mount sh -c "mount -t proc proc '$1/proc' && chroot '$1' setfiles -F -e /proc /etc/selinux/default/contexts/files/file_contexts /" >"$work/setfiles" 2>&1 || {
		tail -n 5 "$work/setfiles"
		echo "run.sh: the files can't be labelled" >&2
		return 1
	}
}
