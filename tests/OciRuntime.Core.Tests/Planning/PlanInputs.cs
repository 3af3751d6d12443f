using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Inputs of plans that depend on no machine.</summary>
internal static class PlanInputs
{
    public static HostFacts HybridHost { get; } = new()
    {
        Cgroups = new CgroupLayout
        {
            Mode = CgroupMode.Hybrid,
            Hierarchies =
            [
                new CgroupHierarchy("/sys/fs/cgroup/cpu,cpuacct", ["cpu", "cpuacct"]),
                new CgroupHierarchy("/sys/fs/cgroup/memory", ["memory"]),
                new CgroupHierarchy("/sys/fs/cgroup/systemd", ["name=systemd"]),
            ],
            UnifiedMountPoint = "/sys/fs/cgroup/unified",
        },
        EffectiveUid = 0,
        Rootless = false,
    };

    public static HostFacts UnifiedHost { get; } = new()
    {
        Cgroups = new CgroupLayout { Mode = CgroupMode.Unified, UnifiedMountPoint = "/sys/fs/cgroup", UnifiedControllers = ["cpu", "memory", "pids"] },
        EffectiveUid = 0,
        Rootless = false,
    };

    /// <summary>The default configuration, without what depends on the machine.</summary>
    public static OciSpec DefaultSpec()
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Linux!.Namespaces!.RemoveAll(ns => ns.Type == "cgroup");
        spec.Process!.Terminal = false;
        return spec;
    }

    public static CreatePlanInput Hybrid(OciSpec? spec = null) => Hybrid(new Dictionary<string, string>
    {
        ["cpu"] = "/sys/fs/cgroup/cpu,cpuacct/c1",
        ["cpuacct"] = "/sys/fs/cgroup/cpu,cpuacct/c1",
        ["memory"] = "/sys/fs/cgroup/memory/c1",
        ["name=systemd"] = "/sys/fs/cgroup/systemd/c1",
        [""] = "/sys/fs/cgroup/unified/c1",
    }, spec ?? DefaultSpec());

    public static CreatePlanInput Unified(OciSpec? spec = null) => Unified(new CgroupV2("/sys/fs/cgroup/c1", "/sys/fs/cgroup", rootless: false), spec ?? WithNamespace(DefaultSpec(), "cgroup"));

    private static CreatePlanInput Hybrid(Dictionary<string, string> paths, OciSpec spec) => new()
    {
        Spec = spec,
        Id = "c1",
        Host = HybridHost,
        Bundle = "/bundle",
        Rootfs = "/bundle/rootfs",
        CgroupJoinFiles = ["/sys/fs/cgroup/cpu,cpuacct/c1/tasks", "/sys/fs/cgroup/memory/c1/tasks", "/sys/fs/cgroup/systemd/c1/tasks"],
        CgroupCloneDirectory = "/sys/fs/cgroup/unified/c1",
        CgroupPaths = paths,
        CgroupLimits = new CgroupV1(paths, [], HybridHost.Cgroups, rootless: true).LimitsFor,
        OomFile = "/sys/fs/cgroup/memory/c1/memory.oom_control",
        HasKcore = true,
        Home = "/root",
    };

    private static CreatePlanInput Unified(CgroupV2 cgroup, OciSpec spec) => new()
    {
        Spec = spec,
        Id = "c1",
        Host = UnifiedHost,
        Bundle = "/bundle",
        Rootfs = "/bundle/rootfs",
        CgroupCloneDirectory = "/sys/fs/cgroup/c1",
        CgroupPaths = cgroup.Paths,
        CgroupLimits = cgroup.LimitsFor,
        OomFile = "/sys/fs/cgroup/c1/memory.events",
        HasKcore = true,
        Home = "/root",
    };

    public static ExecPlanInput Exec(OciSpec spec, OciProcess process, CloneBits namespaces = CloneBits.CLONE_NEWNS | CloneBits.CLONE_NEWPID) => new()
    {
        Spec = spec,
        Process = process,
        Id = "c1",
        Host = HybridHost,
        JoinNamespaces = namespaces,
        CgroupJoinFiles = ["/sys/fs/cgroup/memory/c1/tasks"],
        HasKcore = true,
        Home = "/",
    };

    public static OciSpec WithNamespace(OciSpec spec, string type, string? path = null)
    {
        spec.Linux!.Namespaces!.RemoveAll(ns => ns.Type == type);
        spec.Linux.Namespaces.Add(new OciNamespace { Type = type, Path = path });
        return spec;
    }

    public static OciSpec WithUserNamespace(OciSpec spec)
    {
        spec.Linux!.UidMappings = [new OciIdMapping { ContainerID = 0, HostID = 100000, Size = 65536 }];
        spec.Linux.GidMappings = [new OciIdMapping { ContainerID = 0, HostID = 100000, Size = 65536 }];
        return WithNamespace(spec, "user");
    }

    public static OciSpec WithMount(OciSpec spec, string destination, string? type, string? source, params string[] options)
    {
        spec.Mounts!.Add(new OciMount { Destination = destination, Type = type, Source = source, Options = [.. options] });
        return spec;
    }
}
