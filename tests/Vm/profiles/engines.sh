# Engines where the building machine has too little for them: every capability, systemd, and a kernel that criu works with.
image=engines
arguments='cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1 apparmor=1 security=apparmor systemd.unit=oci-tests.target systemd.show_status=0'
modules="$modules bridge br_netfilter xt_conntrack xt_MASQUERADE xt_addrtype nf_nat"
suites='engines'
tests=
guests=1
silence=430 # its tests have 400
