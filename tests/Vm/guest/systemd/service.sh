# A container as a unit of systemd: ocirun leaves, systemd adopts the container's init and watches it.

unit=oci-web.service

# service SCRIPT: makes the bundle and the unit.
service() {
	config "$1"
	cat >/run/systemd/system/$unit <<-EOT
		[Service]
		Type=forking
		PIDFile=/run/oci-web.pid
		ExecStart=/payload/bin/ocirun $manager run --detach --pid-file /run/oci-web.pid --bundle $bundle $id
		ExecStopPost=/payload/bin/ocirun delete --force $id
		Restart=always
		RestartSec=0
		TimeoutStopSec=20
	EOT
	systemctl daemon-reload
}
cleanup() {
	systemctl stop $unit 2>/dev/null || :
	rm -f /run/systemd/system/$unit
	systemctl daemon-reload
	ocirun delete -f $id 2>/dev/null || :
}
main() { systemctl show -P MainPID $unit; }
again() { [ "$(main)" != "$1" ] && [ "$(main)" != 0 ] && [ "$(systemctl show -P ActiveState $unit)" = active ]; }

test_the_containers_init_is_the_main_process() {
	service 'trap "exit 0" TERM; while :; do sleep 0.2; done'
	systemctl start $unit
	equal active "$(systemctl show -P ActiveState $unit)" "state of the unit"
	equal "$(state pid)" "$(main)" "main process"
	equal running "$(state status)" "state of the container"
	systemctl stop $unit
	ocirun state $id 2>/dev/null && fail "the container is left" || :
}

test_a_container_that_dies_is_started_again() {
	service 'trap "exit 0" TERM; while :; do sleep 0.2; done'
	systemctl start $unit
	first=$(main)
	ocirun kill $id KILL
	until_true 20 again $first
	equal running "$(state status)" "state of the container"
	equal "$(state pid)" "$(main)" "main process"
	equal 1 "$(systemctl show -P NRestarts $unit)" "restarts"
	systemctl stop $unit
}

test_a_container_that_does_not_start_fails_the_unit() {
	service 'true'
	sed -i 's/"\/bin\/sh", "\/bin\/main"/"\/bin\/nosuch"/' $bundle/config.json
	sed -i 's/^Restart=always/Restart=no/' /run/systemd/system/$unit
	systemctl daemon-reload
	systemctl start $unit 2>/dev/null && fail "it started" || :
	contains nosuch "$(journalctl -u $unit --no-pager -o cat)"
	systemctl reset-failed $unit
}
