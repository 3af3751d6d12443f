namespace OciRuntime.Core.Planning.Steps;

/// <summary>Which try of entering the working directory a step is.</summary>
internal enum ChdirTry
{
    /// <summary>The only one.</summary>
    Only,
    /// <summary>Before the user changes; being refused is fine.</summary>
    Privileged,
    /// <summary>After it, when the first was refused.</summary>
    AsUser,
}

/// <summary>chdir(2) to the working directory, which must be inside the container.</summary>
internal sealed record ChdirStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "chdir";

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

    /// <summary>Which try.</summary>
    public ChdirTry Try { get; init; }

    /// <summary>Made when it is missing.</summary>
    public bool Make { get; init; }
}

/// <summary>Finds the program, so that a missing one is known before the start.</summary>
internal sealed record LookupStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "lookup";

    /// <inheritdoc/>
    public override string Object => Program;

    /// <inheritdoc/>
    public override string Detail => Program.Contains('/', StringComparison.Ordinal) ? string.Empty : "in " + SearchPath;

    /// <summary>args[0].</summary>
    public required string Program { get; init; }

    /// <summary>PATH of the process's environment.</summary>
    public required string SearchPath { get; init; }
}

/// <summary>Tells the runtime that the process is ready.</summary>
internal sealed record ReadyStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "ready";

    /// <inheritdoc/>
    public override string Object => "runtime";
}

/// <summary>Waits for the start.</summary>
internal sealed record GateStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "gate";

    /// <inheritdoc/>
    public override string Object => Socket is null ? "channel" : "socket";

    /// <summary>The listening socket; null: the channel.</summary>
    public PlanFd? Socket { get; init; }
}

/// <summary>A hook that runs in the container's namespaces.</summary>
internal sealed record HookStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "hook";

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

    /// <summary>startContainer, else createContainer.</summary>
    public bool IsStartContainer { get; init; }

    /// <summary>The state JSON, its stdin.</summary>
    public required PlanFd State { get; init; }

    /// <summary>A pipe, open for reading and writing: what it prints.</summary>
    public required PlanFd Output { get; init; }

    /// <summary>A file that what it prints to stdout is added to instead, or null.</summary>
    public PlanFd? Stdout { get; init; }

    /// <summary>The same for stderr.</summary>
    public PlanFd? Stderr { get; init; }

    private static string? Redirection(string stream, PlanFd? file) => file is null ? null : $"{stream}>>{FlagText.Fd(file)}";
}

/// <summary>A descriptor that the process inherits.</summary>
internal sealed record KeepFdStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "keep_fd";

    /// <inheritdoc/>
    public override string Object => FlagText.Number(Number);

    /// <summary>Where it comes from.</summary>
    public required PlanFd Fd { get; init; }

    /// <summary>Its number in the process, 3 and up.</summary>
    public required int Number { get; init; }
}

/// <summary>execve(2): the plan ends and the container's program begins.</summary>
internal sealed record ExecStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "exec";

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

    /// <summary>The environment has a LISTEN_PID to fill in.</summary>
    public bool PatchListenPid { get; init; }
}
