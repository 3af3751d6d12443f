using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe.Comparison;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>Makes launch records, and compares one with the container as it is now.</summary>
internal static class LaunchRecords
{
    // Limit files of v2 and of v1; a hierarchy has those of its version.
    private static readonly string[] s_limits =
    [
        "memory.max", "memory.high", "memory.low", "memory.min", "memory.swap.max", "pids.max", "cpu.max", "cpu.weight", "cpu.idle", "cpuset.cpus", "cpuset.mems", "io.max", "io.weight",
        "memory.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.swappiness", "cpu.shares", "cpu.cfs_quota_us", "cpu.cfs_period_us",
        "cpu.rt_runtime_us", "devices.list", "blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device", "blkio.throttle.read_iops_device", "blkio.throttle.write_iops_device",
    ];

    private static readonly (string Set, string Field)[] s_capabilities =
        [("Effective", "CapEff"), ("Permitted", "CapPrm"), ("Inheritable", "CapInh"), ("Bounding", "CapBnd"), ("Ambient", "CapAmb")];

    private static readonly (string Name, int Seal)[] s_seals =
        [("SEAL", Libc.F_SEAL_SEAL), ("SHRINK", Libc.F_SEAL_SHRINK), ("GROW", Libc.F_SEAL_GROW), ("WRITE", Libc.F_SEAL_WRITE), ("EXEC", Libc.F_SEAL_EXEC)];

    /// <summary>Makes the record of a container that has not ended.</summary>
    /// <param name="runtime">Where it is.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning: it has stopped.</exception>
    public static OciLaunchRecord Take(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        using StateDirectory directory = StateDirectory.Open(runtime.StateRoot, id);
        ContainerState state = ContainerStatistics.LivingState(directory);
        bool started = Snapshot.StatusOf(directory, state) != ContainerStatus.Created;
        byte[] config = directory.ReadConfig();
        LaunchPlan plan = runtime.PlanOf(directory, state);
        string process = "/proc/" + Text(state.Pid);
        ProcessFields fields = ProcessFields.TryRead(process) ?? throw ContainerStatistics.NotRunning(id);
        MountEntry? root = MountTable.Parse(ContainerComparison.Read(process + "/mountinfo")).FindLast(static entry => entry.Point == "/");
        (string? helper, string? seals) = HelperOf(started ? state.SupervisorPid : state.Pid);
        var record = new OciLaunchRecord
        {
            Id = id,
            Status = Snapshot.StatusOf(directory, state).ToString(),
            Bundle = state.Bundle,
            Pid = state.Pid,
            StartTime = state.StartTime,
            ConfigHash = Hash(config),
            PlanHash = Hash(Encoding.UTF8.GetBytes(string.Join('\n', plan.Steps.Where(static step => step.SpecPointer is not null).Select(static step => $"{step} [{step.SpecPointer}]")))),
            SeccompHash = plan.Steps.OfType<SeccompStep>().FirstOrDefault() is { } seccomp ? Hash(seccomp.Filter.Span) : null,
            HelperHash = helper,
            HelperSeals = seals,
            Namespaces = NamespacesOf(process),
            Capabilities = started ? s_capabilities.ToDictionary(static set => set.Set, set => Names(fields.Bits(set.Field))) : [],
            User = started ? $"{fields.Words("Uid").ElementAtOrDefault(1)}:{fields.Words("Gid").ElementAtOrDefault(1)}" : null,
            NoNewPrivileges = started ? fields["NoNewPrivs"] == "1" : null,
            SeccompFilters = started && fields["Seccomp_filters"].Length > 0 ? (int)fields.Number("Seccomp_filters") : null,
            SecurityLabel = started ? TextFile.TryRead(process + "/attr/current", out _)?.TrimEnd('\0', '\n') : null,
            Cgroups = CgroupsOf(process),
            Limits = LimitsOf(runtime.CgroupOf(state).Paths.Values),
            RootMountId = root?.Id,
            RootMount = root is null ? null : $"{root.Type} {root.Source}",
        };
        // If another process has taken the pid by now, what was read is not about the container.
        _ = ContainerStatistics.LivingState(directory);
        return record;
    }

