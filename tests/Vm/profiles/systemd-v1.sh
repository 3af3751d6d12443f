# The same system on v1 hierarchies with a unified one beside them: what systemd calls hybrid.
image=systemd
arguments='systemd.unified_cgroup_hierarchy=0 apparmor=1 security=apparmor systemd.unit=oci-tests.target systemd.show_status=0'
suites='common v1 systemd'
again='OciRuntime.Core.Tests.Cgroups. OciRuntime.Core.Tests.Systemd.'
