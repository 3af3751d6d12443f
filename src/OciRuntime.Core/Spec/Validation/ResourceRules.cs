using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>linux.resources: limits that no cgroup manager can set.</summary>
internal static class ResourceRules
{
    private static readonly string[] s_deviceTypes = ["a", "c", "b"];

    // Core files that are limits or settings (cgroup-v2, Core Interface Files). The others move processes, kill or freeze
    // them, change the type or controllers of the cgroup, or are read-only.
    private static readonly string[] s_coreFiles = ["cgroup.max.depth", "cgroup.max.descendants", "cgroup.pressure"];

    public static void Check(OciResources? resources, string at, SpecProblems problems)
    {
        if (resources is null)
            return;
        for (int i = 0; i < resources.Devices?.Count; i++)
            DeviceRule(resources.Devices[i], SpecPointer.Item(at + "/devices", i), problems);
        Memory(resources.Memory, at + "/memory", problems);
        Cpu(resources.Cpu, at + "/cpu", problems);
        BlockIO(resources.BlockIO, at + "/blockIO", problems);
        foreach ((string file, string value) in resources.Unified ?? [])
            Unified(file, value, SpecPointer.Property(at + "/unified", file), problems);
        for (int i = 0; i < resources.HugepageLimits?.Count; i++)
        {
            if (!IsPageSize(resources.HugepageLimits[i].PageSize))
                problems.Add(SpecPointer.Item(at + "/hugepageLimits", i) + "/pageSize", $"expected a size such as 2MB, found \"{resources.HugepageLimits[i].PageSize}\"");
        }
    }

    /// <summary>The reason why a key of linux.resources.unified is not the name of a cgroup file with a limit, or null.</summary>
    internal static string? UnifiedProblem(string file)
    {
        int dot = file.IndexOf('.', StringComparison.Ordinal);
        if (file.AsSpan().IndexOfAny('/', '\0') >= 0)
            return $"\"{file}\" is not the name of a cgroup file";
        if (dot <= 0 || dot == file.Length - 1)
            return $"\"{file}\" is not of the form controller.file";
        return file.StartsWith("cgroup.", StringComparison.Ordinal) && Array.IndexOf(s_coreFiles, file) < 0
            ? $"\"{file}\" is not a limit; of the core files only {string.Join(", ", s_coreFiles)} may be set"
            : null;
    }

    private static void Memory(OciMemory? memory, string at, SpecProblems problems)
    {
        if (memory is null)
            return;
        Unlimited(memory.Limit, at + "/limit", problems);
        Unlimited(memory.Reservation, at + "/reservation", problems);
        Unlimited(memory.Swap, at + "/swap", problems);
        if (memory is { Limit: > 0 and long limit, Swap: > 0 and long swap } && swap < limit)
            problems.Add(at + "/swap", $"includes memory, and must not be below its limit {limit}, found {swap}", refusal: Refusal.SwapBelowLimit, detail: $"{limit}, found {swap}");
        if (memory.Swappiness is > 100)
            problems.Add(at + "/swappiness", $"must be between 0 and 100, found {memory.Swappiness}");
    }

    private static void Unlimited(long? bytes, string pointer, SpecProblems problems)
    {
        if (bytes is < -1)
            problems.Add(pointer, $"must be a number of bytes, or -1 for no limit, found {bytes}");
    }

    // The bounds are those of the kernel: min_cfs_quota_period and max_cfs_quota_period, sched_group_set_idle(). 0 means not set.
    private static void Cpu(OciCpu? cpu, string at, SpecProblems problems)
    {
        if (cpu is null)
            return;
        if (cpu.Period is > 0 and (< 1000 or > 1_000_000))
            problems.Add(at + "/period", $"must be between 1000 and 1000000 us, found {cpu.Period}");
        if (cpu.Quota is > 0 and < 1000)
            problems.Add(at + "/quota", $"must be at least 1000 us, found {cpu.Quota}");
        if (cpu is { Quota: > 0 and long quota, Burst: { } burst } && burst > (ulong)quota)
            problems.Add(at + "/burst", $"must not be above the quota {quota}, found {burst}");
        if (cpu.Idle is not (null or 0 or 1))
            problems.Add(at + "/idle", $"must be 0 or 1, found {cpu.Idle}");
        CpuList.Check(at + "/cpus", cpu.Cpus, problems);
        CpuList.Check(at + "/mems", cpu.Mems, problems);
    }

    private static void BlockIO(OciBlockIO? io, string at, SpecProblems problems)
    {
        if (io is null)
            return;
        Weight(io.Weight, at + "/weight", problems);
        Weight(io.LeafWeight, at + "/leafWeight", problems);
        for (int i = 0; i < io.WeightDevice?.Count; i++)
        {
            string pointer = SpecPointer.Item(at + "/weightDevice", i);
            Weight(io.WeightDevice[i].Weight, pointer + "/weight", problems);
            Weight(io.WeightDevice[i].LeafWeight, pointer + "/leafWeight", problems);
        }
    }

    private static void Weight(ushort? weight, string pointer, SpecProblems problems)
    {
        if (weight is not (null or 0 or (>= 10 and <= 1000)))
            problems.Add(pointer, $"must be between 10 and 1000, found {weight}");
    }

    private static void Unified(string file, string value, string pointer, SpecProblems problems)
    {
        if (UnifiedProblem(file) is { } problem)
            problems.Add(pointer, problem, NearestName.Hint(file, s_coreFiles));
        problems.NoNul(pointer, value);
    }

    private static void DeviceRule(OciDeviceRule rule, string at, SpecProblems problems)
    {
        if (!string.IsNullOrEmpty(rule.Type))
            problems.OneOf(at + "/type", "device type", rule.Type, s_deviceTypes);
        // Additional letters are only a warning of the lint, since runc and crun accept them.
        if (!string.IsNullOrEmpty(rule.Access) && !rule.Access.AsSpan().ContainsAny("rwm"))
            problems.Add(at + "/access", $"expected a combination of r, w and m, found \"{rule.Access}\"");
        Number(rule.Major, at + "/major", problems);
        Number(rule.Minor, at + "/minor", problems);
    }

    // Engines write -1 for all.
    private static void Number(long? number, string pointer, SpecProblems problems)
    {
        if (number is < -1 or > uint.MaxValue)
            problems.Add(pointer, $"must be a device number, or -1 for all, found {number}");
    }

    private static bool IsPageSize(string? size) =>
        size is [.. var number, 'K' or 'M' or 'G', 'B'] && number is [not '0', ..] && !number.AsSpan().ContainsAnyExceptInRange('0', '9');
}
