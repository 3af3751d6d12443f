# cgroup v2 and nothing else: a busybox is the whole system, so this guest is up in seconds.
arguments='cgroup_no_v1=all apparmor=1'
suites='common v2 criu powershell'
powershell=yes
silence=330 # its tests have 300
