# Boots the guest, shows its results as they come, and ends it when it hangs.

# No test takes longer than this without a word on the results' line.
silence=${OCI_VM_SILENCE:-150}

boot() {
	make_initramfs "$work/initrd"
	lines=$results/$profile/tests.tsv
	rm -rf "${results:?}/$profile" && mkdir -p "$results/$profile"
	: >"$work/console" && : >"$work/results"
	set -- -accel tcg,thread=multi,tb-size=512 -smp 2 -cpu max,la57=off -m 1536 -nodefaults -nographic -no-reboot \
		-kernel "$kernel"/tree/boot/vmlinuz-* -initrd "$work/initrd" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on $arguments" \
		-serial "file:$work/console" -serial "file:$work/results" \
		-drive "file=$work/payload.img,format=raw,if=virtio,readonly=on" \
		-drive "file=$disk,format=raw,if=virtio,snapshot=on,cache=unsafe"
	# TCG: hardware acceleration is not asked for, so that the lane behaves the same everywhere.
	TMPDIR=$work qemu-system-x86_64 "$@" </dev/null >"$work/qemu" 2>&1 &
	qemu=$!
	trap 'kill -KILL $qemu 2>/dev/null || :; rm -rf "$work"' EXIT
	tail -n +1 -f --pid=$qemu "$work/results" 2>/dev/null | show &
	shown=$!
	watch
	wait $qemu $shown 2>/dev/null || :
	summary
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
		found=$(stat -c %s "$work/results")
		[ "$found" = "$size" ] || { size=$found heard=$now; }
		[ $((now - began)) -lt "$seconds" ] || ended="the guest did not end within $seconds s"
		[ $((now - heard)) -lt "$silence" ] || ended="the guest said nothing for $silence s"
		[ -z "$ended" ] || kill -KILL $qemu 2>/dev/null || :
	done
}

summary() {
	tr -d '\r' <"$work/results" >"$work/lines"
	awk -F '\t' 'NF >= 5' "$work/lines" >"$lines"
	tr -d '\r' <"$work/console" >"$results/$profile/console"
	sed -n 's/^kind\t//p' "$work/lines" | head -n 1 >"$results/$profile/kind"
	if ! grep -q '^end$' "$work/lines"; then
		[ -n "$ended" ] || ended="the guest ended before its tests did"
		test=$(awk -F '\t' '$1 == "running" { name = $2 } NF >= 5 { name = "" } END { print name }' "$work/lines")
		echo "$ended${test:+, in $test}; its console:"
		tail -n 60 "$results/$profile/console" | sed 's/^/    /'
		cat "$work/qemu"
		printf 'vm\tguest\tends by itself\tfailed\t0\t%s\n' "$ended${test:+, in $test}" >>"$lines"
	fi
	[ -s "$lines" ] || { echo "no test was run: none has such a name"; return 1; }
	awk -F '\t' '{ n[$4]++ } END { printf "%d passed, %d failed, %d skipped\n", n["passed"], n["failed"], n["skipped"]; exit n["failed"] > 0 }' "$lines"
}
