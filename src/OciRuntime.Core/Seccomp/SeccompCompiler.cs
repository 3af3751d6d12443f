using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>
/// linux.seccomp to classic BPF: for each architecture a binary search over intervals of numbers that are treated alike, with the argument rules in the leaves.
/// </summary>
internal static class SeccompCompiler
{
    /// <summary>Compiles a profile for the architecture that this process runs on and those that the profile lists.</summary>
    /// <exception cref="OciException">InvalidSpec: unknown action, architecture, operator or flag, with its pointer; NotSupported: an architecture without a table.</exception>
    internal static SeccompProgram Compile(OciSeccomp seccomp) => Compile(seccomp, SeccompArch.Native);

    /// <summary>Compiles a profile for another machine.</summary>
    internal static SeccompProgram Compile(OciSeccomp seccomp, SeccompArch? native)
    {
        uint defaultAction = SeccompAction.Parse(seccomp.DefaultAction, seccomp.DefaultErrnoRet, "/linux/seccomp/defaultAction");
        if (defaultAction == SeccompAction.Notify)
            throw Invalid("seccomp: SCMP_ACT_NOTIFY cannot be used as default action", "/linux/seccomp/defaultAction");
        List<SeccompArch> arches = Architectures(seccomp, native);
        var rules = new SeccompRules[arches.Count];
        for (int i = 0; i < rules.Length; i++)
            rules[i] = new(arches[i], defaultAction);
        bool listener = AddRules(seccomp, rules);
        if (listener && string.IsNullOrEmpty(seccomp.ListenerPath))
            throw Invalid("seccomp: a rule has SCMP_ACT_NOTIFY but there is no listenerPath", "/linux/seccomp/listenerPath");

        var code = new BpfAssembler();
        code.Emit(BpfInstruction.LoadWord, SeccompData.ArchOffset);
        for (int i = 0; i < arches.Count; i++)
        {
            if (!arches[i].IsX32)
                EmitSection(code, arches[i].Token, Intervals(arches, rules, i, defaultAction));
        }

        code.Emit(BpfInstruction.Return, SeccompAction.KillThread); // an architecture that is not listed
        if (code.Count > BpfInstruction.MaxCount)
            throw Invalid($"seccomp: the compiled profile has {code.Count} instructions, the kernel takes at most {BpfInstruction.MaxCount}", "/linux/seccomp");
        return new(code.ToArray(), SeccompFlags.Parse(seccomp, listener), listener);
    }

    private static bool AddRules(OciSeccomp seccomp, SeccompRules[] rules)
    {
        bool listener = false;
        for (int i = 0; i < (seccomp.Syscalls?.Count ?? 0); i++)
        {
            OciSyscall syscall = seccomp.Syscalls![i];
            string pointer = $"/linux/seccomp/syscalls/{i}";
            uint action = SeccompAction.Parse(syscall.Action, syscall.ErrnoRet, pointer + "/action");
            if (syscall.Names is not { Count: > 0 })
                continue;
            if (action == SeccompAction.Notify)
            {
                listener = true;
                // With write(2) the process behind the filter reports its listener, before anybody has the listener to answer the call.
                if (syscall.Names.Contains("write"))
                    throw Invalid("seccomp: SCMP_ACT_NOTIFY cannot be used for the write syscall", pointer);
            }
            int[] indexes = new int[syscall.Names.Count];
            for (int name = 0; name < indexes.Length; name++)
                indexes[name] = SyscallTable.IndexOf(syscall.Names[name]);
            foreach (SeccompCondition[] conditions in ConditionSets(syscall, pointer))
            {
                foreach (SeccompRules architecture in rules)
                {
                    if (architecture.Add(indexes, syscall.Names, action, conditions) is { } name)
                        throw Invalid($"seccomp: {pointer} contradicts an earlier rule for {name}: the two have different actions for the same calls", pointer);
                }
            }
        }

        return listener;
    }

    /// <summary>The conditions of a rule: several on one argument are alternatives, each a separate rule (as in runc); otherwise all must hold.</summary>
    internal static IEnumerable<SeccompCondition[]> ConditionSets(OciSyscall syscall, string pointer)
    {
        int count = syscall.Args?.Count ?? 0;
        var conditions = new SeccompCondition[count];
        uint seen = 0;
        bool repeated = false;
        for (int i = 0; i < count; i++)
        {
            conditions[i] = SeccompCondition.Parse(syscall.Args![i], $"{pointer}/args/{i}");
            repeated |= (seen & (1u << (int)conditions[i].Index)) != 0;
            seen |= 1u << (int)conditions[i].Index;
        }

        if (!repeated)
            return [conditions];
        return conditions.Select(condition => new[] { condition });
    }

