namespace OciRuntime.Core.Planning.Steps;

/// <summary>Forks: the parent stays as the supervisor, which writes the log and the exit record.</summary>
internal sealed record SuperviseStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "supervise";

    internal override StepKind Kind => StepKind.Supervise;

    /// <inheritdoc/>
    public override string Object => ExitRecord;

    /// <inheritdoc/>
    public override string Detail => FlagText.Words(
        Source is null ? "nothing to the log" : Source + " to the log" + (LogLimit.MaxSize == LogLimit.NoLimit ? string.Empty : $" ({LogLimit.MaxFiles} of {LogLimit.MaxSize} bytes)"),
        OomFile is null ? string.Empty : "oom kills of " + FlagText.Fd(OomFile));

    /// <summary>File name of the exit record in the state directory.</summary>
    public required string ExitRecord { get; init; }

    /// <summary>The state directory.</summary>
    public required PlanFd Directory { get; init; }

    /// <summary>The log, or null.</summary>
    public PlanFd? Log { get; init; }

    /// <summary>File name of the log in the state directory.</summary>
    public required string LogName { get; init; }

    /// <summary>How large a file of the log may grow, and how many there may be.</summary>
    public LogLimit LogLimit { get; init; } = LogLimit.Default;

    /// <summary>Read end of stdout, or null with a terminal.</summary>
    public PlanFd? Stdout { get; init; }

    /// <summary>Read end of stderr, or null with a terminal.</summary>
    public PlanFd? Stderr { get; init; }

    /// <summary>The file with an <c>oom_kill</c> line, or null.</summary>
    public PlanFd? OomFile { get; init; }

    /// <summary>The socket that brings the pty master, or null without a terminal.</summary>
    public PlanFd? Console { get; init; }

    internal override PlanFd? Descriptor => Directory;

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, ExitRecord);
        fields.Text(1, LogName);
        fields.Bytes(2, [.. BitConverter.GetBytes(Math.Max(LogLimit.MaxSize, 0)), .. BitConverter.GetBytes((long)LogLimit.MaxFiles)]);
        fields.Slot(0, Log);
        fields.Slot(1, Stdout);
        fields.Slot(2, Stderr);
        fields.Slot(3, OomFile);
        fields.Slot(4, Console);
    }

    // The supervisor gets no output from a terminal whose master the caller has.
    private string? Source => Console is not null ? "terminal" : Stdout is null ? null : "stdout and stderr";
}
