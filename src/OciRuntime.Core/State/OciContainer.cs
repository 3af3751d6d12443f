namespace OciRuntime.Core.State;

/// <summary>A snapshot of one container. Getters make no system calls; ask again for a newer one.</summary>
public sealed class OciContainer
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is in its lifecycle: the name of a <see cref="ContainerStatus"/>, as text so that it survives serialization.</summary>
    public string Status => State.ToString();

    internal ContainerStatus State { get; init; }

    /// <summary>Host pid of init; 0 when stopped.</summary>
    public int Pid { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public string? Bundle { get; init; }

    /// <summary>Absolute path of the root filesystem.</summary>
    public string? Rootfs { get; init; }

    /// <summary>When it was created, local time; null when its state can't be read.</summary>
    public DateTime? Created { get => CreatedUtc?.ToLocalTime(); init => CreatedUtc = value?.ToUniversalTime(); }

    internal DateTime? CreatedUtc { get; init; }

    /// <summary>Annotations of the spec.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get => field = Dictionary(field); init; }

    /// <summary>Name of the user who created it, or the uid in digits.</summary>
    public string? Owner { get; init; }

    /// <summary>Version of the runtime-spec in its configuration.</summary>
    public string? OciVersion { get; init; }

    /// <summary>A supervisor records its output and exit code.</summary>
    public bool Supervised { get; init; }

    /// <summary>Exit status once it has stopped, when known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When it ended, local time, when known.</summary>
    public DateTime? ExitedAt { get; init; }

    /// <summary>args of its process, for display.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The state root that it lives in.</summary>
    public required string Root { get; init; }

    /// <summary>The log file of a supervised container, or null.</summary>
    public string? LogPath { get; init; }

    /// <summary>Absolute directories of its cgroup by controller; <c>unified</c> is the v2 hierarchy.</summary>
    public IReadOnlyDictionary<string, string> CgroupPaths { get => field = Dictionary(field); init; }

    /// <summary>A container of which only the name is known, for objects that come from elsewhere and are looked up again.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="root">The state root that it lives in.</param>
    public static OciContainer Named(string id, string root) => new() { Id = id, Root = root };

    /// <summary>True in one of these statuses.</summary>
    /// <param name="statuses">Any of them.</param>
    public bool Is(params ReadOnlySpan<ContainerStatus> statuses) => statuses.Contains(State);

    /// <inheritdoc/>
    public override string ToString() => Id;

    // A dictionary, which PowerShell shows, indexes and writes as JSON like any table; read from the state only on demand.
    private static Dictionary<string, string> Dictionary(IReadOnlyDictionary<string, string>? map) =>
        map as Dictionary<string, string> ?? new Dictionary<string, string>(map ?? JsonMap.Empty, StringComparer.Ordinal);
}
