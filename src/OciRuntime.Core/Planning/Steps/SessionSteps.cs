namespace OciRuntime.Core.Planning.Steps;

/// <summary>setsid(2).</summary>
internal sealed record SetSidStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "setsid";

    internal override StepKind Kind => StepKind.Setsid;

    /// <inheritdoc/>
    public override string Object => "process";
}

/// <summary>Joins a session keyring of the container's own (keyrings(7)).</summary>
internal sealed record KeyringStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "keyring";

    internal override StepKind Kind => StepKind.Keyring;

    /// <inheritdoc/>
    public override string Object => Keyring;

    /// <summary>Name of the keyring; exec joins that of create by its name.</summary>
    public required string Keyring { get; init; }

    /// <summary>Lets processes of other users in the container search it.</summary>
    public bool WidenSearch { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Keyring);
        fields.Number(0, WidenSearch ? 1ul : 0);
    }
}

/// <summary>Brings up <c>lo</c> in a new network namespace.</summary>
internal sealed record LoopbackUpStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "loopback_up";

    internal override StepKind Kind => StepKind.LoopbackUp;

    /// <inheritdoc/>
    public override string Object => "lo";
}

/// <summary>sethostname(2).</summary>
internal sealed record HostnameStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "hostname";

    internal override StepKind Kind => StepKind.Hostname;

    /// <inheritdoc/>
    public override string Object => Hostname;

    /// <summary>The name.</summary>
    public required string Hostname { get; init; }

    internal override void Write(IStepFields fields) => fields.Text(0, Hostname);
}

/// <summary>setdomainname(2).</summary>
internal sealed record DomainnameStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "domainname";

    internal override StepKind Kind => StepKind.Domainname;

    /// <inheritdoc/>
    public override string Object => Domainname;

    /// <summary>The name.</summary>
    public required string Domainname { get; init; }

    internal override void Write(IStepFields fields) => fields.Text(0, Domainname);
}

/// <summary>Sets a kernel parameter of the container's namespaces.</summary>
internal sealed record SysctlStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "sysctl";

    internal override StepKind Kind => StepKind.Sysctl;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail => "= " + Value;

    /// <summary>Path below /proc/sys.</summary>
    public required string Path { get; init; }

    /// <summary>What is written.</summary>
    public required string Value { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Path);
        fields.Text(1, Value);
    }
}
