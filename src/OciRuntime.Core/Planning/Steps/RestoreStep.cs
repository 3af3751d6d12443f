namespace OciRuntime.Core.Planning.Steps;

/// <summary>The supervisor starts criu(8), and then supervises the process that criu has restored.</summary>
internal sealed record RestoreStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "restore";

    internal override StepKind Kind => StepKind.Restore;

    /// <inheritdoc/>
    public override string Object => Program;

    /// <summary>Absolute path of criu.</summary>
    public required string Program { get; init; }

    /// <summary>The arguments of criu, including argv[0].</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>The environment of criu.</summary>
    public required IReadOnlyList<string> Env { get; init; }

    /// <summary>The mount namespace that criu is started in; null for the runtime's.</summary>
    public PlanFd? Mounts { get; init; }

    internal override PlanFd? Descriptor => Mounts;

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Program);
        fields.Vector(1, Args);
        fields.Vector(2, Env);
    }
}
