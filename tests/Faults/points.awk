# The points of a scenario, from the table of errnos, the calls of a start without a verb, and the calls of the scenario.
FILENAME ~ /errnos$/ {
	if (!/^#/) {
		call = $1
		sub(/^[^ ]+ /, "")
		errnos[call] = $0
	}
	next
}
FILENAME ~ /startup$/ {
	if ($1 == "runtime")
		startup[$2] = $3
	next
}
FNR == 1 { starts = scenario !~ /^version/ }
$1 == "thread" { next }
# What comes before Main is the same for every verb, and tried once.
$1 == "runtime" && starts {
	if (startup[$2] == $3)
		next
	starts = 0
}
{
	print scenario ":" $1 ":" $2 ":kill"
	# What makes the supervised ones is not ocirun, and their init does what others' do.
	if (scenario ~ /^create\/supervised/ && $1 != "helper")
		next
	# These can't fail, or are the C library's at the start of the helper, before it can say anything.
	if ($3 ~ /^get(e?[ug]id|pid|ppid|tid)$|^umask$|^arch_prctl$|^set_tid_address$|^exit|^rt_sigreturn|^restart_syscall/)
		next
	count = split($3 in errnos ? errnos[$3] : "EPERM ENOMEM", list, " ")
	for (i = 1; i <= count; i++)
		print scenario ":" $1 ":" $2 ":" list[i] ":" $3
}
