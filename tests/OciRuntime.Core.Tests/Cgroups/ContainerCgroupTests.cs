using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Systemd;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>The life of a cgroup: made, joined, frozen, killed, removed.</summary>
[Needs(Root = true)]
public class ContainerCgroupTests : CgroupTest
{
    public ContainerCgroupTests()
    {
    }

    private protected ContainerCgroupTests(Func<HostFacts, HostFacts> change)
        : base(change)
    {
    }

    [Fact]
    public void CreateMakesEveryDirectory()
    {
        Cgroup.Make(null);
        Assert.NotEmpty(Cgroup.Paths);
        Assert.All(Cgroup.Paths.Values, directory => Assert.True(Directory.Exists(directory), directory));
    }

    [Fact]
    public void CreateTakesAnEmptyOneThatIsThere()
    {
        Cgroup.Make(null);
        Cgroup.Make(null);
        Assert.Equal(0, Run("true"));
    }

    [Fact]
    public void JoinedProcessesAreListedAndKilled()
    {
        Cgroup.Make(null);
        Process shell = Join("sleep 100 & sleep 100 & wait");
        Until(() => Cgroup.Processes().Count == 3);
        Assert.Contains(shell.Id, Cgroup.Processes());
        Cgroup.Signal(9);
        shell.WaitForExit();
        Assert.Equal(137, shell.ExitCode);
        Until(() => Cgroup.Processes().Count == 0);
    }

    [Fact]
    public void ProcessesOfSubCgroupsAreListedAndKilled()
    {
        Cgroup.Make(null);
        List<string> inner = [.. Cgroup.Paths.Values.Distinct().Select(directory => directory + "/inner")];
        inner.ForEach(directory => Directory.CreateDirectory(directory));
        if (Cgroup.Paths.TryGetValue("cpuset", out string? cpuset))
        {
            foreach (string file in new[] { "cpuset.cpus", "cpuset.mems" })
                File.WriteAllText($"{cpuset}/inner/{file}", File.ReadAllText($"{cpuset}/{file}"));
        }

        Process sleeper = Join(string.Concat(inner.Select(directory => $"echo 0 > {directory}/cgroup.procs; ")) + "echo moved; exec sleep 100");
        Assert.Equal("moved", sleeper.StandardOutput.ReadLine());
        Assert.Equal([sleeper.Id], Cgroup.Processes());
        Cgroup.Signal(9);
        sleeper.WaitForExit();
        Assert.Equal(137, sleeper.ExitCode);
    }

    [Fact]
    public void OtherSignalsReachEveryProcess()
    {
        Cgroup.Make(null);
        Process shell = Join("trap 'echo got' USR1; sh -c 'trap \"exit 7\" USR1; echo ready; while :; do sleep 0.01; done' & wait; wait; echo $?");
        Assert.Equal("ready", shell.StandardOutput.ReadLine());
        Cgroup.Signal(10);
        Assert.Equal("got", shell.StandardOutput.ReadLine());
        Assert.False(Cgroup.IsFrozen());
    }

    [Fact]
    public void FreezeStopsAndThawGoesOn()
    {
        Cgroup.Make(null);
        Process busy = Join("while :; do :; done");
        Assert.False(Cgroup.IsFrozen());
        Cgroup.Freeze(CancellationToken.None);
        Assert.True(Cgroup.IsFrozen());
        long before = CpuTicks(busy.Id);
        Thread.Sleep(100);
        Assert.Equal(before, CpuTicks(busy.Id));
        Cgroup.Thaw();
        Assert.False(Cgroup.IsFrozen());
        Until(() => CpuTicks(busy.Id) > before);
    }

    [Fact]
    public void ProcessesThatForkAllTheTimeAreFrozen()
    {
        Cgroup.Make(null);
        Join("while :; do /bin/true; done");
        for (int i = 0; i < 20; i++)
        {
            Cgroup.Freeze(CancellationToken.None);
            Assert.True(Cgroup.IsFrozen());
            Cgroup.Thaw();
        }
    }

    [Fact]
    public void ACancelledFreezeIsUndone()
    {
        Cgroup.Make(null);
        Join("exec sleep 100");
        OciException error = Assert.Throws<OciException>(() => Cgroup.Freeze(new CancellationToken(canceled: true)));
        Assert.Equal(OciErrorCode.Cancelled, error.Code);
        Assert.False(Cgroup.IsFrozen());
    }

    /// <summary>Thawed before the signals go out, a fork bomb would outrun them.</summary>
    [Fact]
    public void AFreezeThatTakesLongerGoesOn()
    {
        Cgroup.Make(null);
        Join("while :; do /bin/true; done");
        if (Cgroup.Paths.TryGetValue("freezer", out string? freezer))
            V1Freezer.TryFreeze(freezer, deadline: -1, CancellationToken.None);
        else
            V2Freezer.TryFreeze(Cgroup.Paths[string.Empty], deadline: -1, CancellationToken.None);
        Assert.True(Cgroup.IsFrozen());
        Cgroup.Thaw();
    }

    /// <summary>A scope without processes ends by itself: a systemd that can't be reached keeps nobody from removing its directories.</summary>
    [Fact]
    public void WhereSystemdIsNotReachedTheDirectoriesAreRemoved()
    {
        Cgroup.Make(null);
        new SystemdCgroup((IFileCgroup)Cgroup, "oci-tests-nobody.scope", Host).Remove(CancellationToken.None);
        AssertGone(Cgroup.Paths.Values);
    }

