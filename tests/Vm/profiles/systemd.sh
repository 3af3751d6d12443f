# cgroup v2 under systemd, with AppArmor and BFQ.
image=systemd
arguments='cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1 apparmor=1 security=apparmor systemd.unit=oci-tests.target systemd.show_status=0'
suites='common v2 systemd systemd-v2'
modules="$modules bfq"
