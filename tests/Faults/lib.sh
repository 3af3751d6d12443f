# The machine of a run, its points, and what is looked at after each. Read by run.sh.

uptime_seconds() { read -r up rest </proc/uptime; echo "${up%.*}"; }

# A machine of the run's own: what a fault lets somebody write or leave is seen here, and gone with the namespaces.
private_machine() {
	mount -t proc proc /proc
	mkdir -p "$work/rootfs/bin" "$work/dev" "$root"
	mount -t tmpfs -o mode=755 tmpfs "$work/dev"
	for node in null zero full random urandom tty; do : >"$work/dev/$node" && mount --bind /dev/$node "$work/dev/$node"; done
	mkdir "$work/dev/pts" "$work/dev/shm" "$work/dev/mqueue"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$work/dev/pts"
	ln -s pts/ptmx "$work/dev/ptmx" && ln -s /proc/self/fd "$work/dev/fd"
	mount --rbind "$work/dev" /dev
	mount --bind "$work" /mnt
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	mkdir "$work"
	mount --move /mnt "$work"
	for directory in /run /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs $directory; done
	for directory in dev proc sys tmp; do mkdir -p "$work/rootfs/$directory"; done
	cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
	for applet in echo sh sleep true; do ln -sf busybox "$work/rootfs/bin/$applet"; done
	chmod 711 "$work"
	chmod 700 "$root"
	"$work/listen" "$work/console" >/dev/null 2>&1 &
	cp /proc/self/mountinfo "$work/mounts"
	interfaces >"$work/interfaces"
	list_processes
	own=$alive
	list_files
	own_files="$files $root/.seccomp"
}

make_bundles() {
	for each in $variants brief; do
		mkdir -p "$work/$each"
		config_of "$each" >"$work/$each/config.json"
	done
}

# Names, since the numbers of the traffic change.
interfaces() { sed -n 's/^ *\([^ :]*\):.*/\1/p' /proc/net/dev; }

# Sets alive to the pids of all that lives in this namespace. Zombies of this shell are none: it reaps them while it waits.
list_processes() {
	alive=
	for each in /proc/[0-9]*; do
		read -r line <"$each/stat" || continue
		case ${line##*) } in [ZX]*) ;; *) alive="$alive ${each#/proc/}" ;; esac
	done 2>/dev/null
}

# Sets files to what is in the state root and where files of a moment are made.
list_files() {
	files=
	for each in "$root"/* "$root"/.[!.]* /run/* /dev/shm/* /tmp/* /tmp/.[!.]*; do [ ! -e "$each" ] || files="$files $each"; done
}

# What is left of the container, or of a verb: nothing is printed when there is nothing.
leftovers() {
	list_processes
	for each in $alive; do
		case "$own " in *" $each "*) continue ;; esac
		{ read -r comm <"/proc/$each/comm" && echo "process $each $comm $(tr '\0' ' ' <"/proc/$each/cmdline")"; } 2>/dev/null || :
	done
	for each in /sys/fs/cgroup/"$id" /sys/fs/cgroup/*/"$id"; do [ ! -d "$each" ] || echo "cgroup $each"; done
	list_files
	for each in $files; do
		case "$own_files " in *" $each "*) ;; *) echo "file $each" ;; esac
	done
	cmp -s /proc/self/mountinfo "$work/mounts" || diff "$work/mounts" /proc/self/mountinfo | sed -n 's/^[<>]/mount &/p'
	interfaces | cmp -s - "$work/interfaces" || echo "interfaces: $(interfaces | tr '\n' ' ')"
}

eventually() { # COMMAND...: true as soon as the command is, within two seconds
	for pause in 0 0.01 0.02 0.05 0.1 0.2 0.3 0.5 1; do
		[ $pause = 0 ] || sleep $pause
		! "$@" || return 0
	done
	return 1
}

clean() { eventually nothing_left; }
nothing_left() { leftovers >"$work/left" && [ ! -s "$work/left" ]; }
oci_output() { timeout 20 "$ocirun" --root "$root" "$@" >"$work/output" 2>&1 </dev/null; }

# Only the container's first process is in it.
alone() { oci_output ps -f json "$id" && ! grep -q , "$work/output"; }

split() { # SCENARIO: sets verb, variant and bundle
	verb=${1%/*} variant=${1#*/} bundle=${1#*/} socket=
	case $verb/$variant in
	foreground/default) bundle=brief ;;
	*/paused | version/*) bundle=default ;;
	*/terminal) socket="--console-socket $work/console" ;;
	esac
}

# inject_verb OPTION...: runs the scenario's verb under the injector.
inject_verb() {
	attach= every=
	[ "$verb" != start ] || { read -r pid <"$work/pid"; attach="--attach $pid=init"; }
	[ "$variant" != all ] || every=--all
	: >"$work/report"
	# shellcheck disable=SC2046
	"$work/inject" --report "$work/report" $attach $every "$@" -- "$ocirun" --root "$root" $("verb_$verb") >"$work/out" 2>"$work/err" </dev/null
}

