using OciRuntime.Core.Host;
using OciRuntime.Core.Lint;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Cgroups;
using OciRuntime.Core.Tests.Planning;
using Xunit;

namespace OciRuntime.Core.Tests.Lint;

public sealed class HostRuleTests
{
    private static readonly HostFacts s_bare = PlanInputs.UnifiedHost with { Cgroups = PlanInputs.UnifiedHost.Cgroups with { UnifiedControllers = ["pids"] } };

    [Fact]
    public void TheDefaultRunsHere() =>
        Assert.DoesNotContain(SpecLint.Check(SpecDefaults.Create(), PlanInputs.UnifiedHost), issue => issue.Rule.StartsWith("Host", StringComparison.Ordinal) && issue.Level == OciIssueSeverity.Error);

    [Fact]
    public void WhatTheMachineLacksIsNamed()
    {
        Finds("HostController", "/linux/resources/memory/limit", spec => spec.Linux!.Resources = new() { Memory = new() { Limit = 1 << 26 } });
        Finds("HostController", "/linux/resources/rdma/mlx5_1", spec => spec.Linux!.Resources = new() { Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 1 } } });
        Finds("HostController", "/linux/resources/cpu/quota", spec => spec.Linux!.Resources = new() { Cpu = new() { Quota = 5000 } });
        Finds("HostController", "/linux/resources/cpu/idle", spec => spec.Linux!.Resources = new() { Cpu = new() { Idle = 1 } });
        Finds("HostController", "/linux/resources/unified/memory.high", spec => spec.Linux!.Resources = new() { Unified = new() { ["memory.high"] = "1" } });
        Finds("HostController", "/linux/resources/memory/swappiness", spec => spec.Linux!.Resources = new() { Memory = new() { Swappiness = 10 } });
        Finds("HostController", "/linux/resources/network", spec => spec.Linux!.Resources = new() { Network = new() { ClassID = 1 } });
        Finds("HostListener", "/linux/seccomp/listenerPath", spec => spec.Linux!.Seccomp = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            ListenerPath = "/no/such/agent",
            Syscalls = [new() { Names = ["mkdir"], Action = "SCMP_ACT_NOTIFY" }],
        });
        Finds("HostNetDevice", "/linux/netDevices/oci-nosuch0", spec => spec.Linux!.NetDevices = new() { ["oci-nosuch0"] = new() });
        if (!Directory.Exists("/sys/fs/resctrl/info"))
            Finds("HostResctrl", "/linux/intelRdt", spec => spec.Linux!.IntelRdt = new() { Schemata = ["L3:0=f"] });
        Finds("HostFilesystem", "/mounts/7/type", spec => spec.Mounts!.Add(new() { Destination = "/x", Type = "nosuchfs", Source = "none" }));
        Finds("HostSource", "/mounts/7/source", spec => spec.Mounts!.Add(new() { Destination = "/x", Type = "bind", Source = "/no/such/source", Options = ["bind"] }));
        Finds("HostNamespace", "/linux/namespaces/0/path", spec => spec.Linux!.Namespaces![0].Path = "/no/such/namespace");
        if (!new HostFacts { Cgroups = s_bare.Cgroups, EffectiveUid = 0, Rootless = false }.Kernel.AppArmor)
            Finds("HostApparmor", "/process/apparmorProfile", spec => spec.Process!.ApparmorProfile = "docker-default");
    }

    /// <summary>v1 has hierarchies instead, and other limits.</summary>
    [Fact]
    public void WhatV1LacksIsNamed()
    {
        HostFacts host = PlanInputs.HybridHost with { Cgroups = PlanInputs.HybridHost.Cgroups with { UnifiedControllers = [] } };
        void Found(string pointer, OciResources resources) => Assert.Contains(
            SpecLint.Check(With(spec => spec.Linux!.Resources = resources), host), issue => issue.Rule == "HostController" && issue.Pointer == pointer);
        Found("/linux/resources/unified/memory.high", new() { Unified = new() { ["memory.high"] = "1" } });
        Found("/linux/resources/network/classID", new() { Network = new() { ClassID = 1 } });
        Found("/linux/resources/network/priorities/0", new() { Network = new() { Priorities = [new() { Name = "eth0", Priority = 1 }] } });
        Found("/linux/resources/pids/limit", new() { Pids = new() { Limit = 5 } });
        Found("/linux/resources/devices/1", new()
        {
            Devices = [new() { Allow = true, Type = "c", Major = 10, Access = "rwm" }, new() { Allow = false, Type = "c", Major = 10, Minor = 5, Access = "rwm" }],
        });
    }

    /// <summary>The CPUs and nodes that this machine has.</summary>
    [Fact, NeedsCgroup("cpuset")]
    public void CpusThatTheMachineLacksAreNamed()
    {
        HostFacts host = HostFacts.Read();
        string[] found = [.. SpecLint.Check(With(spec => spec.Linux!.Resources = new() { Cpu = new() { Cpus = "0,8000", Mems = "900" } }), host).Select(issue => issue.Pointer)];
        Assert.Contains("/linux/resources/cpu/cpus", found);
        Assert.Contains("/linux/resources/cpu/mems", found);
        Assert.DoesNotContain(SpecLint.Check(With(spec => spec.Linux!.Resources = new() { Cpu = new() { Cpus = "0", Mems = "0" } }), host), issue => issue.Rule == "HostController");
    }

    [Fact]
    public void ARootlessMachineCantMoveDevices() => Assert.Contains(
        SpecLint.Check(With(spec => spec.Linux!.NetDevices = new() { ["eth7"] = new() }), s_bare with { Rootless = true }), issue => issue is { Rule: "HostPlan", Pointer: "/linux/netDevices" });

    private static void Finds(string rule, string pointer, Action<OciSpec> change)
    {
        OciSpec spec = With(change);
        Assert.Contains(SpecLint.Check(spec, s_bare), issue => issue.Rule == rule && issue.Pointer == pointer);
        Assert.DoesNotContain(SpecLint.Check(spec), issue => issue.Rule.StartsWith("Host", StringComparison.Ordinal));
    }

    private static OciSpec With(Action<OciSpec> change)
    {
        OciSpec spec = SpecDefaults.Create();
        change(spec);
        return spec;
    }
}
