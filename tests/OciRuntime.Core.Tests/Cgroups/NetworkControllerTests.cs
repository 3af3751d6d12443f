using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>net_cls and net_prio, which hardly a machine mounts: in a hierarchy of the tests' own.</summary>
[Needs(Root = true)]
public sealed class NetworkControllerTests
{
    [Fact]
    public void TheClassIsTheKernels() => Within("net_cls", cgroup =>
    {
        cgroup.Make(new() { Network = new() { ClassID = 0x100001 } });
        Assert.Equal("1048577", File.ReadAllText(cgroup.Paths["net_cls"] + "/net_cls.classid").Trim());
    });

    [Fact]
    public void PrioritiesAreTheKernels() => Within("net_prio", cgroup =>
    {
        cgroup.Make(new() { Network = new() { Priorities = [new() { Name = "lo", Priority = 5 }] } });
        Assert.Contains("lo 5", File.ReadAllLines(cgroup.Paths["net_prio"] + "/net_prio.ifpriomap"));
        OciException error = Assert.Throws<OciException>(() => cgroup.Apply(new() { Network = new() { Priorities = [new() { Name = "lo", Priority = 6 }, new() { Name = "oci-nosuch", Priority = 1 }] } }));
        Assert.Equal("/linux/resources/network/priorities/1", error.SpecPointer);
    });

    private static void Within(string controller, Action<IContainerCgroup> test)
    {
        Assert.SkipWhen(HostFacts.Read().Cgroups.Mode == CgroupMode.Unified, "this machine's cgroup layout is Unified, the test needs v1 hierarchies");
        string? number = Hierarchy(controller);
        Assert.SkipWhen(number is null, $"this kernel has no {controller} controller");
        Assert.SkipUnless(number == "0", $"this machine has a hierarchy with {controller}");
        using var directory = new TemporaryDirectory();
        Mount(controller, directory.Path);
        try
        {
            HostFacts host = HostFacts.Read();
            host = host with { Cgroups = host.Cgroups with { Hierarchies = [.. host.Cgroups.Hierarchies, new(directory.Path, [controller])] } };
            string path = "/oci-tests-" + Guid.NewGuid().ToString("N");
            IContainerCgroup cgroup = CgroupFactory.ForNew(host, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec(path), "test");
            try
            {
                test(cgroup);
            }
            finally
            {
                cgroup.Remove(CancellationToken.None);
            }
        }
        finally
        {
            Unmount(controller, directory.Path);
        }
    }

    private static void Mount(string controller, string directory) => Machine.Run("mount", "-t", "cgroup", "-o", controller, controller, directory);

    // The kernel counts a cgroup for a while after it is removed, and keeps a hierarchy that had one at its last unmount: then once more.
    private static void Unmount(string controller, string directory)
    {
        Assert.Equal(0, SysMount.umount2(directory, 0));
        for (int i = 0; i < 10 && !SpinWait.SpinUntil(() => Hierarchy(controller) is "0", TimeSpan.FromSeconds(1)); i++)
        {
            Mount(controller, directory);
            Assert.Equal(0, SysMount.umount2(directory, 0));
        }
        Assert.Equal("0", Hierarchy(controller));
    }

    // The number in /proc/cgroups (cgroups(7)): 0 is none, null an unknown controller.
    private static string? Hierarchy(string controller) =>
        File.ReadLines("/proc/cgroups").FirstOrDefault(line => line.StartsWith(controller + "\t", StringComparison.Ordinal))?.Split('\t')[1];
}
