# What selftest.sh wants to see ended and reported.

test_hang() {
	echo "this guest hangs" >/dev/console
	sleep 80
}

test_panic() {
	echo "this guest panics" >/dev/console
	echo c >/proc/sysrq-trigger
}

# As the kernel says that its processors have made no way for a minute: the first time.
test_lockup() {
	grep -q ociattempt=2 /proc/cmdline || {
		echo "<0>softlockup: hung tasks, as a test says" >/dev/kmsg
		echo c >/proc/sysrq-trigger
	}
}