    /// <summary>Compares a record with the container as it is now.</summary>
    /// <param name="runtime">Where the container is.</param>
    /// <param name="id">Container id.</param>
    /// <param name="record">The earlier record.</param>
    /// <returns>What differs, without the values that one of the two does not know.</returns>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning: it has stopped.</exception>
    public static IReadOnlyList<OciContainerDifference> Compare(ContainerRuntime runtime, string id, OciLaunchRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        OciLaunchRecord now = Take(runtime, id);
        var found = new Differences(id);
        Check("process", $"{Text(record.Pid)}, born at {record.StartTime}", $"{Text(now.Pid)}, born at {now.StartTime}");
        Check("bundle", record.Bundle, now.Bundle);
        Check("configuration", record.ConfigHash, now.ConfigHash);
        Check("launch plan", record.PlanHash, now.PlanHash);
        Check("seccomp program", record.SeccompHash, now.SeccompHash);
        Check("helper", record.HelperHash, now.HelperHash);
        Check("seals of the helper", record.HelperSeals, now.HelperSeals);
        CheckAll("namespace ", record.Namespaces, now.Namespaces);
        CheckAll("capabilities ", record.Capabilities, now.Capabilities);
        Check("user", record.User, now.User);
        Check("no_new_privs", YesNo(record.NoNewPrivileges), YesNo(now.NoNewPrivileges));
        Check("seccomp filters", record.SeccompFilters?.ToString(CultureInfo.InvariantCulture), now.SeccompFilters?.ToString(CultureInfo.InvariantCulture));
        Check("security label", record.SecurityLabel, now.SecurityLabel);
        CheckAll("cgroup ", record.Cgroups, now.Cgroups);
        CheckAll(string.Empty, record.Limits, now.Limits);
        Check("root mount", record.RootMountId?.ToString(CultureInfo.InvariantCulture), now.RootMountId?.ToString(CultureInfo.InvariantCulture));
        Check("root filesystem", record.RootMount, now.RootMount);
        return found.List;

        void Check(string property, string? then, string? current)
        {
            if (then is not null && current is not null)
                found.Check(property, then, current, null);
        }

        void CheckAll(string prefix, Dictionary<string, string> then, Dictionary<string, string> current)
        {
            if (then.Count == 0 || current.Count == 0)
                return;
            foreach (string key in then.Keys.Union(current.Keys))
                found.Check(prefix + key, then.GetValueOrDefault(key, "none"), current.GetValueOrDefault(key, "none"), null);
        }
    }

    private static string? YesNo(bool? value) => value switch { true => "set", false => "not set", null => null };

    private static Dictionary<string, string> NamespacesOf(string process)
    {
        var inodes = new Dictionary<string, string>();
        foreach (string type in NamespaceKind.Types)
        {
            if (OwnNamespaces.InodeOf($"{process}/ns/{NamespaceKind.FileOf(type)}") is { } inode)
                inodes.Add(type, inode.ToString(CultureInfo.InvariantCulture));
        }
        return inodes;
    }

    private static Dictionary<string, string> CgroupsOf(string process)
    {
        var paths = new Dictionary<string, string>();
        foreach (string line in ContainerComparison.Read(process + "/cgroup").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(':', 3);
            paths[parts[1].Length == 0 ? "unified" : parts[1]] = parts[2];
        }
        return paths;
    }

    private static Dictionary<string, string> LimitsOf(IEnumerable<string> directories)
    {
        var limits = new Dictionary<string, string>();
        foreach (string directory in directories.Distinct(StringComparer.Ordinal))
        {
            foreach (string file in s_limits)
            {
                if (TextFile.TryRead($"{directory}/{file}", out _) is { } value)
                    limits[file] = value.Trim().Replace("\n", "; ", StringComparison.Ordinal);
            }
        }
        return limits;
    }

    // Only a process that may trace it can read the program of an undumpable process.
    private static (string? Hash, string? Seals) HelperOf(int pid)
    {
        if (pid == 0)
            return (null, null);
        int number = Libc.open($"/proc/{Text(pid)}/exe", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (number < 0)
            return (null, null);
        using var file = new SafeFd(number);
        int seals = Libc.fcntl(number, Libc.F_GET_SEALS, 0);
        return SmallFile.ReadAll(number, 64 << 20, regular: true) is { } program
            ? (Hash(program), seals < 0 ? null : string.Join(' ', s_seals.Where(seal => (seals & seal.Seal) != 0).Select(static seal => seal.Name)))
            : (null, null);
    }

    private static string Names(ulong bits) => string.Join(' ', CapabilityNames.All.Where((_, bit) => (bits >> bit & 1) != 0));

    private static string Hash(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
