namespace OciRuntime.Core.Planning.Steps;

/// <summary>Which attempt to enter the working directory a step makes.</summary>
internal enum ChdirTry
{
    /// <summary>The only one.</summary>
    Only,
    /// <summary>Before the user changes; may be refused.</summary>
    Privileged,
    /// <summary>After that, if the first was refused.</summary>
    AsUser,
}

/// <summary>chdir(2) to the working directory, which must be inside the container.</summary>
internal sealed record ChdirStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "chdir";

    internal override StepKind Kind => StepKind.Chdir;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail => Try switch
    {
        ChdirTry.Privileged => "before the user changes",
        ChdirTry.AsUser => "if refused before",
        _ => string.Empty,
    };

    /// <summary>Absolute path, as the container sees it.</summary>
    public required string Path { get; init; }

    /// <summary>Which attempt.</summary>
    public ChdirTry Try { get; init; }

    /// <summary>Make the directory if it is missing.</summary>
    public bool Make { get; init; }

    internal override StepBits Bits => StepBits.CheckCwd | If(Make, StepBits.Mkdir);

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Path);
        fields.Number(0, (ulong)Try);
    }
}

/// <summary>Finds the program, so that a missing program is reported before the start.</summary>
internal sealed record LookupStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "lookup";

    internal override StepKind Kind => StepKind.Lookup;

    /// <inheritdoc/>
    public override string Object => Program;

    /// <inheritdoc/>
    public override string Detail => Program.Contains('/', StringComparison.Ordinal) ? string.Empty : "in " + SearchPath;

    /// <summary>args[0].</summary>
    public required string Program { get; init; }

    /// <summary>PATH of the process's environment.</summary>
    public required string SearchPath { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Program);
        fields.Text(1, SearchPath);
    }
}

/// <summary>Tells the runtime that the process is ready.</summary>
internal sealed record ReadyStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "ready";

    internal override StepKind Kind => StepKind.Ready;

    /// <inheritdoc/>
    public override string Object => "runtime";
}

/// <summary>Waits for the start.</summary>
internal sealed record GateStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "gate";

    internal override StepKind Kind => StepKind.Gate;

    /// <inheritdoc/>
    public override string Object => Socket is null ? "channel" : "socket";

    /// <summary>The listening socket; null for the channel.</summary>
    public PlanFd? Socket { get; init; }

    internal override PlanFd? Descriptor => Socket;

    internal override void Write(IStepFields fields) => fields.Number(0, Socket is null ? 0ul : 1);
}

/// <summary>A hook that runs in the container's namespaces.</summary>
internal sealed record HookStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "hook";

    internal override StepKind Kind => StepKind.Hook;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail => string.Join(' ', ((string?[])[IsStartContainer ? "startContainer" : "createContainer", Redirection("1", Stdout), Redirection("2", Stderr)]).OfType<string>());

    /// <summary>The program.</summary>
    public required string Path { get; init; }

    /// <summary>argv.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Environment; null for none.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Milliseconds; 0 for no limit.</summary>
    public uint Timeout { get; init; }

    /// <summary>A startContainer hook, else createContainer.</summary>
    public bool IsStartContainer { get; init; }

    /// <summary>The state JSON, which becomes its stdin.</summary>
    public required PlanFd State { get; init; }

    /// <summary>The pipe for its output, open for reading and writing.</summary>
    public required PlanFd Output { get; init; }

    /// <summary>A file to which its stdout is appended instead, or null.</summary>
    public PlanFd? Stdout { get; init; }

    /// <summary>The same for stderr.</summary>
    public PlanFd? Stderr { get; init; }

    internal override PlanFd? Descriptor => State;

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Path);
        fields.Vector(1, Args);
        if (Env is not null)
            fields.Vector(2, Env);
        fields.Number(0, Timeout);
        fields.Number(1, IsStartContainer ? 1ul : 0);
        fields.Slot(2, Output);
        fields.Slot(3, Stdout);
        fields.Slot(4, Stderr);
    }

    private static string? Redirection(string stream, PlanFd? file) => file is null ? null : $"{stream}>>{FlagText.Fd(file)}";
}

/// <summary>A descriptor that the process inherits.</summary>
internal sealed record KeepFdStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "keep_fd";

    internal override StepKind Kind => StepKind.KeepFd;

    /// <inheritdoc/>
    public override string Object => FlagText.Number(Number);

    /// <summary>The descriptor in the runtime.</summary>
    public required PlanFd Fd { get; init; }

    /// <summary>Its number in the process, 3 and up.</summary>
    public required int Number { get; init; }

    internal override PlanFd? Descriptor => Fd;

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)Number);
}

/// <summary>execve(2): the helper's part of the plan ends and the container's program begins.</summary>
internal sealed record ExecStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "exec";

    internal override StepKind Kind => StepKind.Exec;

    /// <inheritdoc/>
    public override string Object => Args[0];

    /// <inheritdoc/>
    public override string Detail
    {
        get
        {
            string text = string.Empty;
            for (int i = 1; i < Args.Count; i++)
                text = FlagText.Words(text, Args[i]);
            return text;
        }
    }

    /// <summary>argv.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Environment.</summary>
    public required IReadOnlyList<string> Env { get; init; }

    /// <summary>The helper fills in LISTEN_PID in the environment.</summary>
    public bool PatchListenPid { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Vector(0, Args);
        fields.Vector(1, Env);
        fields.Number(0, PatchListenPid ? 1ul : 0);
    }
}
