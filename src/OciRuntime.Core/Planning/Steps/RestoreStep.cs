namespace OciRuntime.Core.Planning.Steps;

/// <summary>The supervisor starts criu(8), and then supervises what that has made.</summary>
internal sealed record RestoreStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "restore";

    internal override StepKind Kind => StepKind.Restore;

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

    internal override PlanFd? Descriptor => Mounts;

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Program);
        fields.Vector(1, Args);
        fields.Vector(2, Env);
    }
}
