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

# notifying SCRIPT: a unit whose container says when it is ready. It has systemd's own program for that from the system.
notifying() {
	config "$1"
	mkdir -p $bundle/rootfs/usr
	ln -sf usr/lib $bundle/rootfs/lib && ln -sf usr/lib64 $bundle/rootfs/lib64
	jq '.mounts += [{ "destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"] }]' $bundle/config.json >$bundle/config.new
	mv $bundle/config.new $bundle/config.json
	cat >/run/systemd/system/$unit <<-EOT
		[Service]
		Type=notify
		NotifyAccess=all
		ExecStart=/payload/bin/ocirun $manager run --detach --bundle $bundle $id
		ExecStopPost=/payload/bin/ocirun delete --force $id
		TimeoutStartSec=60
		TimeoutStopSec=20
	EOT
	systemctl daemon-reload
}

test_a_container_says_that_it_is_ready() {
	notifying 'sleep 1; /usr/bin/systemd-notify --ready --status=never-seen; exec sleep 1000'
	systemctl start $unit || fail "$(journalctl -u $unit --no-pager -o cat)"
	equal active "$(systemctl show -P ActiveState $unit)" "state of the unit"
	equal "$(state pid)" "$(main)" "main process"
	equal "" "$(systemctl show -P StatusText $unit)" "what else the container says"
	systemctl stop $unit
	ocirun state $id 2>/dev/null && fail "the container is left" || :
}

test_a_container_that_ends_before_it_is_ready_fails_the_unit() {
	notifying 'exit 3'
	systemctl start $unit 2>/dev/null && fail "it started" || :
	equal failed "$(systemctl show -P ActiveState $unit)" "state of the unit"
	systemctl reset-failed $unit
}

test_a_socket_unit_hands_its_socket_in() {
	config 'echo "$LISTEN_FDS $LISTEN_PID $(readlink /proc/self/fd/3 | cut -c 1-7)" >/result; exec sleep 1000'
	printf '[Socket]\nListenStream=/run/oci-web.sock\n' >/run/systemd/system/oci-web.socket
	printf '[Service]\nExecStart=/payload/bin/ocirun %s run --bundle %s %s\nExecStopPost=/payload/bin/ocirun delete --force %s\nTimeoutStopSec=20\n' "$manager" $bundle $id $id >/run/systemd/system/$unit
	systemctl daemon-reload
	systemctl start oci-web.socket
	systemctl start $unit
	until_true 20 test -s $bundle/rootfs/result
	equal "1 1 socket:" "$(cat $bundle/rootfs/result)" "what came in"
	systemctl stop $unit oci-web.socket
	rm /run/systemd/system/oci-web.socket
}
