# The hierarchies of cgroup v1 and nothing else, not even the unified one; a busybox is the whole system. With BFQ, which has files of its own.
arguments='apparmor=1'
suites='common v1 criu'
modules="$modules bfq"
# The attacks too: a helper gets to its cgroup in another way here.
again='OciRuntime.Core.Tests.Cgroups. .BirthTests. .PassedDescriptorTests.'
