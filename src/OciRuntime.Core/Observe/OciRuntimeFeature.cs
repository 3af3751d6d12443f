using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Observe;

/// <summary>What a runtime can do: the runtime-spec's features structure (features.md).</summary>
public sealed class OciRuntimeFeature
{
    /// <summary>The oldest version of the runtime-spec that is accepted.</summary>
    public required string OciVersionMin { get; init; }

    /// <summary>The newest.</summary>
    public required string OciVersionMax { get; init; }

    /// <summary>Names of hooks.</summary>
    public required IReadOnlyList<string> Hooks { get; init; }

    /// <summary>Mount options that the runtime itself interprets.</summary>
    public required IReadOnlyList<string> MountOptions { get; init; }

    /// <summary>The Linux-specific part (features-linux.md).</summary>
    public required OciLinuxFeature Linux { get; init; }

    /// <summary>What the runtime says of itself.</summary>
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>Annotations of a configuration that change what the runtime does; a trailing dot stands for all annotations with that prefix.</summary>
    public required IReadOnlyList<string> PotentiallyUnsafeConfigAnnotations { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"runtime-spec {OciVersionMin} to {OciVersionMax}";
}

/// <summary>The linux section: namespaces, capabilities, and the parts below.</summary>
public sealed class OciLinuxFeature
{
    /// <summary>Types of namespaces that the kernel has.</summary>
    public required IReadOnlyList<string> Namespaces { get; init; }

    /// <summary>Capabilities that the kernel has.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    /// <summary>Cgroup versions and managers.</summary>
    public required OciCgroupFeature Cgroup { get; init; }

    /// <summary>System call filters.</summary>
    public required OciSeccompFeature Seccomp { get; init; }

    /// <summary>AppArmor profiles.</summary>
    public required OciFeatureSwitch Apparmor { get; init; }

    /// <summary>SELinux labels.</summary>
    public required OciFeatureSwitch Selinux { get; init; }

    /// <summary>Intel RDT (resctrl).</summary>
    public required OciIntelRdtFeature IntelRdt { get; init; }

    /// <summary>NUMA memory policies.</summary>
    public required OciMemoryPolicyFeature MemoryPolicy { get; init; }

    /// <summary>Extensions of mounts.</summary>
    public required OciMountExtensionFeature MountExtensions { get; init; }

    /// <summary>Network devices that move into a container.</summary>
    public required OciFeatureSwitch NetDevices { get; init; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List("namespaces " + string.Join(' ', Namespaces), SpecText.Counted(Capabilities.Count, "capability", "capabilities"));
}

/// <summary>linux.cgroup.</summary>
public sealed class OciCgroupFeature
{
    /// <summary>cgroup v1.</summary>
    public required bool V1 { get; init; }

    /// <summary>cgroup v2.</summary>
    public required bool V2 { get; init; }

    /// <summary>The system's systemd as manager.</summary>
    public required bool Systemd { get; init; }

    /// <summary>The user's systemd as manager.</summary>
    public required bool SystemdUser { get; init; }

    /// <summary>The kernel's rdma controller.</summary>
    public required bool Rdma { get; init; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        V1 ? "v1" : null, V2 ? "v2" : null, Systemd ? "systemd" : null, SystemdUser ? "systemdUser" : null, Rdma ? "rdma" : null);
}

/// <summary>linux.seccomp.</summary>
public sealed class OciSeccompFeature
{
    /// <summary>Filters can be used.</summary>
    public required bool Enabled { get; init; }

    /// <summary>SCMP_ACT_* names.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>SCMP_CMP_* names.</summary>
    public required IReadOnlyList<string> Operators { get; init; }

    /// <summary>SCMP_ARCH_* names.</summary>
    public required IReadOnlyList<string> Archs { get; init; }

    /// <summary>SECCOMP_FILTER_FLAG_* names.</summary>
    public required IReadOnlyList<string> KnownFlags { get; init; }

    /// <summary>The flags that the kernel supports.</summary>
    public required IReadOnlyList<string> SupportedFlags { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Enabled
        ? SpecText.List("enabled", SpecText.Counted(Actions.Count, "action"), SpecText.Counted(Operators.Count, "operator"), SpecText.Counted(Archs.Count, "architecture"))
        : "disabled";
}

/// <summary>linux.intelRdt.</summary>
public sealed class OciIntelRdtFeature
{
    /// <summary>The kernel has resctrl.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The schemata property is supported.</summary>
    public required bool Schemata { get; init; }

    /// <summary>Monitoring groups.</summary>
    public required bool Monitoring { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Enabled ? "enabled" : "disabled";
}

/// <summary>linux.memoryPolicy.</summary>
public sealed class OciMemoryPolicyFeature
{
    /// <summary>MPOL_* names.</summary>
    public required IReadOnlyList<string> Modes { get; init; }

    /// <summary>MPOL_F_* names.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Modes);
}

/// <summary>linux.mountExtensions.</summary>
public sealed class OciMountExtensionFeature
{
    /// <summary>Id-mapped mounts.</summary>
    public required OciFeatureSwitch Idmap { get; init; }

    /// <inheritdoc/>
    public override string ToString() => "idmap " + Idmap;
}

/// <summary>A feature that is enabled or not.</summary>
public sealed class OciFeatureSwitch
{
    /// <summary>It can be used.</summary>
    public required bool Enabled { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Enabled ? "enabled" : "disabled";
}
