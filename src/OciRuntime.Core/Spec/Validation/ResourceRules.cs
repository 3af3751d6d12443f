using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>linux.resources: what no cgroup manager can carry out.</summary>
internal static class ResourceRules
{
    private static readonly string[] s_deviceTypes = ["a", "c", "b"];

    public static void Check(OciResources? resources, string at, SpecProblems problems)
    {
        if (resources is null)
            return;
        for (int i = 0; i < resources.Devices?.Count; i++)
            DeviceRule(resources.Devices[i], SpecPointer.Item(at + "/devices", i), problems);
        if (resources.Memory is { Limit: > 0 and long limit, Swap: > 0 and long swap } && swap < limit)
            problems.Add(at + "/memory/swap", $"memory+swap limit should be >= memory limit {limit}, found {swap}");
        if (resources.Memory?.Swappiness is > 200)
            problems.Add(at + "/memory/swappiness", $"must be between 0 and 200, found {resources.Memory.Swappiness}");
        CpuList.Check(at + "/cpu/cpus", resources.Cpu?.Cpus, problems);
        CpuList.Check(at + "/cpu/mems", resources.Cpu?.Mems, problems);
        foreach ((string file, string value) in resources.Unified ?? [])
        {
            string pointer = SpecPointer.Property(at + "/unified", file);
            // The key is the name of a file in the cgroup's directory.
            if (file.Length == 0 || file is "." or ".." || file.AsSpan().IndexOfAny('/', '\0') >= 0)
                problems.Add(pointer, $"\"{file}\" is not the name of a cgroup file");
            problems.NoNul(pointer, value);
        }
        for (int i = 0; i < resources.HugepageLimits?.Count; i++)
        {
            if (!IsPageSize(resources.HugepageLimits[i].PageSize))
                problems.Add(SpecPointer.Item(at + "/hugepageLimits", i) + "/pageSize", $"expected a size such as 2MB, found \"{resources.HugepageLimits[i].PageSize}\"");
        }
    }

    private static void DeviceRule(OciDeviceRule rule, string at, SpecProblems problems)
    {
        if (!string.IsNullOrEmpty(rule.Type))
            problems.OneOf(at + "/type", "device type", rule.Type, s_deviceTypes);
        if (rule.Access.AsSpan().ContainsAnyExcept("rwm"))
            problems.Add(at + "/access", $"expected a combination of r, w and m, found \"{rule.Access}\"");
    }

    private static bool IsPageSize(string? size) =>
        size is [.. var number, 'K' or 'M' or 'G', 'B'] && number is [not '0', ..] && !number.AsSpan().ContainsAnyExceptInRange('0', '9');
}
