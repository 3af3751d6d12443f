# profile NAME RULES: loads a profile that allows everything but what the rules deny.
profile() {
	[ -d /sys/kernel/security/apparmor ] || skip "AppArmor is not active"
	printf 'profile %s flags=(attach_disconnected,mediate_deleted) {\n  file,\n  capability,\n  network,\n  signal,\n  ptrace,\n  unix,\n  mount,\n  umount,\n  %s\n}\n' "$1" "$2" | apparmor_parser --replace --skip-cache --quiet
}

test_a_profile_is_on_the_process() {
	profile oci-plain ''
	config 'cat /proc/self/attr/current' '{}' '' ',"apparmorProfile":"oci-plain"'
	equal "oci-plain (enforce)" "$(run)" "profile"
}

test_a_profile_denies() {
	profile oci-deny 'deny /etc/secret rw,'
	config 'cat /etc/open; cat /etc/secret' '{}' '' ',"apparmorProfile":"oci-deny"'
	echo open >$bundle/rootfs/etc/open
	echo secret >$bundle/rootfs/etc/secret
	output=$(run 2>&1) && fail "the file could be read" || :
	contains open "$output"
	contains "Permission denied" "$output"
	case $output in *secret\ *) ;; *"
secret"*) fail "the file was read" ;; esac
}

test_without_a_profile_a_process_is_unconfined() {
	config 'cat /proc/self/attr/current'
	equal unconfined "$(run)" "profile"
}

test_a_profile_that_is_not_loaded_is_named() {
	config 'true' '{}' '' ',"apparmorProfile":"oci-nosuch"'
	output=$(run 2>&1) && fail "it ran" || :
	contains oci-nosuch "$output"
	contains apparmor "$output"
}

test_exec_has_the_profile_of_its_container_or_another() {
	profile oci-plain ''
	profile oci-other ''
	config 'sleep 60' '{}' '' ',"apparmorProfile":"oci-plain"'
	start
	equal "oci-plain (enforce)" "$(ocirun exec $id cat /proc/self/attr/current)" "profile"
	equal "oci-other (enforce)" "$(ocirun exec --apparmor oci-other $id cat /proc/self/attr/current)" "profile"
	ocirun kill $id KILL
}
