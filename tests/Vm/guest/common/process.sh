test_rlimit_is_raised() {
	config 'ulimit -n' '{}' '' ',"rlimits":[{"type":"RLIMIT_NOFILE","soft":500000,"hard":600000}]'
	equal 500000 "$(run)" "RLIMIT_NOFILE"
}

test_oom_score_adj_is_lowered() {
	config 'cat /proc/self/oom_score_adj' '{}' '' ',"oomScoreAdj":-500'
	equal -500 "$(run)" "oom_score_adj"
}

test_only_stdio_is_open() {
	config 'ls /proc/self/fd'
	equal "0 1 2 3" "$(run | tr '\n' ' ' | sed 's/ $//')" "descriptors (3 is the directory that ls reads)"
}

test_capabilities_are_those_of_the_spec() {
	config 'grep CapEff /proc/self/status'
	contains 0000000028000420 "$(run)"
}

test_seccomp_filter_holds() {
	config 'mkdir /tmp/x || echo denied' '{}' ',"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":1}]}'
	contains denied "$(run 2>&1)"
}
