test_denied_device_can_not_be_opened() {
	config 'echo test >/dev/kmsg && echo opened' '{"devices":[{"allow":false,"access":"rwm"}]}' ',"devices":[{"path":"/dev/kmsg","type":"c","major":1,"minor":11}]'
	output=$(run 2>&1) || :
	case $output in *opened*) fail "the device program did not deny" ;; esac
	contains "not permitted" "$output"
}

test_allowed_device_can_be_opened() {
	config 'echo test >/dev/kmsg && echo opened; head -c 4 /dev/urandom | wc -c' \
		'{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":11,"access":"w"}]}' ',"devices":[{"path":"/dev/kmsg","type":"c","major":1,"minor":11}]'
	output=$(run 2>&1) || :
	contains opened "$output"
	contains 4 "$output"
}
