using System.Globalization;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>cpu.quota and cpu.period belong together: an update may name one of them.</summary>
internal static class Bandwidth
{
    /// <summary>Fills in what is missing from <c>QUOTA PERIOD</c>, as cpu.max has it; no quota is max or -1.</summary>
    internal static OciResources Complete(OciResources resources, string? present)
    {
        if (resources.Cpu is not { } cpu || (cpu.Quota ?? 0) == 0 == ((cpu.Period ?? 0) == 0))
            return resources;
        string[] words = present?.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.Length != 2 || !ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong period))
            return resources;
        long quota = long.TryParse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : -1;
        return With(resources, new()
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
        });
    }

    private static OciResources With(OciResources resources, OciCpu cpu) => new()
    {
        Devices = resources.Devices,
        Memory = resources.Memory,
        Cpu = cpu,
        Pids = resources.Pids,
        BlockIO = resources.BlockIO,
        HugepageLimits = resources.HugepageLimits,
        Network = resources.Network,
        Rdma = resources.Rdma,
        Unified = resources.Unified,
    };
}
