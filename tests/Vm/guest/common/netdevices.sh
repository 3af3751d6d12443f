# Devices that move into the container's network namespace (runtime-spec, config-linux.md, "Network Devices").

device() {
	ip link add oci-dummy type dummy 2>/dev/null || skip "the kernel has no dummy network device"
	ip addr add 10.9.8.7/24 dev oci-dummy
	ip link set oci-dummy up
}
gone() { ip link del oci-dummy 2>/dev/null || :; }

test_a_device_moves_with_its_address_and_another_name() {
	device
	config 'ip addr show eth7' '{}' ',"netDevices":{"oci-dummy":{"name":"eth7"}}'
	contains "10.9.8.7/24" "$(run)"
	gone
}

test_a_device_is_not_on_the_host_while_the_container_has_it() {
	device
	config 'sleep 60' '{}' ',"netDevices":{"oci-dummy":{}}'
	start
	[ ! -e /sys/class/net/oci-dummy ] || fail "the device is still on the host"
	contains oci-dummy "$(ocirun exec $id ip link)"
	ocirun delete -f $id
	gone
}

test_a_device_ends_with_its_container() {
	device
	config 'sleep 60' '{}' ',"netDevices":{"oci-dummy":{"name":"eth7"}}'
	start
	ocirun delete -f $id
	[ ! -e /sys/class/net/oci-dummy ] || fail "it is back"
}

test_a_missing_device_is_named() {
	config 'true' '{}' ',"netDevices":{"oci-nosuch":{}}'
	output=$(run 2>&1) && fail "it ran" || :
	contains oci-nosuch "$output"
}
