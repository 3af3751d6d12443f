using System.Globalization;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp.Tracing;

/// <summary>What a profile does with a call.</summary>
/// <param name="Action">SCMP_ACT_* name.</param>
/// <param name="Errno">Its errno, or null.</param>
/// <param name="Rule">As <see cref="OciTracedSyscall.Rule"/>.</param>
/// <param name="Pointer">JSON pointer of the rule.</param>
internal readonly record struct SeccompVerdict(string Action, int? Errno, string Rule, string Pointer)
{
    internal static SeccompVerdict NoProfile => new("SCMP_ACT_ALLOW", null, "none", string.Empty);

    internal bool Allows => Action is "SCMP_ACT_ALLOW" or "SCMP_ACT_LOG";
}

/// <summary>Which rule of a profile decides a call. The compiled program gives the verdict, as in the kernel; the rule is the first one that explains it.</summary>
internal sealed class SeccompVerdicts
{
    private const string Seccomp = "/linux/seccomp/";

    private readonly OciSeccomp? _profile;
    private readonly BpfInstruction[] _program = [];
    private readonly List<SeccompArch> _arches = [];
    private readonly uint _default;
    private readonly List<(int Index, OciSyscall Rule, uint Action, SeccompCondition[][] Conditions)> _rules = [];

    /// <param name="profile">The profile; null or empty lets every call through.</param>
    /// <exception cref="Errors.OciException">InvalidSpec: as for the compiler.</exception>
    internal SeccompVerdicts(OciSeccomp? profile)
    {
        if (profile is not { IsEmpty: false })
            return;
        _profile = profile;
        _program = BpfAssembler.Parse(SeccompCompiler.Compile(profile).Filter.Span);
        _arches = SeccompCompiler.Architectures(profile, SeccompArch.Native);
        _default = SeccompAction.Parse(profile.DefaultAction, profile.DefaultErrnoRet, Seccomp + "defaultAction");
        for (int i = 0; i < (profile.Syscalls?.Count ?? 0); i++)
        {
            OciSyscall rule = profile.Syscalls![i];
            string pointer = Pointer(i);
            _rules.Add((i, rule, SeccompAction.Parse(rule.Action, rule.ErrnoRet, pointer), [.. SeccompCompiler.ConditionSets(rule, pointer)]));
        }
    }

    internal SeccompVerdict Of(in SeccompData data)
    {
        if (_profile is null)
            return SeccompVerdict.NoProfile;
        SeccompArch? arch = SeccompArch.Of(data.Arch, data.Number);
        if (arch is null || !_arches.Contains(arch))
            return new("SCMP_ACT_KILL_THREAD", null, "architectures", Seccomp + "architectures");
        uint action = SeccompInterpreter.Run(_program, data).Action;
        foreach ((int index, OciSyscall rule, uint itsAction, SeccompCondition[][] conditions) in _rules)
        {
            if (itsAction == action && Speaks(rule, conditions, arch, data))
                return new(rule.Action, Data(action), index.ToString(CultureInfo.InvariantCulture), Pointer(index));
        }
        return action == _default
            ? new(_profile.DefaultAction, Data(action), "default", Seccomp + "defaultAction")
            : new("SCMP_ACT_ERRNO", Data(action), "newer", Seccomp + "syscalls");
    }

    /// <summary>True when some call of that name is let through.</summary>
    internal bool MayAllow(SeccompArch arch, string name) =>
        _profile is null || (_arches.Contains(arch) && (_default is SeccompAction.Allow or SeccompAction.Log
            || _rules.Exists(rule => rule.Action is SeccompAction.Allow or SeccompAction.Log && rule.Rule.Names?.Contains(name) == true)));

    private static bool Speaks(OciSyscall rule, SeccompCondition[][] sets, SeccompArch arch, in SeccompData data)
    {
        foreach (string name in rule.Names ?? [])
        {
            int number = SyscallTable.Number(arch.Table, name);
            if (number >= 0 && arch.Encode(number) == data.Number && AnyHolds(sets, arch, data, skipFirst: false))
                return true;
            if (Multiplexer.Find(arch.Table, name) is { } old && arch.Encode(SyscallTable.Number(arch.Table, old.Call)) == data.Number
                && (uint)data.Arg0 == old.Function && AnyHolds(sets, arch, data, skipFirst: true))
                return true;
        }
        return false;
    }

    // The first argument of socketcall(2) and ipc(2) is the function, not an argument of the call.
    private static bool AnyHolds(SeccompCondition[][] sets, SeccompArch arch, in SeccompData data, bool skipFirst)
    {
        foreach (SeccompCondition[] set in sets)
        {
            bool all = true;
            foreach (SeccompCondition condition in set)
                all = all && ((skipFirst && condition.Index == 0) || (arch.Is64Bit ? condition : condition.In32Bits).Holds(data.Argument(condition.Index)));
            if (all)
                return true;
        }
        return false;
    }

    private static int? Data(uint action) => (action & 0xffff0000) is SeccompAction.Errno or SeccompAction.Trace ? (int)(action & 0xffff) : null;

    private static string Pointer(int index) => string.Create(CultureInfo.InvariantCulture, $"{Seccomp}syscalls/{index}");
}
