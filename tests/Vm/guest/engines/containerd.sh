# containerd's shim with SystemdCgroup = true. Beside Debian's runc.
# seconds: 400
runtimes='/payload/bin/ocirun /usr/sbin/runc'

cleanup() { ctr tasks delete --force $id >/dev/null 2>&1 || :; ctr containers delete $id >/dev/null 2>&1 || :; }

test_the_shim_makes_a_scope() {
	systemctl start containerd
	for runtime in $runtimes; do
		cp -a /tmp/rootfs /tmp/$id.rootfs
		ctr run --detach --null-io --runc-binary $runtime --runc-systemd-cgroup --cgroup system.slice:ctr:$id --memory-limit 67108864 --rootfs /tmp/$id.rootfs $id /bin/sleep 100 >/tmp/$id.said 2>&1 || fail "$runtime: $(cat /tmp/$id.said)"
		pid=$(ctr tasks list | sed -n "s/^$id  *\([0-9]*\) .*/\1/p")
		equal "0::/system.slice/ctr-$id.scope" "$(cat /proc/$pid/cgroup)" "cgroup, $runtime"
		equal 67108864 "$(systemctl show -P MemoryMax ctr-$id.scope)" "limit of the scope, $runtime"
		equal "0::/system.slice/ctr-$id.scope" "$(ctr tasks exec --exec-id one $id /bin/cat /proc/self/cgroup | tail -n 1)" "cgroup of an exec, $runtime"
		ctr tasks kill --signal KILL $id
		ctr tasks delete $id >/dev/null 2>&1 || :
		ctr containers delete $id
		rm -rf /tmp/$id.rootfs
	done
}
