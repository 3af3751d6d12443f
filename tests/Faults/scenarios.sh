# What is made to fail: verbs, and variants of the configuration. Read by run.sh.
# A scenario is VERB/VARIANT. prepare_VERB brings the container to where the verb begins, verb_VERB is the verb's arguments,
# done_VERB says whether what it reported as done is done.

variants='default user hooks terminal seccomp limits shared time'
# Verbs that read little of the configuration meet those variants that change what they do.
scenarios='
create/default create/user create/hooks create/terminal create/seccomp create/limits create/shared create/time
start/default start/user start/hooks start/terminal
run/default run/hooks run/user
foreground/default foreground/hooks
exec/default exec/user exec/seccomp exec/shared
kill/default kill/shared
pause/default resume/default update/default update/limits
delete/default delete/hooks force/default force/user force/hooks force/shared force/paused
state/default list/default version/default version/all
'
# Made by a small program, since ocirun makes no supervised containers: slow, so only what is different from the others.
supervised_scenarios="create/supervised start/supervised kill/supervised force/supervised"

config_of() { # VARIANT
	terminal=false namespaces='{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}' hooks= linux= args='"sleep","1000"'
	case $1 in brief-*) args='"report"' ;; esac
	case ${1#brief-} in
	user)
		namespaces="$namespaces"',{"type":"user"}'
		linux=',"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}]' ;;
	hooks)
		for hook in prestart createRuntime createContainer startContainer poststart poststop; do
			hooks="$hooks${hooks:+,}\"$hook\":[{\"path\":\"/bin/busybox\",\"args\":[\"true\"]}]"
		done
		hooks=",\"hooks\":{$hooks}" ;;
	terminal) terminal=true ;;
	seccomp) linux=',"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["acct","bpf","reboot"],"action":"SCMP_ACT_ERRNO"}]}' ;;
	limits) linux=',"resources":{"devices":[{"allow":false,"access":"rwm"}],"memory":{"limit":268435456},"cpu":{"shares":512,"quota":50000,"period":100000},"pids":{"limit":100}}' ;;
	shared) namespaces='{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}' ;;
	time)
		namespaces="$namespaces"',{"type":"time"}'
		linux=',"timeOffsets":{"boottime":{"secs":60}}' ;;
	esac
	cat <<-JSON
	{"ociVersion":"1.2.0","root":{"path":"$work/rootfs","readonly":true},"hostname":"faults",
	"process":{"terminal":$terminal,"user":{"uid":0,"gid":0},"args":[$args],"env":["PATH=/bin"],"cwd":"/","noNewPrivileges":true,
	 "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"]},"rlimits":[{"type":"RLIMIT_NOFILE","hard":1024,"soft":1024}]},
	"mounts":[{"destination":"/proc","type":"proc","source":"proc"},
	 {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]},
	 {"destination":"/dev/pts","type":"devpts","source":"devpts","options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"]},
	 {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]},
	 {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","options":["nosuid","noexec","nodev","relatime","ro"]}]$hooks,
	"linux":{"namespaces":[$namespaces],"maskedPaths":["/proc/kcore","/proc/keys","/sys/firmware"],"readonlyPaths":["/proc/bus","/proc/sys"]$linux}}
	JSON
}

oci() { "$ocirun" --root "$root" "$@" >>"$work/before" 2>&1 </dev/null; }
make_container() {
	if [ "$variant" = supervised ]; then "$supervised" "$root" "$work/$bundle" "$id" >>"$work/before" 2>&1 </dev/null; else oci create $socket --bundle "$work/$bundle" "$id"; fi
}
make_running() { make_container && oci start "$id"; }

prepare_create() { :; }
prepare_run() { :; }
prepare_foreground() { :; }
prepare_version() { :; }
prepare_start() { make_container; }
prepare_resume() { make_running && oci pause "$id"; }
prepare_delete() { make_running && oci kill "$id" KILL && eventually status_is stopped; }
prepare_force() { make_running && { [ "$variant" != paused ] || oci pause "$id"; }; }
for verb in exec kill pause update state list; do eval "prepare_$verb() { make_running; }"; done

verb_create() { [ "$variant" != supervised ] || { echo "$work/$bundle" "$id"; return; }; echo create $socket --bundle "$work/$bundle" "$id"; }
verb_run() { echo run --detach $socket --bundle "$work/$bundle" "$id"; }
verb_foreground() { echo run --bundle "$work/$bundle" "$id"; }
verb_start() { echo start "$id"; }
verb_exec() { echo exec "$id" report; }
verb_kill() { echo kill "$id" KILL; }
verb_pause() { echo pause "$id"; }
verb_resume() { echo resume "$id"; }
verb_update() { echo update --pids-limit 77 "$id"; }
verb_delete() { echo delete "$id"; }
verb_force() { echo delete --force "$id"; }
verb_state() { echo state "$id"; }
verb_list() { echo list; }
verb_version() { echo --version; }

status_is() {
	oci_output state "$id" || return 1
	while read -r line; do case $line in *"\"status\": \"$1\""*) return 0 ;; esac; done <"$work/output"
	return 1
}
# A program got no descriptors but those of its caller. report has two of its own: the script, and the directory that it reads.
has_reported() {
	read -r line <"$work/out" || return 1
	[ "$line" = "it-ran 0 1 10 2 3" ] || { echo "the program says: $line" >"$work/output"; return 1; }
}
has_no_descriptors() {
	while read -r word rest; do case $word in '"pid":') pid=${rest%,} ;; esac; done <"$work/output"
	set -- /proc/"$pid"/fd/*
	[ $# = 3 ] || { echo "the program has the descriptors $*" >"$work/descriptors"; return 1; }
}
is_gone() { [ ! -e "$root/$id" ]; }
pids_limit() { for each in $(cgroups_of "$id"); do cat "$each/pids.max" 2>/dev/null || :; done; }

done_create() { status_is created; }
done_run() { status_is running && eventually has_no_descriptors; }
done_start() { status_is running && eventually has_no_descriptors; }
done_foreground() { has_reported && is_gone; }
done_exec() { has_reported; }
done_kill() { eventually status_is stopped; }
done_pause() { status_is paused; }
done_resume() { status_is running; }
done_update() { [ "$(pids_limit)" = 77 ]; }
done_delete() { is_gone; }
done_force() { is_gone; }
done_state() { grep -q '"status": "running"' "$work/out"; }
done_list() { grep -q "$id .*running" "$work/out"; }
done_version() { grep -q ^ "$work/out"; }

# undone_VERB: what a verb that failed by itself, without being killed, leaves as it was.
undone_create() { is_gone && clean; }
undone_run() { is_gone && clean; }
undone_foreground() { eventually no_strangers; }
undone_update() { [ "$(pids_limit)" != 77 ]; }
undone_exec() { eventually alone; }
for verb in start kill pause resume delete force state list version; do eval "undone_$verb() { :; }"; done
