# cgroup v2 under systemd 252, with a system bus, a lingering user's bus and AppArmor.
packages=apparmor,jq
arguments='apparmor=1 security=apparmor systemd.unit=oci-tests.target systemd.show_status=0'
memory=1536 seconds=600

customise() { :; }