    [Fact]
    public void AFrozenProcessCanBeKilled()
    {
        Cgroup.Make(null);
        Process sleeper = Join("exec sleep 100");
        Cgroup.Freeze(CancellationToken.None);
        Cgroup.Signal(9);
        Assert.True(sleeper.WaitForExit(10_000), "it is still there");
    }

    [Fact]
    public void AForkBombIsKilled()
    {
        Cgroup.Make(new() { Pids = new() { Limit = 60 } });
        Process bomb = Join("bomb() { bomb & bomb; }; bomb 2>/dev/null");
        Until(() => Cgroup.Processes().Count > 20 || bomb.HasExited);
        Cgroup.Signal(9);
        Cgroup.Remove(CancellationToken.None);
    }

    [Fact]
    public void RemoveWaitsForTheLastProcess()
    {
        Cgroup.Make(null);
        Join("exec sleep 0.3");
        Cgroup.Remove(CancellationToken.None);
        AssertGone(Cgroup.Paths.Values);
    }

    [Fact]
    public void RemoveRightAfterTheEndNeedsNoSecondTry()
    {
        for (int i = 0; i < 20; i++)
        {
            Cgroup.Make(null);
            Run("true");
            Cgroup.Remove(CancellationToken.None);
            AssertGone(Cgroup.Paths.Values);
        }
    }

    [Fact]
    public void RemoveCanBeCancelled()
    {
        Cgroup.Make(null);
        Join("exec sleep 100");
        using var cancellation = new CancellationTokenSource(50);
        Assert.Equal(OciErrorCode.Cancelled, Assert.Throws<OciException>(() => Cgroup.Remove(cancellation.Token)).Code);
    }

    [Fact]
    public void RemovingTwiceIsNoError()
    {
        Cgroup.Make(null);
        Cgroup.Remove(CancellationToken.None);
        Cgroup.Remove(CancellationToken.None);
    }

    [Fact]
    public void SubCgroupsAreRemovedToo()
    {
        Cgroup.Make(null);
        foreach (string directory in Cgroup.Paths.Values.Distinct())
            Directory.CreateDirectory(directory + "/inner/most");
        Cgroup.Remove(CancellationToken.None);
        AssertGone(Cgroup.Paths.Values);
    }

    [Fact]
    public void ParentsThatWereMadeStay()
    {
        string parent = "/oci-tests/" + Guid.NewGuid().ToString("N");
        IContainerCgroup inner = CgroupFactory.ForNew(Host, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec(parent + "/a"), "test");
        inner.Make(null);
        inner.Remove(CancellationToken.None);
        foreach (string directory in inner.Paths.Values.Distinct())
        {
            Assert.False(Directory.Exists(directory));
            Directory.Delete(System.IO.Path.GetDirectoryName(directory)!);
        }
    }

    [Fact]
    public void ACgroupWithProcessesIsNotTakenOver()
    {
        Cgroup.Make(null);
        Process sleeper = Join("exec sleep 100");
        OciException error = Assert.Throws<OciException>(() => Cgroup.Make(null));
        Assert.Equal(OciErrorCode.ResourceBusy, error.Code);
        Assert.Contains("container's cgroup is not empty", error.Message, StringComparison.Ordinal);
        Assert.Equal([sleeper.Id], Cgroup.Processes());
    }

    [Fact]
    public void AFrozenCgroupIsNotTakenOver()
    {
        Cgroup.Make(null);
        Cgroup.Freeze(CancellationToken.None);
        Assert.Equal(OciErrorCode.ResourceBusy, Assert.Throws<OciException>(() => Cgroup.Make(null)).Code);
        Cgroup.Thaw();
    }

    [Fact, NeedsCgroup("cpuset")]
    public void AFailedLimitLeavesNothing()
    {
        string parent = "/oci-tests/" + Guid.NewGuid().ToString("N");
        IContainerCgroup inner = CgroupFactory.ForNew(Host, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec(parent + "/a/b"), "test");
        OciException error = Assert.Throws<OciException>(() => inner.Make(new() { Pids = new() { Limit = 5 }, Cpu = new() { Cpus = "999999" } }));
        Assert.Equal("/linux/resources/cpu/cpus", error.SpecPointer);
        Assert.Equal("cgroup", error.Step);
        Assert.EndsWith("/cpuset.cpus", error.Object, StringComparison.Ordinal);
        Assert.NotEqual(0, error.Errno);
        AssertGone(inner.Paths.Values.Select(directory => directory[..^"/a/b".Length]));
    }

    [Fact]
    public void AnExistingContainersCgroupIsTheSame()
    {
        Cgroup.Make(null);
        Process sleeper = Join("exec sleep 100");
        IContainerCgroup again = CgroupFactory.ForExisting(Host, CgroupManagerKind.Cgroupfs, Cgroup.Paths);
        Assert.Equal([sleeper.Id], again.Processes());
        again.Signal(9);
        again.Remove(CancellationToken.None);
        AssertGone(Cgroup.Paths.Values);
    }
}

/// <summary>The same without the unified hierarchy's help, where there are v1 hierarchies.</summary>
public sealed class LegacyCgroupTests : ContainerCgroupTests
{
    public LegacyCgroupTests()
        : base(static host => host.Cgroups.Mode == CgroupMode.Hybrid ? host with { Cgroups = host.Cgroups with { Mode = CgroupMode.Legacy, UnifiedMountPoint = null } } : host)
    {
    }
}