    /// <summary>The architectures that a profile covers: the machine's own, and those it lists.</summary>
    internal static List<SeccompArch> Architectures(OciSeccomp seccomp, SeccompArch? native)
    {
        var arches = new List<SeccompArch>(4);
        if (native is not null)
            arches.Add(native);
        for (int i = 0; i < (seccomp.Architectures?.Count ?? 0); i++)
        {
            string name = seccomp.Architectures![i];
            SeccompArch? arch = SeccompArch.Find(name);
            if (arch is null)
            {
                if (SeccompArch.IsKnownElsewhere(name))
                    continue; // no machine that this build runs on can make such calls
                throw Invalid($"seccomp: unknown architecture \"{name}\"", $"/linux/seccomp/architectures/{i}", NearestName.Hint(name, SeccompArch.AllNames.ToArray()) ?? "one of " + string.Join(", ", SeccompArch.AllNames.ToArray()));
            }

            if (!arches.Contains(arch))
                arches.Add(arch);
        }

        // x32 calls come with x86_64's token: its rules are part of that section.
        if (arches.Exists(arch => arch.IsX32) && !arches.Exists(arch => arch.Table == SyscallColumn.X86_64))
            arches.Add(SeccompArch.Find("SCMP_ARCH_X86_64")!);
        return arches;
    }

    private static List<SeccompInterval> Intervals(List<SeccompArch> arches, SeccompRules[] rules, int index, uint defaultAction)
    {
        var intervals = new List<SeccompInterval>(256);
        if (arches[index].Table != SyscallColumn.X86_64)
        {
            rules[index].AppendIntervals(intervals, 0, uint.MaxValue);
            return intervals;
        }

        rules[index].AppendIntervals(intervals, 0, SeccompArch.X32Bit - 1);
        int x32 = arches.FindIndex(arch => arch.IsX32);
        if (x32 >= 0)
        {
            rules[x32].AppendIntervals(intervals, SeccompArch.X32Bit, uint.MaxValue);
        }
        else
        {
            SeccompRules.Append(intervals, SeccompArch.X32Bit, SeccompAction.KillThread, null);
            SeccompRules.Append(intervals, uint.MaxValue, defaultAction, null); // -1: a tracer skips the call
        }

        return intervals;
    }

    private static void EmitSection(BpfAssembler code, uint token, List<SeccompInterval> intervals)
    {
        var leaves = new BpfInstruction[intervals.Count][];
        int[] lengths = new int[intervals.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            SeccompInterval interval = intervals[i];
            leaves[i] = interval.Arguments is { } tree ? SeccompTreeCode.Make(tree, interval.Action) : [new(BpfInstruction.Return, 0, 0, interval.Action)];
            lengths[i] = leaves[i].Length;
        }

        code.Emit(BpfInstruction.JumpEqual, token, 1, 0);
        code.Emit(BpfInstruction.JumpAlways, (uint)TreeLength(lengths) + 1);
        code.Emit(BpfInstruction.LoadWord, SeccompData.NumberOffset);
        EmitTree(code, CollectionsMarshal.AsSpan(intervals), leaves, lengths);
    }

    private static void EmitTree(BpfAssembler code, ReadOnlySpan<SeccompInterval> intervals, ReadOnlySpan<BpfInstruction[]> leaves, ReadOnlySpan<int> lengths)
    {
        if (intervals.Length == 1)
        {
            code.Emit(leaves[0]);
            return;
        }

        int middle = intervals.Length / 2;
        int left = TreeLength(lengths[..middle]);
        uint split = intervals[middle].First;
        if (left <= byte.MaxValue)
        {
            code.Emit(BpfInstruction.JumpGreaterOrEqual, split, left, 0);
        }
        else
        {
            code.Emit(BpfInstruction.JumpGreaterOrEqual, split, 0, 1);
            code.Emit(BpfInstruction.JumpAlways, (uint)left);
        }

        EmitTree(code, intervals[..middle], leaves[..middle], lengths[..middle]);
        EmitTree(code, intervals[middle..], leaves[middle..], lengths[middle..]);
    }

    // The number of instructions of a tree over leaves of these lengths.
    private static int TreeLength(ReadOnlySpan<int> leaves)
    {
        if (leaves.Length == 1)
            return leaves[0];
        int left = TreeLength(leaves[..(leaves.Length / 2)]);
        return left + TreeLength(leaves[(leaves.Length / 2)..]) + (left <= byte.MaxValue ? 1 : 2);
    }

    private static OciException Invalid(string message, string pointer, string? hint = null) =>
        new(OciErrorCode.InvalidSpec, message) { Step = "seccomp", SpecPointer = pointer, Hint = hint };
}
