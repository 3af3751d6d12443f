# The points of a run, and what is looked at after each. Read by run.sh.

# Only the container's first process is in it.
alone() { oci_output ps -f json "$id" && ! grep -q , "$work/output"; }

split() { # SCENARIO: sets verb, variant and bundle
	verb=${1%/*} variant=${1#*/} bundle=${1#*/} socket=
	case $verb/$variant in
	foreground/*) bundle=brief-$variant ;;
	*/paused | version/*) bundle=default ;;
	*/supervised) bundle=default ;;
	*/terminal) socket="--console-socket $work/console" ;;
	esac
}

# The container's own processes, which the verb meets: init, and its supervisor.
attach_processes() {
	"$ocirun" --root "$root" state "$id" >"$work/output"
	attach="--attach $(sed -n 's/^ *"pid": \([0-9]*\),*/\1/p' "$work/output")=init"
	[ "$variant" != supervised ] || attach="$attach --attach $(sed -n 's/.*"supervisorPid":\([0-9]*\).*/\1/p' "$root/$id/state.json")=helper"
}

# inject_verb OPTION...: runs the scenario's verb under the injector.
inject_verb() {
	attach= options= program="$ocirun --root $root"
	case $verb/$variant in
	create/supervised) options="--from /oci-faults-begin" program="$supervised $root" ;;
	start/* | */supervised) attach_processes ;;
	version/all) options=--all ;;
	esac
	: >"$work/report"
	# shellcheck disable=SC2046
	"$work/inject" --report "$work/report" $attach $options "$@" -- $program $("verb_$verb") >"$work/out" 2>"$work/err" </dev/null
}

# The calls of a scenario, from a run in which nothing fails: KIND N NAME.
calls_of() {
	split "$1"
	id=$name-0
	: >"$work/before"
	if ! "prepare_$verb" || ! inject_verb --list || ! grep -q '^exit 0$' "$work/report" || ! "done_$verb"; then
		echo "run.sh: $1 fails without any fault:" >&2
		cat "$work/before" "$work/out" "$work/err" >&2
		grep -v ^call "$work/report" >&2 || :
		oci_output delete --force "$id" || :
		return 1
	fi
	sed -n 's/^call //p' "$work/report"
	oci_output delete --force "$id" || :
	clean || { echo "run.sh: $1 leaves something without any fault:" >&2; cat "$work/left" >&2; return 1; }
}

# All points of the scenarios that have a part of their name among the arguments: SCENARIO:KIND:N:ACTION[:CALL].
all_points() {
	calls_of version/default >"$work/startup"
	if [ -x "$supervised" ]; then scenarios="$scenarios $supervised_scenarios"; else echo "run.sh: without supervised containers: $supervised is not built" >&2; fi
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

# The lines of the report into variables, without a process of its own for each.
read_report() {
	was_hit= hit_call= hit_what= text= code= signal= late=
	while read -r word rest; do
		case $word in
		hit) was_hit=$rest hit_what=${rest#* * } hit_call=${hit_what%% *} ;;
		errno) text=$rest ;;
		exit) code=$rest ;;
		signal) signal=$rest ;;
		late) late="$late    $rest
" ;;
		esac
	done <"$work/report"
}

# wrong: says what was wrong after a point; nothing when all was as it must be.
wrong() {
	rm -f "$work/descriptors"
	: >"$work/output"
	[ -z "$late" ] || printf 'no end within the deadline\n%s' "$late"
	case $code in
	0) "done_$verb" || was_killed || echo "answers 0 and has not done it: $(cat "$work/descriptors" "$work/output" 2>/dev/null | head -n 1)" ;;
	'') # ours, or an abort of .NET
		[ "$signal:$action" = 9:kill ] || internal_call || echo "ended by signal $signal" ;;
	*)
		is_named || killed_program || echo "the message does not name the call"
		[ "$action" = kill ] || internal_call || "undone_$verb" || { echo "fails and is not undone: $(tr -d '\n\t' <"$work/output")"; cat "$work/left"; } ;;
	esac
	timeout 30 "$ocirun" --root "$root" delete --force "$id" >"$work/delete" 2>&1 </dev/null || echo "delete --force fails ($?): $(cat "$work/delete")"
	clean || cat "$work/left"
}

# What was ready, or ran already, was killed: that is the container's end and not a failure of the verb.
was_killed() { case $action:$kind in kill:init*) eventually is_over ;; *) return 1 ;; esac; }
# The program of run or exec was killed: its code is the answer.
killed_program() { case $code:$verb in 137:foreground | 137:exec) [ "$action" = kill ] ;; *) return 1 ;; esac; }
is_over() { status_is stopped || is_gone; }

internal_call() { [ "$verb" = version ]; }

# A message names the call or says what it answered; one about a killed process says that something died.
is_named() {
	message=
	while read -r line; do message="$message $line"; done <"$work/err"
	case $message in '' | *'internal error'* | *Unhandled* | *'errno 0'*) return 1 ;; esac
	[ "$action" != kill ] && [ "$verb" != version ] || return 0
	case $message in *"$text"* | *"$hit_call"*) ;; *) printf '%s' "$message" | grep -q -i -F -e "$text" -e "$(musl_text)" ;; esac
}

# The helper's C library has other words for some errnos.
musl_text() {
	case $text in
	'Input/output error') echo 'I/O error' ;;
	'Cannot allocate memory') echo 'Out of memory' ;;
	'Too many open files') echo 'No file descriptors available' ;;
	*) echo "$text" ;;
	esac
}

# try_point SCENARIO KIND N ACTION [CALL]: sets was_hit; false and a report when something was wrong.
try_point() {
	split "$1"
	kind=$2 count=$3 action=$4 point=$1:$2:$3:$4${5:+:$5}
	number=$((${number:-0} + 1)) id=$name-$((${number:-0} + 1))
	: >"$work/before" && : >"$work/left" && : >"$work/err" && : >"$work/report"
	if "prepare_$verb"; then
		inject_verb --at "${point#*:}" || :
		read_report
		wrong >"$work/wrong"
	else
		read_report
		{ echo "could not be prepared"; cat "$work/before"; oci_output delete --force "$id"; } >"$work/wrong" || :
	fi
	[ -s "$work/wrong" ] || return 0
	echo "FAILED $point ($hit_what; ${code:+exit $code}${signal:+signal $signal})"
	sed 's/^/    /' "$work/wrong"
	[ ! -s "$work/err" ] || sed 's/^/    says: /' "$work/err"
	echo "    again: tests/Faults/run.sh --point $point"
	end_leftovers
	return 1
}
