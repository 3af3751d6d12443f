# A guest that does not come to its end, for selftest.sh.
arguments='cgroup_no_v1=all'
suites=broken
tests=
guests=1
