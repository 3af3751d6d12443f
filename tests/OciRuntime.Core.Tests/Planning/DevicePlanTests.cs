using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class DevicePlanTests
{
    [Fact]
    public void ADeviceHasItsTypeNumbersOwnerAndMode()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Devices =
        [
            new OciDevice { Type = "b", Path = "/dev/loop0", Major = 7, Minor = 1, FileMode = 0x1b0, Uid = 1, Gid = 6 },
            new OciDevice { Type = "u", Path = "/dev/u", Major = 1, Minor = 2 },
            new OciDevice { Type = "p", Path = "/run/pipe" },
        ];
        List<LaunchStep> steps = Plan(spec);
        Assert.Contains(steps, step => step is MakeNodeStep { Path: "/dev/loop0", Mode: 0x61b0, Major: 7, Minor: 1, Uid: 1, Gid: 6, BindFallback: true, SpecPointer: "/linux/devices/0" });
        Assert.Contains(steps, step => step is MakeNodeStep { Path: "/dev/u", Mode: 0x21b6 });
        Assert.Contains(steps, step => step is MakeNodeStep { Path: "/run/pipe", Mode: 0x11b6, BindFallback: false });
    }

    [Fact]
    public void ADefaultDeviceCanBeReplaced()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Devices = [new OciDevice { Type = "c", Path = "/dev/null", Major = 1, Minor = 3, FileMode = 0x180 }];
        Assert.Equal(0x2180u, Assert.Single(Plan(spec).OfType<MakeNodeStep>(), step => step.Path == "/dev/null").Mode);
    }

    [Fact]
    public void TheHostsPtmxIsNotMade()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Devices = [new OciDevice { Type = "c", Path = "/dev/ptmx", Major = 5, Minor = 2 }];
        Assert.DoesNotContain(Plan(spec), step => step is MakeNodeStep { Path: "/dev/ptmx" });
    }

    [Fact]
    public void ABoundDevIsLeftAlone()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Mounts!.RemoveAll(mount => mount.Destination.StartsWith("/dev", StringComparison.Ordinal));
        PlanInputs.WithMount(spec, "/dev", "bind", "/dev", "rbind");
        Assert.DoesNotContain(Plan(spec), step => step is MakeNodeStep or SymlinkStep { Path: "/dev/ptmx" or "/dev/fd" } or UnlinkStep);
    }

    [Fact]
    public void ADevOfTheImageLosesItsPtmxFirst()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Mounts!.RemoveAll(mount => mount.Destination == "/dev");
        List<LaunchStep> steps = Plan(spec);
        int unlink = steps.FindIndex(step => step is UnlinkStep { Path: "/dev/ptmx" });
        Assert.True(unlink >= 0);
        Assert.IsType<SymlinkStep>(steps[unlink + 1]);
        Assert.True(((UnlinkStep)steps[unlink]).RealDirectory);
        Assert.Empty(Plan(PlanInputs.DefaultSpec()).OfType<UnlinkStep>());
        // That of the kernel has one too.
        spec.Mounts.Insert(0, new() { Destination = "/dev", Type = "devtmpfs" });
        Assert.Single(Plan(spec).OfType<UnlinkStep>());
    }

    [Fact]
    public void AUserNamespaceBindsTheHostsNodes()
    {
        OciSpec spec = PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec());
        spec.Linux!.Devices = [new OciDevice { Type = "p", Path = "/run/pipe" }];
        List<LaunchStep> steps = Plan(spec);
        Assert.Contains(steps, step => step is BindStep { Source: "/dev/null", Target: "/dev/null" });
        Assert.Equal("/run/pipe", Assert.Single(steps.OfType<MakeNodeStep>()).Path);
    }

    /// <summary>An image whose /dev leads to a volume would have the host's directory furnished (CVE-2026-41579).</summary>
    [Fact]
    public void LinksAreMadeInARealDirectory()
    {
        SymlinkStep[] links = [.. Plan(PlanInputs.DefaultSpec()).OfType<SymlinkStep>().Where(static step => step.Path.StartsWith("/dev/", StringComparison.Ordinal))];
        Assert.Equal(["/dev/ptmx", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/core"], links.Select(static step => step.Path));
        Assert.All(links, static step => Assert.True(step.RealDirectory));
    }

    private static List<LaunchStep> Plan(OciSpec spec) => [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
}
