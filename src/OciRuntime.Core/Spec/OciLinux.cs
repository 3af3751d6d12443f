using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec.Validation;
using static System.FormattableString;

namespace OciRuntime.Core.Spec;

/// <summary>linux: the Linux-specific part (config-linux.md).</summary>
public sealed record OciLinux
{
    /// <summary>Namespaces to create or join; those not listed are shared with the runtime.</summary>
    public List<OciNamespace>? Namespaces { get; set; }

    /// <summary>User id map of a new user namespace.</summary>
    public List<OciIdMapping>? UidMappings { get; set; }

    /// <summary>Group id map of a new user namespace.</summary>
    public List<OciIdMapping>? GidMappings { get; set; }

    /// <summary>Offsets of a new time namespace: monotonic, boottime.</summary>
    public Dictionary<string, OciTimeOffset>? TimeOffsets { get; set; }

    /// <summary>Device nodes in addition to the default ones.</summary>
    public List<OciDevice>? Devices { get; set; }

    /// <summary>Host network devices to move into the container, by host name.</summary>
    public Dictionary<string, OciNetDevice>? NetDevices { get; set; }

    /// <summary>Path of the cgroup, or slice:prefix:name with the systemd manager.</summary>
    public string? CgroupsPath { get; set; }

    /// <summary>Cgroup limits.</summary>
    public OciResources? Resources { get; set; }

    /// <summary>Intel RDT (resctrl).</summary>
    public OciIntelRdt? IntelRdt { get; set; }

    /// <summary>Kernel parameters to set, with dots in their names.</summary>
    public Dictionary<string, string>? Sysctl { get; set; }

    /// <summary>System call filter.</summary>
    public OciSeccomp? Seccomp { get; set; }

    /// <summary>shared, slave, private or unbindable.</summary>
    public string? RootfsPropagation { get; set; }

    /// <summary>Paths that must not be readable.</summary>
    public List<string>? MaskedPaths { get; set; }

    /// <summary>Paths that must not be writable.</summary>
    public List<string>? ReadonlyPaths { get; set; }

    /// <summary>SELinux context for mounts.</summary>
    public string? MountLabel { get; set; }

    /// <summary>Execution domain (personality(2)).</summary>
    public OciPersonality? Personality { get; set; }

    /// <summary>NUMA memory policy (set_mempolicy(2)).</summary>
    public OciMemoryPolicy? MemoryPolicy { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        Namespaces is null or [] ? "no new namespaces" : "namespaces " + string.Join(' ', Namespaces),
        CgroupsPath is null ? null : "cgroup " + CgroupsPath,
        SpecText.Part(Resources),
        SpecText.Counted(Devices?.Count, "device"),
        Seccomp is null ? null : "seccomp " + Seccomp.DefaultAction);
}

/// <summary>linux.namespaces[].</summary>
public sealed record OciNamespace
{
    /// <summary>pid, network, mount, ipc, uts, user, cgroup or time.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Namespace file to join; if absent, a new namespace is created.</summary>
    public string? Path { get; set; }

    /// <summary>Reads <c>TYPE</c>, a new namespace, or <c>TYPE:PATH</c>, one to join. Accepts the kernel's names net and mnt too.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="OciException">InvalidArgument: no such type, or an empty path.</exception>
    public static OciNamespace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        string word = parts[0].Trim();
        string? type = Array.Find(NamespaceKind.Types, name =>
            word.Equals(name, StringComparison.OrdinalIgnoreCase) || word.Equals(NamespaceKind.FileOf(name), StringComparison.OrdinalIgnoreCase));
        if (type is null)
            throw SpecText.Refused(text, "namespace: TYPE or TYPE:PATH with a type of " + string.Join(", ", NamespaceKind.Types), NamespaceRules.Hint(word));
        if (parts.Length == 2 && !parts[1].StartsWith('/'))
            throw SpecText.Refused(text, "namespace: the path in TYPE:PATH must be absolute");
        return new OciNamespace { Type = type, Path = parts.Length == 2 ? parts[1] : null };
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.IsNullOrEmpty(Path) ? Type : $"{Type}:{Path}";
}

/// <summary>linux.timeOffsets entry.</summary>
public sealed record OciTimeOffset
{
    /// <summary>Seconds.</summary>
    public long Secs { get; set; }

    /// <summary>Nanoseconds.</summary>
    public uint Nanosecs { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Nanosecs == 0 ? Invariant($"{Secs}s") : Invariant($"{Secs}s + {Nanosecs}ns");
}

/// <summary>linux.devices[].</summary>
public sealed record OciDevice
{
    /// <summary>c, b, u or p.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Path inside the container.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>Major number.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number.</summary>
    public long? Minor { get; set; }

    /// <summary>Permission bits.</summary>
    public uint? FileMode { get; set; }

    /// <summary>Owner.</summary>
    public uint? Uid { get; set; }

    /// <summary>Group.</summary>
    public uint? Gid { get; set; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', new[] { Type, Type == "p" ? null : SpecText.Numbers(Major, Minor), Path }.OfType<string>());
}

/// <summary>linux.netDevices entry.</summary>
public sealed record OciNetDevice
{
    /// <summary>Name inside the container; if absent, the name stays.</summary>
    public string? Name { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Name ?? "(same name)";
}

/// <summary>linux.personality.</summary>
public sealed record OciPersonality
{
    /// <summary>LINUX or LINUX32.</summary>
    public string Domain { get; set; } = string.Empty;

    /// <summary>Reserved by the spec.</summary>
    public List<string>? Flags { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Domain;
}

/// <summary>linux.intelRdt.</summary>
public sealed record OciIntelRdt
{
    /// <summary>Class of service.</summary>
    public string? ClosID { get; set; }

    /// <summary>Lines written to schemata.</summary>
    public List<string>? Schemata { get; set; }

    /// <summary>L3 line of schemata.</summary>
    public string? L3CacheSchema { get; set; }

    /// <summary>MB line of schemata.</summary>
    public string? MemBwSchema { get; set; }

    /// <summary>Create a monitoring group.</summary>
    public bool? EnableMonitoring { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(ClosID, L3CacheSchema, MemBwSchema, Schemata is null ? null : string.Join(' ', Schemata), EnableMonitoring == true ? "monitoring" : null);
}

/// <summary>linux.memoryPolicy.</summary>
public sealed record OciMemoryPolicy
{
    /// <summary>MPOL_* name.</summary>
    public string Mode { get; set; } = string.Empty;

    /// <summary>Node list such as 0-3,7.</summary>
    public string Nodes { get; set; } = string.Empty;

    /// <summary>MPOL_F_* names.</summary>
    public List<string>? Flags { get; set; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', new[] { Mode, Nodes }.Concat(Flags ?? []).Where(static word => !string.IsNullOrEmpty(word)));
}
