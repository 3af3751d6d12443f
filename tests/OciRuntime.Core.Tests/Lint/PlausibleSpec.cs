using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Tests.Lint;

/// <summary>Changes of a sound configuration as people and engines make them: values that are right, at the edge, and wrong.</summary>
internal sealed class PlausibleSpec(int seed)
{
    private const long Megabyte = 1 << 20;

    private readonly Random _random = new(seed);

    /// <summary>Makes one to three changes and names them.</summary>
    public string Change(OciSpec spec)
    {
        var changes = new List<string>();
        for (int i = _random.Next(1, 4); i > 0; i--)
            changes.Add(ChangeOne(spec));
        return string.Join(", ", changes);
    }

    private string ChangeOne(OciSpec spec)
    {
        OciLinux linux = spec.Linux!;
        OciProcess process = spec.Process!;
        OciResources resources = linux.Resources ??= new();
        OciMemory memory = resources.Memory ??= new();
        OciCpu cpu = resources.Cpu ??= new();
        switch (_random.Next(40))
        {
            case 0: return $"memory.limit {memory.Limit = Pick<long>(-2, -1, 0, 64 * Megabyte)}";
            case 1: return $"memory.swap {memory.Swap = Pick<long>(-2, -1, 0, 32 * Megabyte, 128 * Megabyte)}";
            case 2: return $"memory.reservation {memory.Reservation = Pick<long>(-2, -1, 0, 32 * Megabyte)}";
            case 3: return $"memory.swappiness {memory.Swappiness = Pick<ulong>(0, 60, 100, 150, 201)}";
            case 4: return $"cpu.shares {cpu.Shares = Pick<ulong>(0, 1, 2, 1024, 1 << 20)}";
            case 5: return $"cpu.quota {cpu.Quota = Pick<long>(-1, 0, 999, 1000, 50_000)}";
            case 6: return $"cpu.period {cpu.Period = Pick<ulong>(0, 5, 1000, 100_000, 2_000_000)}";
            case 7: return $"cpu.burst {cpu.Burst = Pick<ulong>(0, 500, 60_000)}";
            case 8: return $"cpu.idle {cpu.Idle = Pick<long>(-1, 0, 1, 2)}";
            case 9: return $"cpu.cpus {cpu.Cpus = Pick("", "0", "0-", "x", "0-9000", "N")}";
            case 10: return $"cpu.mems {cpu.Mems = Pick("", "0", "1-0", "1000")}";
            case 11: return $"pids.limit {(resources.Pids = new() { Limit = Pick<long>(-1, 0, 1, 100) }).Limit}";
            case 12: return $"blockIO.weight {(resources.BlockIO = new() { Weight = Pick<ushort>(0, 5, 10, 1000, 1001) }).Weight}";
            case 13:
                string key = Pick("cgroup.procs", "cgroup.kill", "cgroup.max.depth", "nodots", "memory.high", "hugetlb.nosuch", "../x", "");
                resources.Unified = new() { [key] = "5" };
                return $"unified {key}";
            case 14:
                OciDeviceRule rule = new() { Allow = Pick(true, false), Type = Pick("a", "b", "c", "", "z"), Major = Pick<long?>(null, -2, -1, 10), Minor = Pick<long?>(null, -1, 5), Access = Pick("", "rwm", "r", "x") };
                (resources.Devices ??= []).Add(rule);
                return $"device rule {rule.Allow} {rule.Type} {rule.Major}:{rule.Minor} {rule.Access}";
            case 15: return $"hugepages {(resources.HugepageLimits = [new() { PageSize = Pick("2MB", "3MB", "2M", "0MB") }])[0].PageSize}";
            case 16: return $"network {(resources.Network = new() { ClassID = Pick<uint>(0, 1) }).ClassID}";
            case 17: return $"cwd {process.Cwd = Pick("/", "/tmp", "tmp", "", "/made/here")}";
            case 18: return $"uid {(process.User = new() { Uid = Pick<uint>(0, 1000, uint.MaxValue), Umask = Pick<uint?>(null, 18, 512) }).Uid}";
            case 19:
                process.Rlimits = [new() { Type = Pick("RLIMIT_NOFILE", "RLIMIT_CORE", "NOFILE"), Soft = Pick<ulong>(0, 64, 512), Hard = Pick<ulong>(0, 64, 512) }];
                return $"rlimit {process.Rlimits[0].Type} {process.Rlimits[0].Soft}:{process.Rlimits[0].Hard}";
            case 20:
                string capability = Pick("CAP_KILL", "CAP_SYS_ADMIN", "KILL");
                Pick(process.Capabilities!.Effective, process.Capabilities.Bounding, process.Capabilities.Ambient ??= [])!.Add(capability);
                return capability;
            case 21: return $"oomScoreAdj {process.OomScoreAdj = Pick(-1001, 0, 500, 1000, 1001)}";
            case 22:
                process.Scheduler = new() { Policy = Pick("SCHED_OTHER", "SCHED_BATCH", "SCHED_IDLE", "SCHED_ISO", "SCHED_FAST"), Nice = Pick<int?>(null, 0, 5, 20), Priority = Pick<int?>(null, 0, 7) };
                return $"scheduler {process.Scheduler.Policy} {process.Scheduler.Nice} {process.Scheduler.Priority}";
            case 23: return $"ioPriority {(process.IOPriority = new() { Class = Pick("IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE", "BE"), Priority = Pick(0, 7, 8) }).Class}";
            case 24:
                string variable = Pick("A=b", "=b", "A", "A=");
                process.Env!.Add(variable);
                return $"env {variable}";
            case 25: return $"consoleSize {(process.ConsoleSize = new() { Height = Pick<uint>(0, 24, 70_000), Width = 80 }).Height}";
            case 26: return $"hostname {(spec.Hostname = Pick("web", "", new string('h', 64), new string('h', 65))).Length}";
            case 27:
                OciMount mount = new()
                {
                    Destination = Pick("/x", "x/y", "/x/../y", "/", "", "/proc/x", "/proc", "/tmp"),
                    Type = Pick("tmpfs", "bind", "none", null, "nosuchfs", "proc"),
                    Source = Pick("tmpfs", "/tmp", "/no/such/source", null, ""),
                    Options = Pick<List<string>?>(null, ["bind"], ["rbind", "ro"], ["rbnd"], ["size=4k"], ["tmpcopyup"], ["remount", "ro"], ["idmap", "bind"]),
                };
                (spec.Mounts ??= []).Add(mount);
                return $"mount {mount.Type} {mount.Source} on {mount.Destination} ({string.Join(',', mount.Options ?? [])})";
            case 28:
                OciNamespace item = new() { Type = Pick("user", "time", "pid", "net", "cgroup", "ipc"), Path = Pick(null, null, "relative", "/no/such/namespace") };
                linux.Namespaces!.Add(item);
                return $"namespace {item.Type} {item.Path}";
            case 29:
                string dropped = Pick("mount", "uts", "network", "ipc", "pid");
                linux.Namespaces!.RemoveAll(one => one.Type == dropped);
                return $"no {dropped} namespace";
            case 30:
                OciDevice device = new() { Type = Pick("c", "p", "u", "x", ""), Path = Pick("/dev/one", "/dev/null", "dev/x", "/dev/../y", "/dev/ptmx"), Major = Pick<long?>(null, 1, 5000), Minor = Pick<long?>(null, 3, -1), Uid = Pick<uint?>(null, 5, uint.MaxValue) };
                (linux.Devices ??= []).Add(device);
                return $"device {device.Type} {device.Path} {device.Major}:{device.Minor} {device.Uid}";
            case 31:
                linux.Seccomp = new()
                {
                    DefaultAction = Pick("SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "KILL", "SCMP_ACT_NOTIFY"),
                    Architectures = Pick<List<string>?>(null, ["SCMP_ARCH_X86_64"], ["SCMP_ARCH_MIPS"], ["amd64"]),
                    Flags = Pick<List<string>?>(null, ["SECCOMP_FILTER_FLAG_LOG"], ["LOG"]),
                    Syscalls = [new() { Names = Pick<List<string>>(["mkdir"], ["opn"], []), Action = Pick("SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY", "ERRNO"), ErrnoRet = Pick<uint?>(null, 5, 5000) }],
                };
                return $"seccomp {linux.Seccomp.DefaultAction}";
            case 32:
                string name = Pick("net.ipv4.ip_forward", "kernel.msgmax", "kernel.panic", "kernel.hostname", "user.max_user_namespaces", "net..x", "net/ipv4/ip_forward");
                (linux.Sysctl ??= [])[name] = "1";
                return $"sysctl {name}";
            case 33:
                string hidden = Pick("/proc/kcore", "relative", "/no/such/path", "/etc");
                Pick(linux.MaskedPaths, linux.ReadonlyPaths)!.Add(hidden);
                return $"hidden {hidden}";
            case 34: return $"rootfsPropagation {linux.RootfsPropagation = Pick("private", "rslave", "rshared", "unbindable", "sideways")}";
            case 35:
                (linux.TimeOffsets ??= [])[Pick("monotonic", "boottime", "realtime")] = new() { Secs = Pick<long>(0, 100), Nanosecs = Pick<uint>(0, 1_000_000_000) };
                return "timeOffsets";
            case 36: return $"personality {(linux.Personality = new() { Domain = Pick("LINUX", "LINUX32", "BSD") }).Domain}";
            case 37:
                linux.MemoryPolicy = new() { Mode = Pick("MPOL_DEFAULT", "MPOL_BIND", "MPOL_LOCAL", "BIND"), Nodes = Pick("", "0", "900", "x") };
                return $"memoryPolicy {linux.MemoryPolicy.Mode} {linux.MemoryPolicy.Nodes}";
            case 38:
                linux.UidMappings = [new() { ContainerID = 0, HostID = Pick<uint>(100_000, uint.MaxValue), Size = Pick<uint>(0, 1, 65536) }];
                linux.GidMappings = Pick<List<OciIdMapping>?>(null, [new() { ContainerID = 0, HostID = 100_000, Size = 65536 }]);
                return $"mappings {linux.UidMappings[0].HostID} {linux.UidMappings[0].Size}";
            default:
                OciHook hook = new() { Path = Pick("/bin/true", "true", ""), Timeout = Pick<int?>(null, 0, 10), Env = Pick<List<string>?>(null, ["A=b"], ["A"]) };
                spec.Hooks = new() { CreateRuntime = [hook] };
                return $"hook {hook.Path} {hook.Timeout}";
        }
    }

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
