# Boots the guests, shows their results as they come, and ends one that hangs.

# No test takes longer than this without a word on the results' line; a profile may set more.
silence=${OCI_VM_SILENCE:-${silence:-150}}

# The guests run at the same time, each with a share of the tests: most tests keep one processor busy.
boot() {
	make_initramfs "$work/initrd"
	lines=$results/$profile/tests.tsv
	rm -rf "${results:?}/$profile" && mkdir -p "$results/$profile"
	running= share=1
	trap 'kill $running 2>/dev/null || :; wait; rm -rf "$work"' EXIT
	while [ $share -le "$guests" ]; do
		mkdir "$work/$share"
		guest $share &
		running="$running $!"
		share=$((share + 1))
	done
	wait
	summary
}

# guest SHARE: one of them, to its end. One whose processors make no way in the kernel, as was seen once and not explained, is booted once more.
guest() {
	own=$work/$1
	trap 'kill -KILL $qemu 2>/dev/null || :' EXIT
	trap 'exit 130' INT TERM
	run_guest "$1" 1
	if locked_up; then
		echo "the guest's kernel has locked up, and it is booted once more; its console:"
		console
		run_guest "$1" 2
	fi
	report
}

locked_up() { ! grep -q '^end' "$own/results" && grep -q 'softlockup: hung tasks' "$own/console"; }
console() { tr -d '\r' <"$own/console" | tail -n 60 | sed 's/^/    /'; }

# run_guest SHARE ATTEMPT
run_guest() {
	: >"$own/console" && : >"$own/results"
	set -- -accel tcg,thread=multi,tb-size=512 -smp 2 -cpu max,la57=off -m 1536 -nodefaults -nographic -no-reboot \
		-kernel "$kernel"/tree/boot/vmlinuz-* -initrd "$work/initrd" \
		-append "console=ttyS0 quiet panic=-1 watchdog_thresh=30 softlockup_panic=1 mitigations=off random.trust_cpu=on ocitests=$1/$guests ociattempt=$2 $arguments" \
		-serial "file:$own/console" -serial "file:$own/results" \
		-drive "file=$work/payload.img,format=raw,if=virtio,readonly=on" \
		-drive "file=$disk,format=raw,if=virtio,snapshot=on,cache=unsafe"
	# TCG: hardware acceleration is not asked for, so that the lane behaves the same everywhere.
	TMPDIR=$own qemu-system-x86_64 "$@" </dev/null >"$own/qemu" 2>&1 &
	qemu=$!
	tail -n +1 -f --pid=$qemu "$own/results" 2>/dev/null | show &
	shown=$!
	watch
	wait $qemu $shown 2>/dev/null || :
}

# Results for people: failures with their text, what was skipped with its reason. Not any awk: some wait for more than a line.
show() {
	busybox awk -F '\t' '
		{ sub(/\r$/, "") }
		NF < 5 { next }
		{ name = $3
		  if (index(name, $1 ".") == 1) name = substr(name, length($1) + 2)
		  if (index(name, $2 ".") == 1) name = substr(name, length($2) + 2)
		  text = $6; gsub(/\\n/, "\n    ", text)
		  line = ($4 == "passed" ? "ok" : $4 == "failed" ? "FAILED" : $4) " " $1 " " ($2 == "other" ? "" : $2 " ") name " " $5 " ms"
		  print $4 == "passed" ? line : line "\n    " text; fflush() }'
}

# Waits for the end of the guest; ends it when its time is up or when it has been silent for too long.
watch() {
	began=$(date +%s) heard=$began size=0 ended=
	while kill -0 $qemu 2>/dev/null; do
		sleep 1
		now=$(date +%s)
		found=$(stat -c %s "$own/results")
		[ "$found" = "$size" ] || { size=$found heard=$now; }
		[ $((now - began)) -lt "$seconds" ] || ended="the guest did not end within $seconds s"
		[ $((now - heard)) -lt "$silence" ] || ended="the guest said nothing for $silence s"
		[ -z "$ended" ] || kill -KILL $qemu 2>/dev/null || :
	done
}

# The guest's results without what is only for the run; a guest that did not end by itself is a failure among them.
report() {
	tr -d '\r' <"$own/results" >"$own/words"
	awk -F '\t' 'NF >= 5' "$own/words" >"$own/lines"
	grep -q '^end$' "$own/words" && return
	[ -n "$ended" ] || ended="the guest ended before its tests did"
	test=$(awk -F '\t' '$1 == "running" { name = $2 } NF >= 5 { name = "" } END { print name }' "$own/words")
	echo "$ended${test:+, in $test}; its console:"
	console
	cat "$own/qemu"
	printf 'vm\tguest\tends by itself\tfailed\t0\t%s\n' "$ended${test:+, in $test}" >>"$own/lines"
}

summary() {
	cat "$work"/[1-9]*/lines >"$lines"
	cat "$work"/[1-9]*/console | tr -d '\r' >"$results/$profile/console"
	sed -n 's/^kind\t//p' "$work"/[1-9]*/words | head -n 1 >"$results/$profile/kind"
	[ -s "$lines" ] || { echo "no test was run: none has such a name"; return 1; }
	awk -F '\t' '{ n[$4]++ } END { printf "%d passed, %d failed, %d skipped\n", n["passed"], n["failed"], n["skipped"]; exit n["failed"] > 0 }' "$lines"
}
