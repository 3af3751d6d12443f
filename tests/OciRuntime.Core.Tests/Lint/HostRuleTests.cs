using OciRuntime.Core.Host;
using OciRuntime.Core.Lint;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Planning;
using Xunit;

namespace OciRuntime.Core.Tests.Lint;

public sealed class HostRuleTests
{
    private static readonly HostFacts s_bare = PlanInputs.UnifiedHost with { Cgroups = PlanInputs.UnifiedHost.Cgroups with { UnifiedControllers = ["pids"] } };

    [Fact]
    public void TheDefaultRunsHere() =>
        Assert.DoesNotContain(SpecLint.Check(SpecDefaults.Create(), PlanInputs.UnifiedHost), issue => issue.Rule.StartsWith("Host", StringComparison.Ordinal) && issue.Severity == OciIssueSeverity.Error);

    [Fact]
    public void WhatTheMachineLacksIsNamed()
    {
        Finds("HostController", "/linux/resources/memory", spec => spec.Linux!.Resources = new() { Memory = new() { Limit = 1 << 26 } });
        Finds("HostController", "/linux/resources/rdma", spec => spec.Linux!.Resources = new() { Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 1 } } });
        Finds("HostFilesystem", "/mounts/7/type", spec => spec.Mounts!.Add(new() { Destination = "/x", Type = "nosuchfs", Source = "none" }));
        Finds("HostSource", "/mounts/7/source", spec => spec.Mounts!.Add(new() { Destination = "/x", Type = "bind", Source = "/no/such/source", Options = ["bind"] }));
        Finds("HostNamespace", "/linux/namespaces/0/path", spec => spec.Linux!.Namespaces![0].Path = "/no/such/namespace");
        if (!new HostFacts { Cgroups = s_bare.Cgroups, EffectiveUid = 0, Rootless = false }.Kernel.AppArmor)
            Finds("HostApparmor", "/process/apparmorProfile", spec => spec.Process!.ApparmorProfile = "docker-default");
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
