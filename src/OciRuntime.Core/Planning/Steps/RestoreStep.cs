namespace OciRuntime.Core.Planning.Steps;

/// <summary>The supervisor starts criu(8), and then supervises what that has made.</summary>
internal sealed record RestoreStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "restore";

    /// <inheritdoc/>
    public override string Object => Program;

    /// <summary>Absolute path of criu.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, its name first.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Its environment.</summary>
    public required IReadOnlyList<string> Env { get; init; }

    /// <summary>The mount namespace that it is started in; null for the runtime's.</summary>
    public PlanFd? Mounts { get; init; }
}
