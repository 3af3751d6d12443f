using System.Runtime.InteropServices;

namespace OciRuntime.Core.Seccomp;

/// <summary>The rules of a profile for one architecture, by system call number, and the intervals that follow from them.</summary>
internal sealed class SeccompRules
{
    private const uint Enosys = 38;

    private readonly Dictionary<uint, (uint Action, SeccompTree? Arguments)> _byNumber = new(512);
    private readonly SeccompArch _arch;
    private readonly uint _defaultAction;
    private uint? _largest;

    internal SeccompRules(SeccompArch arch, uint defaultAction)
    {
        _arch = arch;
        _defaultAction = defaultAction;
    }

    /// <summary>Adds one entry of linux.seccomp.syscalls.</summary>
    /// <param name="indexes">Indexes of its names in <see cref="SyscallTable"/>, or -1.</param>
    /// <param name="names">Its names.</param>
    /// <param name="action">SECCOMP_RET_* with its data.</param>
    /// <param name="conditions">All of them must hold.</param>
    /// <returns>The name for which an earlier rule has another action for the same calls, or null.</returns>
    internal string? Add(ReadOnlySpan<int> indexes, List<string> names, uint action, SeccompCondition[] conditions)
    {
        ReadOnlySpan<int> numbers = SyscallTable.Numbers(_arch.Table);
        if (!_arch.Is64Bit)
            conditions = Array.ConvertAll(conditions, static condition => condition.In32Bits);
        for (int i = 0; i < indexes.Length; i++)
        {
            int number = indexes[i] < 0 ? -1 : numbers[indexes[i]];
            if (number >= 0)
            {
                uint encoded = _arch.Encode(number);
                if (_largest is null || encoded > _largest)
                    _largest = encoded;
                if (!AddOne(encoded, action, conditions))
                    return names[i];
            }

            if (Multiplexer.Find(_arch.Table, names[i]) is { } old)
            {
                uint call = _arch.Encode(SyscallTable.Number(_arch.Table, old.Call));
                // As in libseccomp: the function replaces a condition on the first argument, the other conditions stay.
                if (!AddOne(call, action, [new(0, SeccompOperator.Equal, old.Function, _arch.Is64Bit ? ulong.MaxValue : uint.MaxValue), .. Array.FindAll(conditions, condition => condition.Index != 0)]))
                    return names[i];
            }
        }

        return null;
    }

    /// <summary>
    /// Appends runs of numbers, in ascending order, that cover [first, last]. Numbers above the largest one that the profile names get ENOSYS where the
    /// default would be an error: programs then fall back to older calls instead of failing with EPERM.
    /// </summary>
    internal void AppendIntervals(List<SeccompInterval> intervals, uint first, uint last)
    {
        uint[] numbers = new uint[_byNumber.Count];
        _byNumber.Keys.CopyTo(numbers, 0);
        Array.Sort(numbers);
        uint next = first;
        bool stub = _largest is not null && GivesErrors(_defaultAction);
        uint stubAction = SeccompAction.Errno | Enosys;
        if (stub && _arch.Table == SyscallColumn.S390x)
        {
            // The kernel passes number 0 for a call beyond its table (entry.S): such a call must look unknown as well.
            Append(intervals, 0, stubAction, null);
            next = 1;
        }

        foreach (uint number in numbers)
        {
            if (number < next)
                continue;
            if (number > next)
                Append(intervals, next, stub && next > _largest ? stubAction : _defaultAction, null);
            (uint action, SeccompTree? arguments) = _byNumber[number];
            Append(intervals, number, action, arguments);
            next = number + 1;
        }

        if (next <= last)
        {
            if (stub && next <= _largest)
            {
                Append(intervals, next, _defaultAction, null);
                next = _largest.GetValueOrDefault() + 1;
            }

            if (next <= last)
                Append(intervals, next, stub ? stubAction : _defaultAction, null);
        }
    }

    /// <summary>Appends a run, unless it continues the previous one.</summary>
    internal static void Append(List<SeccompInterval> intervals, uint first, uint action, SeccompTree? arguments)
    {
        if (arguments is null && intervals is [.., { Arguments: null } before] && before.Action == action)
            return;
        intervals.Add(new(first, action, arguments));
    }

    // ALLOW, LOG and TRACE let new calls through to the kernel, which returns ENOSYS itself.
    private static bool GivesErrors(uint action) => (action & 0xffff0000) is not (SeccompAction.Allow or SeccompAction.Log or SeccompAction.Trace);

    // False when it contradicts an existing rule.
    private bool AddOne(uint number, uint action, SeccompCondition[] conditions)
    {
        if (action == _defaultAction)
            return true; // same as the default
        ref (uint Action, SeccompTree? Arguments) rules = ref CollectionsMarshal.GetValueRefOrAddDefault(_byNumber, number, out bool known);
        if (known && rules.Arguments is null)
            return true; // the call is decided already
        // A mask without bits compares nothing.
        if (Array.TrueForAll(conditions, static condition => condition.Mask == 0))
        {
            rules = (action, null);
            return true;
        }

        rules = (_defaultAction, rules.Arguments ?? new SeccompTree());
        return rules.Arguments.Add(Array.FindAll(conditions, static condition => condition.Mask != 0), action, _arch.Is64Bit);
    }
}
