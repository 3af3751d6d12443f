using System.Globalization;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>Completes an update that names only one of two related values: cpu.quota and cpu.period, memory.swap and the limit it includes.</summary>
internal static class Present
{
    /// <summary>The same resources with the present value for the missing one.</summary>
    /// <param name="resources">The update.</param>
    /// <param name="bandwidth"><c>QUOTA PERIOD</c>, as in cpu.max; max or -1 for no quota.</param>
    /// <param name="limit">memory.max; null on v1, where swap includes memory as in the spec.</param>
    internal static OciResources Complete(OciResources resources, string? bandwidth, string? limit) =>
        resources with { Memory = Complete(resources.Memory, limit), Cpu = Complete(resources.Cpu, bandwidth) };

    private static OciCpu? Complete(OciCpu? cpu, string? bandwidth)
    {
        if (cpu is null || (cpu.Quota ?? 0) == 0 == ((cpu.Period ?? 0) == 0))
            return cpu;
        string[] words = bandwidth?.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.Length != 2 || !ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong period))
            return cpu;
        long quota = long.TryParse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : -1;
        return cpu with { Quota = (cpu.Quota ?? 0) == 0 ? quota : cpu.Quota, Period = (cpu.Period ?? 0) == 0 ? period : cpu.Period };
    }

    private static OciMemory? Complete(OciMemory? memory, string? limit)
    {
        if (memory is not { Swap: > 0, Limit: null or 0 } || limit is null)
            return memory;
        return memory with { Limit = long.TryParse(limit, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long number) ? number : -1 };
    }
}
