namespace OciRuntime.Core.Cgroups;

/// <summary>cgroup managers.</summary>
public enum CgroupManagerKind
{
    /// <summary>Files under /sys/fs/cgroup.</summary>
    Cgroupfs,
    /// <summary>Transient systemd scopes.</summary>
    Systemd,
    /// <summary>No cgroup is made: the container stays in the caller's.</summary>
    Disabled,
}
