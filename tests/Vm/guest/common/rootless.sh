# Containers of someone who is not root. The bundle and the state are theirs.

export XDG_RUNTIME_DIR=/run/user/1000
namespaces='[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"},{"type":"user"}]'

as_tester() { setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/home/tester XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR ${DBUS:+"DBUS_SESSION_BUS_ADDRESS=$DBUS"} "$@"; }
cleanup() { as_tester ocirun delete -f $id 2>/dev/null || :; }
own() {
	[ -d $XDG_RUNTIME_DIR ] || { mkdir -p $XDG_RUNTIME_DIR && chown 1000:1000 $XDG_RUNTIME_DIR; }
	chown -R 1000:1000 $bundle
}

# rootless SCRIPT UIDS GIDS: a configuration for mappings of those sizes. No cgroupsPath: nobody gave them a cgroup.
rootless() {
	config "$1" '{}' ",\"uidMappings\":[$2],\"gidMappings\":[$3]" '' "$namespaces"
	sed -i -e 's/"cgroupsPath": "[^"]*", //' -e 's/{ "destination": "\/sys\/fs\/cgroup".*}/{ "destination": "\/tmp", "type": "tmpfs", "source": "tmpfs" }/' $bundle/config.json
	own
}

test_one_mapped_id_is_root_inside() {
	rootless 'id -u; touch /made' '{"containerID":0,"hostID":1000,"size":1}' '{"containerID":0,"hostID":1000,"size":1}'
	equal 0 "$(as_tester ocirun run --bundle $bundle $id)" "id"
	equal 1000 "$(stat -c %u $bundle/rootfs/made)" "owner of a file"
}

test_subordinate_ids_are_mapped_by_newuidmap() {
	range='{"containerID":0,"hostID":1000,"size":1},{"containerID":1,"hostID":100000,"size":1000}'
	[ -x "$(command -v newuidmap)" ] || skip "newuidmap is not installed"
	rootless 'cat /proc/self/uid_map; touch /made && chown 5:5 /made' "$range" "$range"
	sed -i 's/"CAP_KILL",/"CAP_KILL","CAP_CHOWN",/g' $bundle/config.json
	contains "100000" "$(as_tester ocirun run --bundle $bundle $id)"
	equal 100004 "$(stat -c %u $bundle/rootfs/made)" "owner of a file"
}

test_ids_of_others_are_refused() {
	range='{"containerID":0,"hostID":1000,"size":1},{"containerID":1,"hostID":2000,"size":10}'
	rootless 'true' "$range" "$range"
	as_tester ocirun run --bundle $bundle $id 2>/dev/null && fail "it ran with ids that are not theirs" || :
}
