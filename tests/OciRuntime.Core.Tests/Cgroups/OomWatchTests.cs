using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Interop;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Notices that memory ran out: of files as v2 has them, and of a real cgroup of this machine.</summary>
public sealed class OomWatchTests : CgroupTest
{
    [Fact]
    public void OnV2OnlyAKillIsOne()
    {
        using var directory = new TemporaryDirectory();
        void Write(int full, int kills) => File.WriteAllText(directory["memory.events"], $"low 0\nhigh 0\nmax {full}\noom {kills}\noom_kill {kills}\n");
        Write(0, 3);
        using OomWatch watch = OomWatch.TryOpen(new FakeCgroup(new Dictionary<string, string> { [""] = directory.Path }, directory["memory.events"]))!;
        Assert.False(watch.Take());
        Write(5, 3);
        Assert.False(watch.Take()); // the limit was reached, and memory freed
        Write(6, 4);
        Assert.True(watch.Take());
        Assert.False(watch.Take());
    }

    [Fact]
    public void OnV2ManyShareAQueue()
    {
        using var directory = new TemporaryDirectory();
        using var queue = new FileChanges();
        File.WriteAllText(directory["memory.events"], "oom_kill 0\n");
        using OomWatch watch = OomWatch.TryOpen(new FakeCgroup(new Dictionary<string, string> { [""] = directory.Path }, directory["memory.events"]), queue)!;
        Assert.Equal(-1, watch.Fd);
        File.WriteAllText(directory["memory.events"], "oom_kill 1\n");
        Assert.All(queue.Take(), change => Assert.Equal(watch.Watch, change.Watch));
        Assert.True(watch.Take());
    }

    [Fact]
    public void WithoutTheControllerThereIsNone()
    {
        using var directory = new TemporaryDirectory();
        Assert.Null(OomWatch.TryOpen(new FakeCgroup(new Dictionary<string, string> { [""] = directory.Path }, directory["memory.events"])));
        Assert.Null(OomWatch.TryOpen(new FakeCgroup(new Dictionary<string, string>())));
    }

    [Fact, NeedsCgroup("memory")]
    public void TheKernelTells()
    {
        Cgroup.Make(new() { Memory = new() { Limit = 16 << 20, Swap = HasSwapAccounting() ? 16 << 20 : null } });
        using OomWatch watch = OomWatch.TryOpen(Cgroup)!;
        Assert.Equal(137, Run("head -c 100m /dev/zero | tail >/dev/null & wait $!"));
        Until(watch.Take);
    }

    [Fact, NeedsCgroup("memory")]
    public void ARemovedCgroupTellsNothing()
    {
        Cgroup.Make(new());
        using OomWatch watch = OomWatch.TryOpen(Cgroup)!;
        Cgroup.Remove(CancellationToken.None);
        Assert.False(watch.Take());
    }
}
