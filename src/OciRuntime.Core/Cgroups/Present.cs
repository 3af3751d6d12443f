using System.Globalization;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>An update may name one of two values that belong together: cpu.quota and cpu.period, memory.swap and the limit it includes.</summary>
internal static class Present
{
    /// <summary>The same resources with the present value of what is missing.</summary>
    /// <param name="resources">What is asked for.</param>
    /// <param name="bandwidth"><c>QUOTA PERIOD</c>, as cpu.max has it; no quota is max or -1.</param>
    /// <param name="limit">memory.max; null on v1, which counts as the spec does.</param>
    internal static OciResources Complete(OciResources resources, string? bandwidth, string? limit) => new()
    {
        Devices = resources.Devices,
        Memory = Complete(resources.Memory, limit),
        Cpu = Complete(resources.Cpu, bandwidth),
        Pids = resources.Pids,
        BlockIO = resources.BlockIO,
        HugepageLimits = resources.HugepageLimits,
        Network = resources.Network,
        Rdma = resources.Rdma,
        Unified = resources.Unified,
    };

    private static OciCpu? Complete(OciCpu? cpu, string? bandwidth)
    {
        if (cpu is null || (cpu.Quota ?? 0) == 0 == ((cpu.Period ?? 0) == 0))
            return cpu;
        string[] words = bandwidth?.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.Length != 2 || !ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong period))
            return cpu;
        long quota = long.TryParse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : -1;
        return new()
        {
            Shares = cpu.Shares,
            Quota = (cpu.Quota ?? 0) == 0 ? quota : cpu.Quota,
            Period = (cpu.Period ?? 0) == 0 ? period : cpu.Period,
            Burst = cpu.Burst,
            RealtimePeriod = cpu.RealtimePeriod,
            RealtimeRuntime = cpu.RealtimeRuntime,
            Cpus = cpu.Cpus,
            Mems = cpu.Mems,
            Idle = cpu.Idle,
        };
    }

    private static OciMemory? Complete(OciMemory? memory, string? limit)
    {
        if (memory is not { Swap: > 0, Limit: null or 0 } || limit is null)
            return memory;
        return new()
        {
            Limit = long.TryParse(limit, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long number) ? number : -1,
            Swap = memory.Swap,
            Reservation = memory.Reservation,
            Kernel = memory.Kernel,
            KernelTCP = memory.KernelTCP,
            Swappiness = memory.Swappiness,
            DisableOOMKiller = memory.DisableOOMKiller,
            UseHierarchy = memory.UseHierarchy,
            CheckBeforeUpdate = memory.CheckBeforeUpdate,
        };
    }
}
