namespace OciRuntime.Core.Spec;

/// <summary>A container's configuration (config.json): runtime-spec, config.md. Absent properties are null.</summary>
public sealed record OciSpec
{
    /// <summary>Version of the runtime-spec that the configuration follows (SemVer).</summary>
    public string? OciVersion { get; set; }

    /// <summary>The container's root filesystem.</summary>
    public OciRoot? Root { get; set; }

    /// <summary>Mounts in addition to the root, in order.</summary>
    public List<OciMount>? Mounts { get; set; }

    /// <summary>The container's process; may be absent for a container that is only created.</summary>
    public OciProcess? Process { get; set; }

    /// <summary>Host name in the container's UTS namespace.</summary>
    public string? Hostname { get; set; }

    /// <summary>NIS domain name in the container's UTS namespace.</summary>
    public string? Domainname { get; set; }

    /// <summary>Programs run at points of the lifecycle.</summary>
    public OciHooks? Hooks { get; set; }

    /// <summary>Arbitrary metadata; keys are not empty.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>The Linux-specific part (config-linux.md).</summary>
    public OciLinux? Linux { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(Process?.ToString(), Root is null ? null : "root " + Root, Hostname is null ? null : "host name " + Hostname);
}

/// <summary>root: the container's root filesystem.</summary>
public sealed record OciRoot
{
    /// <summary>Path of the root filesystem; a relative path is resolved against the bundle.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>Make the root filesystem read-only inside the container.</summary>
    public bool Readonly { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Readonly ? Path + " (read-only)" : Path;
}