# The calls of a scenario, from a run in which nothing fails: KIND N NAME.
calls_of() {
	split "$1"
	id=$name-0
	: >"$work/before"
	if ! "prepare_$verb" || ! inject_verb --list || ! grep -q '^exit 0$' "$work/report" || ! "done_$verb"; then
		echo "run.sh: $1 fails without any fault:" >&2
		cat "$work/before" "$work/out" "$work/err" "$work/report" >&2
		oci_output delete --force "$id" || :
		return 1
	fi
	sed -n 's/^call //p' "$work/report"
	oci_output delete --force "$id" || :
	clean || { echo "run.sh: $1 leaves something without any fault:" >&2; cat "$work/left" >&2; return 1; }
}

# All points of the scenarios that have a part of their name among the arguments: SCENARIO:KIND:N:ACTION.
all_points() {
	calls_of version/default >"$work/startup"
	for scenario in $scenarios; do
		selected "$scenario" "$@" || continue
		calls_of "$scenario" >"$work/calls" || continue
		awk -v scenario="$scenario" -f "$here/points.awk" "$here/errnos" "$work/startup" "$work/calls"
	done
}

selected() { # NAME PART...
	selected_name=$1; shift
	[ $# -gt 0 ] || return 0
	for part in "$@"; do case $selected_name in *"$part"*) return 0 ;; esac; done
	return 1
}

# shuffled SEED K M: every M-th line from the K-th on, of an order that the seed gives.
shuffled() { awk -v seed="$1" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f 2 | awk -v k="$2" -v m="$3" 'NR % m == k'; }

# wrong: says what was wrong after a point; nothing when all was as it must be.
wrong() {
	code=$(sed -n 's/^exit //p' "$work/report")
	grep -q '^late' "$work/report" && echo "no end within the deadline" && sed -n '/^late/p' "$work/report"
	case $code in
	0) "done_$verb" || echo "answers 0 and has not done it" ;;
	'') # a signal: ours, or an abort of .NET
		grep -q -e '^signal 9$' "$work/report" && [ "$action" = kill ] || internal_call || echo "ended by $(grep ^signal "$work/report")" ;;
	*)
		is_named || echo "the message does not name the call"
		[ "$action" = kill ] || internal_call || "undone_$verb" || { echo "fails and is not undone"; cat "$work/left"; } ;;
	esac
	timeout 30 "$ocirun" --root "$root" delete --force "$id" >"$work/delete" 2>&1 </dev/null || echo "delete --force fails ($?): $(cat "$work/delete")"
	clean || cat "$work/left"
}

internal_call() { [ "$variant" = all ]; }

# A message names the call or says what it answered; one about a killed process says that something died.
is_named() {
	[ -s "$work/err" ] || [ -n "$was_internal" ] || return 1
	! grep -q -e 'internal error' -e 'Unhandled' -e 'errno 0' "$work/err" || return 1
	[ "$action" != kill ] || return 0
	[ "$variant" != all ] || return 0
	call=$(sed -n 's/^hit [^ ]* [^ ]* \([^ ]*\) .*/\1/p' "$work/report")
	text=$(sed -n 's/^errno //p' "$work/report")
	grep -q -i -F -e "$text" -e "$call" "$work/err"
}

# try_point SCENARIO KIND N ACTION: sets was_hit; false and a report when something was wrong.
try_point() {
	split "$1"
	kind=$2 count=$3 action=$4 was_hit= was_internal=
	number=$((${number:-0} + 1)) id=$name-$((${number:-0} + 1))
	: >"$work/before" && : >"$work/left" && : >"$work/err" && : >"$work/report"
	if "prepare_$verb"; then
		inject_verb --at "$kind:$count:$action" || :
		! grep -q ^hit "$work/report" || was_hit=yes
		wrong >"$work/wrong"
	else
		{ echo "could not be prepared"; cat "$work/before"; oci_output delete --force "$id"; } >"$work/wrong" || :
	fi
	[ -s "$work/wrong" ] || return 0
	echo "FAILED $scenario:$kind:$count:$action ($(sed -n 's/^hit [^ ]* [^ ]* //p' "$work/report"); $(grep -E '^(exit|signal)' "$work/report"))"
	sed 's/^/    /' "$work/wrong"
	[ ! -s "$work/err" ] || sed 's/^/    says: /' "$work/err"
	echo "    again: tests/Faults/run.sh --point $scenario:$kind:$count:$action"
	end_leftovers
	return 1
}

# What a point left must not count for the next.
end_leftovers() {
	oci_output delete --force "$id" || :
	sed -n 's/^process \([0-9]*\) .*/\1/p' "$work/left" | xargs -r kill -KILL 2>/dev/null || :
	list_processes
	for each in $alive; do case "$own " in *" $each "*) ;; *) kill -KILL "$each" 2>/dev/null || : ;; esac; done
	eventually no_strangers || :
	for each in /sys/fs/cgroup/"$id" /sys/fs/cgroup/*/"$id"; do [ ! -d "$each" ] || find "$each" -depth -type d -exec rmdir {} + 2>/dev/null || :; done
	rm -rf "$root" && mkdir -m 700 "$root"
}

no_strangers() { list_processes; [ "$alive" = "$own" ]; }
