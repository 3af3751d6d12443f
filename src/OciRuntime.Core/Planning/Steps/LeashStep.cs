namespace OciRuntime.Core.Planning.Steps;

/// <summary>
/// The only step of a program separate from that of the launch: a process that stays with the client of a container in the foreground.
/// When the client is gone it ends the container's process and removes the cgroups and the state made for it.
/// </summary>
internal sealed record LeashStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "leash";

    internal override StepKind Kind => StepKind.Leash;

    /// <inheritdoc/>
    public override string Object => Directory ?? "process";

    /// <inheritdoc/>
    public override string Detail => FlagText.Words(
        $"signal {FlagText.Number(Signal)} then SIGKILL after {FlagText.Number((long)Patience.TotalMilliseconds)} ms",
        DirectoryStays ? "directory stays" : string.Empty);

    /// <summary>Name of the container's state directory; null for a process of exec.</summary>
    public string? Directory { get; init; }

    /// <summary>The directory that holds that directory.</summary>
    public PlanFd? Root { get; init; }

    /// <summary>The container's cgroups; none for a process of exec.</summary>
    public IReadOnlyList<string> Cgroups { get; init; } = [];

    /// <summary>The signal that is sent before SIGKILL, if the process handles it.</summary>
    public required int Signal { get; init; }

    /// <summary>How long the process then has before SIGKILL.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Keep the state directory once there is a process, for a delete that has more to do.</summary>
    public bool DirectoryStays { get; init; }

    internal override PlanFd? Descriptor => Root;

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Directory);
        fields.List(1, Cgroups);
        fields.Number(0, (ulong)Signal);
        fields.Number(1, (ulong)Patience.TotalMilliseconds);
        fields.Number(2, DirectoryStays ? 1ul : 0);
    }
}
