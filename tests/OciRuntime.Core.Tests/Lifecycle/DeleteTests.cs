using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Systemd;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>What is in a container's cgroup goes with it, and nobody else.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true)]
public sealed class DeleteTests : ContainerFixture
{
    [Fact]
    public void ATornStateOfARunningContainerLeavesNoProcess()
    {
        CreateRequest request = Request("c", Spec("sleep", "1000"));
        int pid = Start(request);
        File.WriteAllText(Path.Combine(Root, "c", "state.json"), "{\"id\":\"c");
        Runtime.Delete("c", force: true);
        Assert.True(ProcessStat.Read(pid) is not { IsDead: false });
        ProcessHandle.TryReap(pid, 0); // this process's child, if no state named it any more
        AssertGone(request);
    }

    [Fact]
    public void WithoutAStateWhatRunsInTheCgroupIsSomebodyElses()
    {
        CreateRequest request = Request("c", Spec("sleep", "1000"));
        int pid = Start(request);
        Directory.CreateDirectory(Path.Combine(Root, "d"));
        File.Copy(Path.Combine(Root, "c", "config.json"), Path.Combine(Root, "d", "config.json"));
        Runtime.Delete("d", force: true);
        Assert.Contains(Warnings, warning => warning.Contains("container d is kept", StringComparison.Ordinal));
        Assert.Equal(ContainerStatus.Running, Runtime.Get("c").State);
        Assert.Equal(pid, Runtime.Get("c").Pid);
    }

    [Fact]
    public void TheStateOfAnotherContainerIsNone()
    {
        Start(Request("c", Spec("sleep", "1000")));
        Directory.CreateDirectory(Path.Combine(Root, "d"));
        File.Copy(Path.Combine(Root, "c", "state.json"), Path.Combine(Root, "d", "state.json"));
        Assert.Equal(["c Running", "d Broken"], Runtime.List().Select(static one => $"{one.Id} {one.State}").Order(StringComparer.Ordinal));
        Assert.Equal(OciErrorCode.ContainerBroken, Assert.Throws<OciException>(() => Runtime.Kill("d", 9)).Code);
        Assert.Equal(ContainerStatus.Running, Runtime.Get("c").State);
        Directory.Delete(Path.Combine(Root, "d"), recursive: true);
    }

    [Fact]
    public void ACgroupThatAnotherContainerHasTakenOverStays()
    {
        foreach (bool privatePid in new[] { true, false })
        {
            OciSpec first = Script("exit 0"), second = Spec("sleep", "1000");
            if (!privatePid)
                first.Linux!.Namespaces!.RemoveAll(one => one.Type == "pid");
            CreateRequest request = Request("first", first);
            Start(request);
            Assert.NotNull(Runtime.Wait("first", TimeSpan.FromSeconds(10)));
            CreateRequest other = Request("second", second);
            second.Linux!.CgroupsPath = first.Linux!.CgroupsPath;
            Start(other);
            Runtime.Delete("first", force: true);
            Assert.Equal(ContainerStatus.Running, Runtime.Get("second").State);
            Assert.Contains(Warnings, warning => warning.Contains("container second is in it", StringComparison.Ordinal));
            Runtime.Delete("second", force: true);
            AssertGone(request);
            Warnings.Clear();
        }
    }

    /// <summary>Not of its pid namespace, and nobody's container.</summary>
    [Fact]
    public void AProcessThatWasPutIntoTheCgroupIsKilled()
    {
        CreateRequest request = Request("c", Spec("sleep", "1000"));
        Start(request);
        using Process guest = Process.Start("/bin/sleep", "1000");
        foreach (string directory in Paths(request))
            File.WriteAllText(directory + "/cgroup.procs", $"{guest.Id}");
        Runtime.Delete("c", force: true);
        Assert.True(guest.WaitForExit(10_000));
        AssertGone(request);
    }

    /// <summary>The freezer may be below another that somebody froze, where thawing it does nothing.</summary>
    [Fact]
    public void AContainerBelowAFrozenCgroupIsDeleted()
    {
        OciSpec spec = Spec("sleep", "1000");
        CreateRequest request = Request("c", spec);
        spec.Linux!.CgroupsPath += "/below";
        int pid = Start(request);
        IContainerCgroup above = CgroupFactory.ForExisting(HostFacts.Read(), CgroupManagerKind.Cgroupfs, CgroupOf(spec).Paths.ToDictionary(one => one.Key, one => one.Value[..^"/below".Length]));
        above.Freeze(CancellationToken.None);
        try
        {
            Runtime.Delete("c", force: true);
            Assert.True(ProcessStat.Read(pid) is not { IsDead: false });
            Assert.True(above.IsFrozen());
        }
        finally
        {
            above.Thaw();
            above.Remove(CancellationToken.None);
        }
    }

    private int Start(CreateRequest request)
    {
        int pid = Runtime.Create(request).Pid;
        Runtime.Start(request.Id);
        return pid;
    }

    private static IContainerCgroup CgroupOf(OciSpec spec) => CgroupFactory.ForNew(HostFacts.Read(), CgroupManagerKind.Cgroupfs, spec, "c");

    private static IEnumerable<string> Paths(CreateRequest request) => CgroupOf(request.Spec!).Paths.Values.Distinct();

    private static void AssertGone(CreateRequest request) => Assert.All(Paths(request), directory => Assert.False(Directory.Exists(directory), directory));
}
