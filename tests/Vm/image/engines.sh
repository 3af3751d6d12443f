# Debian with systemd, Podman, containerd and Docker, and criu for the checkpoints of theirs.
packages=apparmor,jq,criu,iptables,podman,containerd,docker.io
size=2600M

customise() { :; }
