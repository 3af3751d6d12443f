using static System.FormattableString;

namespace OciRuntime.Core.Spec;

/// <summary>linux.seccomp.</summary>
public sealed record OciSeccomp
{
    /// <summary>SCMP_ACT_* for calls without a rule.</summary>
    public string DefaultAction { get; set; } = string.Empty;

    /// <summary>The errno of the default action.</summary>
    public uint? DefaultErrnoRet { get; set; }

    /// <summary>SCMP_ARCH_* names.</summary>
    public List<string>? Architectures { get; set; }

    /// <summary>SECCOMP_FILTER_FLAG_* names.</summary>
    public List<string>? Flags { get; set; }

    /// <summary>Socket that receives the notification descriptor.</summary>
    public string? ListenerPath { get; set; }

    /// <summary>Opaque text that is sent with it.</summary>
    public string? ListenerMetadata { get; set; }

    /// <summary>Rules.</summary>
    public List<OciSyscall>? Syscalls { get; set; }

    /// <summary>A rule notifies, so the filter needs a listener. Without a default action and rules it <see cref="IsEmpty"/>: nothing is filtered, as in runc.</summary>
    internal bool Notifies => Syscalls?.Exists(static rule => rule.Action == "SCMP_ACT_NOTIFY") == true;

    internal bool IsEmpty => DefaultAction.Length == 0 && Syscalls is not { Count: > 0 };

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(DefaultAction, SpecText.Counted(Syscalls?.Count, "rule"), ListenerPath is null ? null : "listener " + ListenerPath);
}

/// <summary>linux.seccomp.syscalls[].</summary>
public sealed record OciSyscall
{
    /// <summary>System call names.</summary>
    public List<string>? Names { get; set; }

    /// <summary>SCMP_ACT_* name.</summary>
    public string Action { get; set; } = string.Empty;

    /// <summary>The errno of SCMP_ACT_ERRNO and SCMP_ACT_TRACE.</summary>
    public uint? ErrnoRet { get; set; }

    /// <summary>Conditions, all of which must hold.</summary>
    public List<OciSyscallArg>? Args { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        $"{Action} {SpecText.Names(Names, "call")}".TrimEnd(), SpecText.Labelled("errno", ErrnoRet), SpecText.Counted(Args?.Count, "condition"));
}

/// <summary>linux.seccomp.syscalls[].args[].</summary>
public sealed record OciSyscallArg
{
    /// <summary>Index of the argument, 0 to 5.</summary>
    public uint Index { get; set; }

    /// <summary>Value to compare with.</summary>
    public ulong Value { get; set; }

    /// <summary>Second value (SCMP_CMP_MASKED_EQ).</summary>
    public ulong ValueTwo { get; set; }

    /// <summary>SCMP_CMP_* name.</summary>
    public string Op { get; set; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Index} {Op} {Value}") + (ValueTwo == 0 ? string.Empty : Invariant($" {ValueTwo}"));
}
