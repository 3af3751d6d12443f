namespace OciRuntime.Core.Spec;

/// <summary>mounts[]: one mount inside the container.</summary>
public sealed class OciMount
{
    /// <summary>Where it appears, as the container sees it.</summary>
    public string Destination { get; set; } = string.Empty;

    /// <summary>Filesystem type as in /proc/filesystems; ignored for binds.</summary>
    public string? Type { get; set; }

    /// <summary>Device, directory or file; a relative path starts at the bundle.</summary>
    public string? Source { get; set; }

    /// <summary>Mount options (ro, nosuid, rbind, size=64k, ...).</summary>
    public List<string>? Options { get; set; }

    /// <summary>Id mapping of this mount's user ids.</summary>
    public List<OciIdMapping>? UidMappings { get; set; }

    /// <summary>Id mapping of this mount's group ids.</summary>
    public List<OciIdMapping>? GidMappings { get; set; }
}

/// <summary>One line of an id map (user_namespaces(7)).</summary>
public sealed class OciIdMapping
{
    /// <summary>First id inside.</summary>
    public uint ContainerID { get; set; }

    /// <summary>First id outside.</summary>
    public uint HostID { get; set; }

    /// <summary>How many ids.</summary>
    public uint Size { get; set; }
}
