using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>Converts numbers of linux.resources for the kernel and systemd. 0 means not set, as in runc; a negative number means no limit.</summary>
internal static class ResourceValues
{
    /// <summary>The weight of v1; an idle cgroup accepts none.</summary>
    internal static ulong? Shares(OciCpu cpu) => cpu.Shares is 0 || cpu.Idle is 1 ? null : cpu.Shares;

    /// <summary>cpu.shares (2..262144) to cpu.weight (1..10000): the curve of runc and crun through (2, 1), (1024, 100), (262144, 10000).</summary>
    internal static ulong Weight(ulong shares)
    {
        if (shares <= 2)
            return 1;
        if (shares >= 262144)
            return 10000;
        double log = Math.Log2(shares);
        double exponent = (((log * log) + (125 * log)) / 612.0) - (7.0 / 34.0);
        return (ulong)Math.Ceiling(Math.Pow(10, exponent));
    }

    /// <summary>Maps blkio weights (10..1000) linearly to io.weight (1..10000), as every runtime does.</summary>
    internal static long IOWeight(ushort weight) => 1 + ((weight - 10L) * 9999 / 990);

    /// <summary>The spec counts memory and swap together, v2 only swap. Null if not set.</summary>
    /// <exception cref="Errors.OciException">InvalidSpec: the amount of swap can't be computed.</exception>
    internal static long? SwapMax(OciMemory memory)
    {
        long limit = memory.Limit ?? 0, swap = memory.Swap ?? 0;
        if (swap == 0 && limit != -1)
            return null;
        if (swap <= 0)
            return -1;
        if (limit < 0)
            return swap; // nothing to take away
        if (limit == 0)
            throw WriteList.Invalid("memory.swap is set without memory.limit: cgroup v2 limits swap alone", "/memory/swap");
        if (swap < limit)
            throw WriteList.Invalid("memory.swap, which counts memory and swap together, is below memory.limit", "/memory/swap");
        return swap - limit;
    }

    /// <summary>0 becomes 1, as in runc: with 0 the container's first process could not be born in its v2 cgroup.</summary>
    internal static long PidsMax(long limit) => limit == 0 ? 1 : limit;
}
