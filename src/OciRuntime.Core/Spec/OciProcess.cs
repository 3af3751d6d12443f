using System.Globalization;
using OciRuntime.Core.Errors;
using static System.FormattableString;

namespace OciRuntime.Core.Spec;

/// <summary>process: the program to run in the container.</summary>
public sealed record OciProcess
{
    /// <summary>Give the process a pseudo-terminal as its stdio and controlling terminal.</summary>
    public bool Terminal { get; set; }

    /// <summary>Size of the terminal in characters.</summary>
    public OciConsoleSize? ConsoleSize { get; set; }

    /// <summary>Ids that the process runs with; absent means 0:0.</summary>
    public OciUser? User { get; set; }

    /// <summary>argv; the program is args[0].</summary>
    public List<string>? Args { get; set; }

    /// <summary>Environment as NAME=value.</summary>
    public List<string>? Env { get; set; }

    /// <summary>Working directory, absolute.</summary>
    public string Cwd { get; set; } = string.Empty;

    /// <summary>Capability sets; absent drops all of them.</summary>
    public OciCapabilities? Capabilities { get; set; }

    /// <summary>Resource limits (getrlimit(2)).</summary>
    public List<OciRlimit>? Rlimits { get; set; }

    /// <summary>Set PR_SET_NO_NEW_PRIVS.</summary>
    public bool NoNewPrivileges { get; set; }

    /// <summary>AppArmor profile that takes effect on exec.</summary>
    public string? ApparmorProfile { get; set; }

    /// <summary>oom_score_adj, -1000..1000; absent leaves the parent's value.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>SELinux process label.</summary>
    public string? SelinuxLabel { get; set; }

    /// <summary>Scheduling policy (sched_setattr(2)).</summary>
    public OciScheduler? Scheduler { get; set; }

    /// <summary>I/O priority (ioprio_set(2)).</summary>
    public OciIOPriority? IOPriority { get; set; }

    /// <summary>CPU affinity of exec'ed processes.</summary>
    public OciExecCpuAffinity? ExecCPUAffinity { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Args is null or [] ? "no args" : SpecText.Command(Args);
}

/// <summary>process.consoleSize.</summary>
public sealed record OciConsoleSize
{
    /// <summary>Rows.</summary>
    public uint Height { get; set; }

    /// <summary>Columns.</summary>
    public uint Width { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Width}x{Height}");
}

/// <summary>process.user.</summary>
public sealed record OciUser
{
    /// <summary>User id inside the container.</summary>
    public uint Uid { get; set; }

    /// <summary>Group id inside the container.</summary>
    public uint Gid { get; set; }

    /// <summary>umask; absent means 0022.</summary>
    public uint? Umask { get; set; }

    /// <summary>Supplementary group ids.</summary>
    public List<uint>? AdditionalGids { get; set; }

    /// <summary>Reads <c>UID</c> or <c>UID:GID</c>, in digits: names are not looked up.</summary>
    /// <param name="text">The text; the group defaults to 0.</param>
    /// <exception cref="OciException">InvalidArgument.</exception>
    public static OciUser Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] ids = text.Trim().Split(':', 2);
        uint gid = 0;
        return SpecText.TryId(ids[0], out uint uid) && (ids.Length == 1 || SpecText.TryId(ids[1], out gid))
            ? new OciUser { Uid = uid, Gid = gid }
            : throw SpecText.Refused(text, "user: UID or UID:GID, in digits; names are not looked up");
    }

    /// <summary>The form that <see cref="Parse"/> reads, and other values that are set.</summary>
    public override string ToString() => SpecText.List(
        Invariant($"{Uid}:{Gid}"),
        AdditionalGids is null or [] ? null : "groups " + string.Join(' ', AdditionalGids),
        Umask is null ? null : "umask " + Convert.ToString(Umask.Value, 8).PadLeft(4, '0'));
}

/// <summary>process.capabilities: names such as CAP_NET_BIND_SERVICE, per set (capabilities(7)).</summary>
public sealed record OciCapabilities
{
    /// <summary>The bounding set.</summary>
    public List<string>? Bounding { get; set; }

    /// <summary>The effective set.</summary>
    public List<string>? Effective { get; set; }

    /// <summary>The inheritable set.</summary>
    public List<string>? Inheritable { get; set; }

    /// <summary>The permitted set.</summary>
    public List<string>? Permitted { get; set; }

