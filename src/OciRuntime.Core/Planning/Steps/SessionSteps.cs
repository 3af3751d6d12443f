namespace OciRuntime.Core.Planning.Steps;

/// <summary>setsid(2).</summary>
internal sealed record SetSidStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "setsid";

    /// <inheritdoc/>
    public override string Object => "process";
}

/// <summary>A session keyring of the container's own (keyrings(7)).</summary>
internal sealed record KeyringStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "keyring";

    /// <inheritdoc/>
    public override string Object => Keyring;

    /// <summary>Its name; exec joins the one of create by it.</summary>
    public required string Keyring { get; init; }

    /// <summary>Lets processes of other users in the container search it.</summary>
    public bool WidenSearch { get; init; }
}

/// <summary>Brings <c>lo</c> of a new network namespace up.</summary>
internal sealed record LoopbackUpStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "loopback_up";

    /// <inheritdoc/>
    public override string Object => "lo";
}

/// <summary>sethostname(2).</summary>
internal sealed record HostnameStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "hostname";

    /// <inheritdoc/>
    public override string Object => Hostname;

    /// <summary>The name.</summary>
    public required string Hostname { get; init; }
}

/// <summary>setdomainname(2).</summary>
internal sealed record DomainnameStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "domainname";

    /// <inheritdoc/>
    public override string Object => Domainname;

    /// <summary>The name.</summary>
    public required string Domainname { get; init; }
}

/// <summary>Sets a kernel parameter of the container's namespaces.</summary>
internal sealed record SysctlStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "sysctl";

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail => "= " + Value;

    /// <summary>Path below /proc/sys.</summary>
    public required string Path { get; init; }

    /// <summary>What is written.</summary>
    public required string Value { get; init; }
}
