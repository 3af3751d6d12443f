# What selftest.sh wants to see ended and reported.

test_hang() {
	echo "this guest hangs" >/dev/console
	sleep 80
}

test_panic() {
	echo "this guest panics" >/dev/console
	echo c >/proc/sysrq-trigger
}
