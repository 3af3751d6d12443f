# Labels of processes and mounts under Debian's policy. Permissive: what a label would deny is not tested.

label=system_u:system_r:unconfined_t:s0:c1,c2
other=system_u:system_r:unconfined_t:s0:c3,c4
mount_label=system_u:object_r:tmpfs_t:s0:c1,c2

active() { [ -e /sys/fs/selinux/enforce ] || skip "SELinux is not active"; }

test_the_label_is_on_the_process() {
	active
	config 'tr -d "\0" </proc/self/attr/current' '{}' '' ",\"selinuxLabel\":\"$label\""
	equal "$label" "$(run)" "label"
}

test_without_a_label_the_process_has_the_policys() {
	active
	config 'tr -d "\0" </proc/self/attr/current'
	contains ":" "$(run)"
}

test_the_mount_label_is_on_mounts_and_files() {
	active
	config 'touch /dev/shm/file; sleep 60' '{}' ",\"mountLabel\":\"$mount_label\"" ",\"selinuxLabel\":\"$label\""
	start
	init=$(state pid)
	until_true 10 test -e /proc/$init/root/dev/shm/file
	contains "$mount_label" "$(ls -Zd /proc/$init/root/dev/shm)"
	contains "$mount_label" "$(ls -Z /proc/$init/root/dev/shm/file)"
	contains "$mount_label" "$(grep ' /dev/shm ' /proc/$init/mountinfo)"
	ocirun kill $id KILL
}

test_exec_has_the_label_of_its_container_or_another() {
	active
	config 'sleep 60' '{}' '' ",\"selinuxLabel\":\"$label\""
	start
	equal "$label" "$(ocirun exec $id cat /proc/self/attr/current | tr -d '\0')" "label"
	equal "$other" "$(ocirun exec --process-label $other $id cat /proc/self/attr/current | tr -d '\0')" "label"
	ocirun kill $id KILL
}

test_a_label_that_the_policy_does_not_know_is_named() {
	active
	config 'true' '{}' '' ',"selinuxLabel":"system_u:system_r:oci_nosuch_t:s0"'
	output=$(run 2>&1) && fail "it ran" || :
	contains oci_nosuch_t "$output"
}
