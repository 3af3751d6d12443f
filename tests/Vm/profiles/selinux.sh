# cgroup v2 under systemd, with SELinux.
image=selinux
arguments='cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1 security=selinux selinux=1 enforcing=0 systemd.unit=oci-tests.target systemd.show_status=0'
suites='common v2 selinux'
