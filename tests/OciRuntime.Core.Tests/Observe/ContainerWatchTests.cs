using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Observe;

/// <summary>What is told of containers, by whomever it is done.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true)]
public sealed class ContainerWatchTests : ContainerFixture
{
    [Fact]
    public void ALifeIsToldInItsOrder()
    {
        using var watch = new Watcher(Runtime);
        Runtime.Create(Request("c", Script("sleep 300")));
        Runtime.Start("c");
        using (ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["sleep", "100"], Detach = true }))
        {
            watch.Await("c Exec"); // it is asked for its command as long as it is there
            Runtime.Pause("c");
            Runtime.Resume("c");
            Runtime.Kill("c", 9);
            process.Wait(); // the first of the namespace ends after all others are reaped
            watch.Await("c Exited");
            Runtime.Delete("c");
            watch.Await("c Deleted");
            Assert.Equal(["c Created", "c Started", "c Exec", "c Paused", "c Resumed", "c Exited", "c Deleted"], watch.Told);
            OciContainerEvent exec = watch.Events[2], exited = watch.Events[5];
            Assert.Equal(process.Pid, exec.Pid);
            Assert.Equal(["sleep", "100"], exec.Command);
            Assert.Equal((137, 9), (exited.ExitCode, exited.Signal));
        }
    }

    [Fact]
    public void ShortOnesAreToldInOrderToo()
    {
        using var watch = new Watcher(Runtime);
        for (int i = 0; i < 20; i++)
        {
            string id = $"run{i}";
            Runtime.Run(Request(id, Spec("true"))).Dispose();
            watch.Await($"{id} Exited");
            Runtime.Delete(id, force: true);
            watch.Await($"{id} Deleted");
            Assert.Equal([$"{id} Created", $"{id} Started", $"{id} Exited", $"{id} Deleted"], watch.Told.Where(text => text.StartsWith(id + " ", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void TheExitCodeIsTold(bool supervised)
    {
        using var watch = new Watcher(Runtime);
        Runtime.Create(Request("c", Script("exit 7"), supervised));
        Runtime.Start("c");
        watch.Await("c Exited");
        Assert.Equal(["c Created", "c Started", "c Exited"], watch.Told);
        Assert.Equal(7, watch.Events[2].ExitCode);
        Assert.Null(watch.Events[2].Signal);
    }

    /// <summary>The record of its end is gone again before the watch has read it, or was never written.</summary>
    [Fact]
    public void AnEndWithoutARecordHasTheExitCodeThatTheKernelKeeps()
    {
        using var parent = new Subreaper();
        using var watch = new Watcher(Runtime);
        string go = Path.Combine(Bundle, "rootfs", "go");
        int pid = Runtime.Create(Request("c", Script("while [ ! -e /go ]; do sleep 0.05; done; exit 7"), supervised: true)).Pid;
        Runtime.Start("c");
        watch.Await("c Started");
        string supervisor = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "c", "state.json")))!["supervisorPid"]!.ToString();
        Machine.Run("kill", "-STOP", supervisor);
        File.WriteAllText(go, string.Empty);
        Assert.True(SpinWait.SpinUntil(() => ProcessStat.Read(pid) is not { IsDead: false }, TimeSpan.FromSeconds(30)));
        Machine.Run("kill", "-KILL", supervisor);
        watch.Await("c Exited");
        File.Delete(go);
        Assert.Equal(7, Subreaper.Wait(pid));
        Subreaper.Wait(int.Parse(supervisor, CultureInfo.InvariantCulture));
        Runtime.Delete("c", force: true);
        Assert.Equal(7, watch.Events[2].ExitCode);
    }

    [Fact]
    public void WhatIsRemovedByForceHasEndedBefore()
    {
        using var watch = new Watcher(Runtime);
        Runtime.Create(Request("c", Script("sleep 300")));
        Runtime.Start("c");
        Runtime.Delete("c", force: true);
        watch.Await("c Deleted");
        Assert.Equal(["c Created", "c Started", "c Exited", "c Deleted"], watch.Told);
    }

    [Fact]
    public void ACreatedOneThatIsRemovedWasNeverStarted()
    {
        using var watch = new Watcher(Runtime);
        Runtime.Create(Request("c", Script("sleep 300")));
        Runtime.Delete("c");
        watch.Await("c Deleted");
        Assert.Equal(["c Created", "c Exited", "c Deleted"], watch.Told);
    }

    [Fact]
    public void ACreateThatFailsIsNoEvent()
    {
        using var watch = new Watcher(Runtime);
        OciSpec broken = Script("true");
        broken.Hooks = new() { CreateRuntime = [new() { Path = "/bin/false" }] };
        Assert.Throws<OciException>(() => Runtime.Create(Request("broken", broken)));
        Runtime.Create(Request("whole", Script("true")));
        watch.Await("whole Created");
        Assert.Equal(["whole Created"], watch.Told);
    }

    [Fact]
    public void AStartThatFailsIsAnEndWithoutAStart()
    {
        using var watch = new Watcher(Runtime);
        Runtime.Create(Request("c", Script("true")));
        File.Delete(Path.Combine(Bundle, "rootfs/bin/sh"));
        Assert.Throws<OciException>(() => Runtime.Start("c"));
        watch.Await("c Exited");
        Assert.Equal(["c Created", "c Exited"], watch.Told);
    }

    [Fact]
    public void WhatWasThereBeforeIsNoEventButWhatComesOfItIs()
    {
        Runtime.Create(Request("created", Script("sleep 300")));
        Runtime.Run(Request("running", Script("sleep 300"))).Dispose();
        Runtime.Create(Request("stopped", Script("true")));
        Runtime.Start("stopped");
        Runtime.Wait("stopped");
        using var watch = new Watcher(Runtime);
        Runtime.Start("created");
        watch.Await("created Started");
        Runtime.Kill("running", 9);
        watch.Await("running Exited");
        Runtime.Delete("stopped");
        watch.Await("stopped Deleted");
        Assert.Equal(["created Started", "running Exited", "stopped Deleted"], watch.Told);
    }

    [Fact]
    public void OnlyWhatIsWanted()
    {
        using var watch = new Watcher(Runtime, static id => id.StartsWith("web", StringComparison.Ordinal));
        Runtime.Create(Request("db1", Script("true")));
        Runtime.Create(Request("web1", Script("true")));
        Runtime.Delete("web1");
        watch.Await("web1 Deleted");
        Assert.All(watch.Told, text => Assert.StartsWith("web1 ", text));
    }

    [Fact]
    public void ARootThatComesLaterIsWatchedToo()
    {
        string later = Path.Combine(Temporary("later"), "and", "deeper");
        var runtime = new ContainerRuntime(new() { Root = later });
        using var watch = new Watcher(runtime);
        runtime.Create(Request("c", Script("true")));
        watch.Await("c Created"); // one that is gone again before the new root is found was never there
        runtime.Delete("c");
        watch.Await("c Deleted");
        Assert.Equal(["c Created", "c Exited", "c Deleted"], watch.Told);
        // And when it was removed and is there again.
        Directory.Delete(later);
        runtime.Create(Request("d", Script("true")));
        watch.Await("d Created");
        runtime.Delete("d");
        watch.Await("d Deleted");
        Directory.Delete(later);
    }

    [Fact]
    public void MemoryThatRunsOutIsTold()
    {
        OciSpec spec = Script("head -c 100m /dev/zero | tail > /dev/null; sleep 300");
        spec.Linux!.Resources = new() { Memory = new() { Limit = 16 << 20 } };
        using var watch = new Watcher(Runtime);
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        watch.Await("c Oom");
        Assert.Equal(["c Created", "c Started", "c Oom"], watch.Told.Distinct());
    }

    [Fact]
    public void TheTimeoutEndsIt()
    {
        using var watch = new ContainerWatch();
        watch.Add(Runtime);
        Assert.Empty(watch.Read(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void ManyAtOnceAreAllTold()
    {
        using var watch = new Watcher(Runtime);
        string[] ids = [.. Enumerable.Range(0, 20).Select(i => $"m{i}")];
        Parallel.ForEach(ids, new ParallelOptions { MaxDegreeOfParallelism = 4 }, id =>
        {
            Runtime.Run(Request(id, Spec("true"))).Dispose();
            Runtime.Wait(id);
            watch.Await($"{id} Exited"); // what is gone before it could be looked at is not told
            Runtime.Delete(id, force: true);
        });
        Assert.All(ids, id => watch.Await($"{id} Deleted"));
        Assert.All(ids, id => Assert.Equal(
            ["Created", "Started", "Exited", "Deleted"], watch.Events.Where(one => one.Id == id).Select(one => one.Type)));
    }

    /// <summary>A watch on a thread of its own.</summary>
    private sealed class Watcher : IDisposable
    {
        private readonly ContainerWatch _watch = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentQueue<OciContainerEvent> _events = new();
        private readonly Task _reading;

        public Watcher(ContainerRuntime runtime, Func<string, bool>? isWanted = null)
        {
            _watch.Add(runtime, isWanted);
            _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public List<OciContainerEvent> Events => [.. _events];

        public IEnumerable<string> Told => _events.Select(one => one.ToString());

        public void Await(string text)
        {
            for (int i = 0; i < 1000 && !Told.Contains(text); i++)
                Thread.Sleep(10);
            Assert.Contains(text, Told);
        }

        public void Dispose()
        {
            _stop.Cancel();
            _reading.GetAwaiter().GetResult();
            _watch.Dispose();
            _stop.Dispose();
        }

        private void Read()
        {
            try
            {
                foreach (OciContainerEvent one in _watch.Read(timeout: null, _stop.Token))
                    _events.Enqueue(one);
            }
            catch (OciException e) when (e.Code == OciErrorCode.Cancelled)
            {
                // The test has ended.
            }
        }
    }
}
