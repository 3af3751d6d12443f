# cgroup v2 and nothing else: a busybox is the whole system, so this guest is up in seconds.
arguments='apparmor=1'
memory=1536 seconds=400
