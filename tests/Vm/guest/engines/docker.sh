# Docker with scopes of systemd, on a machine where a container may have every capability. Each beside Debian's runc.
# seconds: 400
runtimes='ocirun runc'

has_daemon() {
	[ ! -e /etc/docker/daemon.json ] || return 0
	mkdir -p /etc/docker
	cat >/etc/docker/daemon.json <<-EOT
	{ "runtimes": { "ocirun": { "path": "/payload/bin/ocirun" } }, "exec-opts": ["native.cgroupdriver=systemd"], "experimental": true,
	  "bridge": "none", "iptables": false, "ip6tables": false, "ip-forward": false, "ip-masq": false, "userland-proxy": false }
	EOT
	# Not by its socket: whoever asks first would wait for it.
	systemctl stop docker.socket docker >/dev/null 2>&1 || :
	systemctl reset-failed docker >/dev/null 2>&1 || :
	systemctl start docker >/tmp/docker.said 2>&1 || fail "$(cat /tmp/docker.said; journalctl -u docker -u containerd | tail -n 20)"
	tar -C /tmp/rootfs -c . | docker import - busybox >/dev/null
}
run() { has_daemon; docker run --runtime $runtime --network none --name $id "$@"; }
background() { run --detach "$@" >/tmp/$id.said 2>&1 || fail "$runtime: $(cat /tmp/$id.said)"; }
cleanup() { docker rm --force $id >/dev/null 2>&1 || :; }

test_privileged() {
	first=
	for runtime in $runtimes; do
		output=$(run --rm --privileged busybox sh -c 'sed -n "s/^CapEff:.//p" /proc/self/status; mount -t tmpfs none /tmp && echo mounted; [ -b /dev/vdb ] && echo disk; echo 1 >/proc/sys/vm/overcommit_memory && echo set; sed -n "s/^Seccomp:.//p" /proc/self/status')
		echo 0 >/proc/sys/vm/overcommit_memory
		output=$(echo "$output" | tr '\n' ' ')
		contains " mounted disk set 0" "$output"
		# Docker 20.10 knows fewer capabilities than the kernel.
		equal "${first:-$output}" "$output" "what runc gives is what ocirun does"
		first=$output
	done
}

test_a_scope_has_the_limits() {
	for runtime in $runtimes; do
		background --memory 64m --pids-limit 57 busybox sleep 100
		scope=docker-$(docker inspect --format '{{.Id}}' $id).scope
		equal "0::/system.slice/$scope" "$(cat /proc/$(docker inspect --format '{{.State.Pid}}' $id)/cgroup)" "cgroup, $runtime"
		equal "67108864 57" "$(systemctl show -P MemoryMax -P TasksMax $scope | tr '\n' ' ' | sed 's/ $//')" "limits of the scope, $runtime"
		docker update --memory 80m --memory-swap 80m $id >/dev/null
		equal 83886080 "$(systemctl show -P MemoryMax $scope)" "limit after an update, $runtime"
		docker rm --force $id >/dev/null
	done
}

counted() { docker exec $id sh -c "[ \$(cat /count) -gt $1 ]"; }

test_a_checkpoint_goes_on() {
	for runtime in $runtimes; do
		background busybox sh -c 'n=0; while :; do n=$((n + 1)); echo $n >/new; mv /new /count; sleep 0.1; done'
		until_true 60 counted 5
		docker checkpoint create $id one >/tmp/$id.said 2>&1 || fail "$runtime: $(cat /tmp/$id.said)"
		equal exited "$(docker inspect --format '{{.State.Status}}' $id)" "after a checkpoint, $runtime"
		docker cp $id:/count /tmp/$id.count
		docker start --checkpoint one $id >/tmp/$id.said 2>&1 || fail "$runtime: $(cat /tmp/$id.said)"
		[ "$(docker exec $id cat /count)" -ge "$(cat /tmp/$id.count)" ] || fail "it began anew, $runtime"
		until_true 60 counted $(($(cat /tmp/$id.count) + 5))
		docker rm --force $id >/dev/null
	done
}
