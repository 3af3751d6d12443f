using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp.Tracing;

/// <summary>A call that the new profile refuses although it was asked for.</summary>
/// <param name="Call">The call.</param>
/// <param name="Arguments">The refused arguments, in the form of <see cref="OciTracedSyscall.Arguments"/>; null when all are refused.</param>
/// <param name="Rule">What in the base refuses it, in the form of <see cref="OciTracedSyscall.Rule"/>; empty when no rule can name the call.</param>
internal sealed record SeccompGap(OciTracedSyscall Call, string? Arguments, string Rule);

/// <summary>A profile that allows what a container was seen to do, and nothing else.</summary>
internal sealed class TracedProfile
{
    /// <summary>
    /// Always allowed: a signal may come at another time (rt_sigreturn, restart_syscall), every program starts and exits, and
    /// write(2) is not seen.
    /// </summary>
    private static readonly string[] s_always = ["execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn", "write"];

    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _included = new(StringComparer.Ordinal);
    private readonly List<SeccompGap> _gaps = [];

    private TracedProfile(OciSeccomp seccomp) => Seccomp = seccomp;

    /// <summary>The profile.</summary>
    public OciSeccomp Seccomp { get; }

    /// <summary>The calls that it refuses although they were asked for.</summary>
    public IReadOnlyList<SeccompGap> Gaps => _gaps;

    /// <summary>Makes the profile.</summary>
    /// <param name="calls">The calls that were seen; only Syscall must be set.</param>
    /// <param name="baseProfile">A profile that limits what is allowed; null for no limit.</param>
    /// <param name="include">Calls that are allowed in any case.</param>
    /// <exception cref="OciException">InvalidArgument: an unknown name; a base that allows calls that it does not name. InvalidSpec: the base can't be compiled.</exception>
    public static TracedProfile Make(IReadOnlyCollection<OciTracedSyscall> calls, OciSeccomp? baseProfile, IReadOnlyCollection<string> include)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(include);
        if (baseProfile?.DefaultAction is "SCMP_ACT_ALLOW" or "SCMP_ACT_LOG")
            throw new OciException(OciErrorCode.InvalidArgument, $"the base allows calls that it does not name ({baseProfile.DefaultAction}), so it does not limit anything") { SpecPointer = "/defaultAction", Hint = "name a profile whose defaultAction refuses, such as docker or podman" };
        var made = new TracedProfile(new OciSeccomp
        {
            DefaultAction = baseProfile?.DefaultAction ?? "SCMP_ACT_ERRNO",
            DefaultErrnoRet = baseProfile is null ? SeccompAction.DefaultErrno : baseProfile.DefaultErrnoRet,
            Flags = baseProfile?.Flags is { Count: > 0 } flags ? [.. flags] : null,
            ListenerPath = baseProfile?.ListenerPath,
            ListenerMetadata = baseProfile?.ListenerMetadata,
        });
        foreach (string name in include)
            made._included.Add(Known(name));
        made.Add(calls, baseProfile is null ? null : new SeccompVerdicts(baseProfile));
        made.Seccomp.Architectures = [.. Architectures(calls, baseProfile)];
        made.Seccomp.Syscalls = [.. made.RulesOf(baseProfile)];
        if (!made.Seccomp.Notifies)
            made.Seccomp.ListenerPath = made.Seccomp.ListenerMetadata = null;
        return made;
    }

    private void Add(IReadOnlyCollection<OciTracedSyscall> calls, SeccompVerdicts? verdicts)
    {
        foreach (OciTracedSyscall call in calls.Concat(s_always.Select(static name => new OciTracedSyscall { Syscall = name })))
        {
            if (!SyscallTable.IsKnown(call.Syscall))
            {
                if (!_gaps.Exists(gap => gap.Call.Syscall == call.Syscall))
                    _gaps.Add(new SeccompGap(call, null, string.Empty));
                continue;
            }
            _names.Add(call.Syscall);
            if (verdicts is not null && !_included.Contains(call.Syscall))
                FindGap(call, verdicts);
        }
    }

    // Without known arguments a rule with conditions gets the benefit of the doubt.
    private void FindGap(OciTracedSyscall call, SeccompVerdicts verdicts)
    {
        SeccompArch? arch = call.Architecture.Length == 0 ? SeccompArch.Native : SeccompArch.Find(call.Architecture);
        int number = arch is null ? -1 : SyscallTable.Number(arch.Table, call.Syscall);
        if (arch is null || number < 0)
            return;
        uint encoded = arch.Encode(number);
        foreach (string arguments in call.Arguments)
        {
            if (SyscallArguments.Read(arch, encoded, arguments) is { } data && verdicts.Of(data) is { Allows: false } refused)
            {
                AddGap(call, verdicts.MayAllow(arch, call.Syscall) ? arguments : null, refused);
                return;
            }
        }
        if (call.Arguments.Count == 0 && !verdicts.MayAllow(arch, call.Syscall))
            AddGap(call, null, verdicts.Of(new SeccompData(encoded, arch.Token, 0, 0, 0, 0, 0, 0, 0)));
    }

    private void AddGap(OciTracedSyscall call, string? arguments, in SeccompVerdict refused)
    {
        if (!_gaps.Exists(gap => gap.Call.Syscall == call.Syscall && gap.Arguments == arguments))
            _gaps.Add(new SeccompGap(call, arguments, refused.Rule));
    }

    private static IEnumerable<string> Architectures(IReadOnlyCollection<OciTracedSyscall> calls, OciSeccomp? baseProfile)
    {
        string? native = SeccompArch.Native?.Name;
        IEnumerable<string> seen = calls.Select(static call => call.Architecture).Where(static name => SeccompArch.Find(name) is not null);
        if (native is not null)
            seen = seen.Prepend(native);
        return seen.Distinct().Where(name => name == native || baseProfile?.Architectures is not { } listed || listed.Contains(name));
    }

    private IEnumerable<OciSyscall> RulesOf(OciSeccomp? baseProfile)
    {
        IEnumerable<string> plain = baseProfile is null ? _names.Union(_included) : _included;
        if (plain.Any())
            yield return new OciSyscall { Names = [.. plain.Order(StringComparer.Ordinal)], Action = "SCMP_ACT_ALLOW" };
        foreach (OciSyscall rule in baseProfile?.Syscalls ?? [])
        {
            List<string> names = [.. (rule.Names ?? []).Where(name => _names.Contains(name) && !_included.Contains(name))];
            if (names.Count > 0)
                yield return rule with { Names = names, Args = rule.Args?.ConvertAll(static arg => arg with { }) };
        }
    }

    private static string Known(string name) => SyscallTable.IsKnown(name)
        ? name
        : throw new OciException(OciErrorCode.InvalidArgument, $"there is no system call \"{name}\"") { Object = name, Hint = NearestName.Hint(name, [.. SyscallTable.AllNames]) };
}