    /// <summary>The ambient set.</summary>
    public List<string>? Ambient { get; set; }

    /// <inheritdoc/>
    public override string ToString()
    {
        (string Name, List<string>? Set)[] sets =
            [("bounding", Bounding), ("effective", Effective), ("inheritable", Inheritable), ("permitted", Permitted), ("ambient", Ambient)];
        // Equal sets are listed together.
        return SpecText.List(sets.Where(static set => set.Set is { Count: > 0 })
            .GroupBy(static set => string.Join(' ', set.Set!.Order(StringComparer.Ordinal)), StringComparer.Ordinal)
            .Select(static group => $"{string.Join(' ', group.Select(static set => set.Name))}: {SpecText.Names(group.First().Set, "capability", "capabilities")}"));
    }
}

/// <summary>process.rlimits[].</summary>
public sealed record OciRlimit
{
    private const string Prefix = "RLIMIT_";

    /// <summary>Name such as RLIMIT_NOFILE.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Hard limit; 18446744073709551615 means unlimited.</summary>
    public ulong Hard { get; set; }

    /// <summary>Soft limit.</summary>
    public ulong Soft { get; set; }

    /// <summary>Reads <c>NAME=SOFT[:HARD]</c>, such as <c>nofile=1024:2048</c>: the name with or without RLIMIT_, <c>unlimited</c> for no limit.</summary>
    /// <param name="text">The text; the hard limit defaults to the soft one.</param>
    /// <exception cref="OciException">InvalidArgument.</exception>
    public static OciRlimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split('=', 2) is [var name, var limits])
        {
            string type = name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name.ToUpperInvariant() : Prefix + name.ToUpperInvariant();
            if (!RlimitNames.TryGetNumber(type, out _))
                throw SpecText.Refused(text, $"limit: the names are {string.Join(", ", RlimitNames.All)}", NearestName.Hint(type, RlimitNames.All));
            string[] values = limits.Split(':', 2);
            if (TryValue(values[0], out ulong soft) && TryValue(values[^1], out ulong hard) && soft <= hard)
                return new OciRlimit { Type = type, Soft = soft, Hard = hard };
        }
        throw SpecText.Refused(text, "limit: NAME=SOFT[:HARD] such as nofile=1024:2048, with a soft limit not above the hard one");
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{Type}={Text(Soft)}:{Text(Hard)}";

    private static bool TryValue(string text, out ulong value)
    {
        value = ulong.MaxValue;
        return text is "unlimited" or "-1" || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static string Text(ulong value) => value == ulong.MaxValue ? "unlimited" : value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>process.scheduler (sched_setattr(2)).</summary>
public sealed record OciScheduler
{
    /// <summary>SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE or SCHED_DEADLINE.</summary>
    public string Policy { get; set; } = string.Empty;

    /// <summary>Nice value.</summary>
    public int? Nice { get; set; }

    /// <summary>Static priority.</summary>
    public int? Priority { get; set; }

    /// <summary>SCHED_FLAG_* names.</summary>
    public List<string>? Flags { get; set; }

    /// <summary>SCHED_DEADLINE runtime, ns.</summary>
    public ulong? Runtime { get; set; }

    /// <summary>SCHED_DEADLINE deadline, ns.</summary>
    public ulong? Deadline { get; set; }

    /// <summary>SCHED_DEADLINE period, ns.</summary>
    public ulong? Period { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(Policy, SpecText.Labelled("nice", Nice), SpecText.Labelled("priority", Priority), SpecText.Labelled("runtime", Runtime), SpecText.Labelled("deadline", Deadline), SpecText.Labelled("period", Period), Flags is null ? null : string.Join(' ', Flags));
}

/// <summary>process.ioPriority.</summary>
public sealed record OciIOPriority
{
    /// <summary>IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE.</summary>
    public string Class { get; set; } = string.Empty;

    /// <summary>0 (highest) to 7.</summary>
    public int Priority { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Class} {Priority}");
}

/// <summary>process.execCPUAffinity.</summary>
public sealed record OciExecCpuAffinity
{
    /// <summary>CPU list before the process joins the container's cgroup.</summary>
    public string? Initial { get; set; }

    /// <summary>CPU list after joining it.</summary>
    public string? Final { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(SpecText.Labelled("initial", Initial), SpecText.Labelled("final", Final));
}
