# The runtime in a container of its own that has every right, with the host's programs in it; and there as an ordinary user.
programs="setpriv unshare"
bundle=$work/nested

start() {
	mkdir -p "$bundle/rootfs" "$bundle/state"
	(cd "$bundle/rootfs" && mkdir usr etc proc sys dev run root tmp inner && chmod 1777 tmp)
	for name in bin sbin lib lib64; do [ ! -L "/$name" ] || ln -s "usr/$name" "$bundle/rootfs/$name"; done
	cp "$work/rootfs/etc/passwd" "$work/rootfs/etc/group" "$bundle/rootfs/etc/"
	cp -a "$work/rootfs" "$bundle/rootfs/inner/"
	cp "$program" "$bundle/rootfs/inner/runtime"
}
stop() { clean; }
clean() { "$program" --root "$bundle/state" delete --force "$cgroup" 2>/dev/null || :; }
diagnose() { ls -R "$bundle/state"; }
nothing_left() {
	clean
	[ -z "$(ls "$bundle/state")" ] || fail "state directories are left: $(ls "$bundle/state")"
	[ -z "$(cgroups)" ] || fail "cgroups are left: $(cgroups)"
}

# privileged COMMAND: runs the script of its input in a container with the rights of this machine's root. In the directory where it begins are the runtime and the
# bundle of a container that runs the command, with the namespaces and mounts that it can't do without.
privileged() {
	cat >"$bundle/rootfs/script"
	cat >"$bundle/rootfs/inner/config.json" <<-EOT
	{ "ociVersion": "1.0.2", "root": { "path": "rootfs" },
	  "process": { "args": ["sh", "-c", "$1"], "env": ["PATH=/bin"], "cwd": "/", "user": { "uid": 0, "gid": 0 } },
	  "mounts": [{ "destination": "/proc", "type": "proc", "source": "proc" }, { "destination": "/dev", "type": "tmpfs", "source": "tmpfs" }],
	  "linux": { "cgroupsPath": "/inner", "resources": { "pids": { "limit": 33 } }, "namespaces": [{ "type": "pid" }, { "type": "mount" }, { "type": "ipc" }, { "type": "uts" }, { "type": "cgroup" }] } }
	EOT
	every=$(setpriv --dump | sed -n 's/^Capability bounding set: //p' | tr a-z A-Z | sed 's/[^,][^,]*/"CAP_&"/g')
	cat >"$bundle/config.json" <<-EOT
	{ "ociVersion": "1.0.2", "root": { "path": "rootfs" },
	  "process": { "args": ["sh", "-eu", "/script"], "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], "cwd": "/inner", "user": { "uid": 0, "gid": 0 },
	    "capabilities": { "bounding": [$every], "effective": [$every], "permitted": [$every] } },
	  "mounts": [
	    { "destination": "/proc", "type": "proc", "source": "proc" },
	    { "destination": "/sys", "type": "sysfs", "source": "sysfs" },
	    { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["rw"] },
	    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"] },
	    { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666", "mode=0620"] },
	    { "destination": "/run", "type": "tmpfs", "source": "tmpfs" },
	    { "destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"] }],
	  "linux": { "cgroupsPath": "/$cgroup", "resources": { "devices": [{ "allow": true, "access": "rwm" }] },
	    "namespaces": [{ "type": "pid" }, { "type": "mount" }, { "type": "ipc" }, { "type": "uts" }, { "type": "network" }, { "type": "cgroup" }] } }
	EOT
	(cd "$bundle" && "$program" --root "$bundle/state" run "$cgroup" </dev/null)
}

test_a_container_in_a_container() {
	ends 0 privileged 'echo inner $$; exit 3' <<-'EOT'
	# On v2 no process stands where cgroups are made.
	[ ! -e /sys/fs/cgroup/cgroup.controllers ] || { mkdir /sys/fs/cgroup/leaf; echo 0 >/sys/fs/cgroup/leaf/cgroup.procs; }
	./runtime --root /run/s run one || echo "code $?"
	find /sys/fs/cgroup -name inner
	EOT
	equal "inner 1 code 3" "$(echo $output)" output
}

test_commands_in_a_container() {
	ends 0 privileged 'sleep 60' <<-'EOT'
	[ ! -e /sys/fs/cgroup/cgroup.controllers ] || { mkdir /sys/fs/cgroup/leaf; echo 0 >/sys/fs/cgroup/leaf/cgroup.procs; }
	rt() { ./runtime --root /run/s "$@"; }
	rt run --detach one </dev/null >/dev/null 2>&1
	rt exec one sh -c "echo exec"
	rt pause one
	rt list | grep -o paused
	rt resume one
	cat $(find /sys/fs/cgroup -path "*/inner/pids.max")
	rt update --pids-limit 44 one
	cat $(find /sys/fs/cgroup -path "*/inner/pids.max")
	rt kill one KILL
	until rt state one | grep -q stopped; do sleep 0.05; done
	rt delete one
	rt list --quiet
	find /sys/fs/cgroup -name inner
	EOT
	equal "exec paused 33 44" "$(echo $output)" output
}

test_rootless_in_a_container() {
	ends 0 privileged true <<-'EOT'
	mkdir /tmp/user
	cp -a rootfs runtime /tmp/user
	chown -R 1000:1000 /tmp/user
	cd /tmp/user
	cat >run <<-'END'
	./runtime spec --rootless
	sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sh", "-c", "echo rootless; id -u; cat \/proc\/self\/uid_map; exit 4"/' config.json
	./runtime --root /tmp/user/state run one || echo "code $?"
	END
	setpriv --reuid 1000 --regid 1000 --clear-groups sh -eu run
	EOT
	equal "rootless 0 0 1000 1 code 4" "$(echo $output)" output
}
