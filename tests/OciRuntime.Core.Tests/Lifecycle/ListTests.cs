using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

[Collection(Name)]
[Needs(Containers = true)]
public sealed class ListTests : ContainerFixture
{
    /// <summary>More than are read in one portion, and enough for several threads.</summary>
    [Fact]
    public void ManyAreListedInOrderWithTheirStatus()
    {
        Runtime.Create(Request("c", Spec("sleep", "100")));
        byte[] state = File.ReadAllBytes(Path.Combine(Root, "c", "state.json"));
        string text = System.Text.Encoding.UTF8.GetString(state);
        string dead = System.Text.RegularExpressions.Regex.Replace(text, "\"startTime\":[0-9]+", "\"startTime\":1");
        for (int i = 0; i < 700; i++)
        {
            string directory = Path.Combine(Root, $"x{i:000}");
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, "state.json"), dead.Replace("\"id\":\"c\"", $"\"id\":\"x{i:000}\"", StringComparison.Ordinal));
        }
        Directory.CreateDirectory(Path.Combine(Root, "broken"));

        OciContainer[] all = [.. Runtime.List()];

        Assert.Equal([("broken", ContainerStatus.Broken), ("c", ContainerStatus.Created), .. Enumerable.Range(0, 700).Select(i => ($"x{i:000}", ContainerStatus.Stopped))],
            all.Select(container => (container.Id, container.State)));
        Assert.Equal(Runtime.Get("c").CgroupPaths, all[1].CgroupPaths);
        Assert.NotEmpty(all[1].CgroupPaths);
        for (int i = 0; i < 700; i++)
            Directory.Delete(Path.Combine(Root, $"x{i:000}"), recursive: true);
    }

    /// <summary>The freezer is asked only when a task's state allows that it is frozen: asleep, stopped, and both again.</summary>
    [Fact]
    public void AFrozenContainerIsPausedWhetherItSleptOrWasStopped()
    {
        Runtime.Create(Request("c", Script("while :; do :; done")));
        Runtime.Create(Request("d", Spec("sleep", "100")));
        foreach (string id in (string[])["c", "d"])
        {
            Runtime.Start(id);
            Assert.Equal(ContainerStatus.Running, Runtime.Get(id).State);
            Runtime.Pause(id);
            Assert.Equal(ContainerStatus.Paused, Runtime.Get(id).State);
            Runtime.Resume(id);
            // A signal from outside the pid namespace stops init too.
            Assert.Equal(0, Libc.kill(Runtime.Get(id).Pid, 19 /* SIGSTOP */));
            Assert.True(SpinWait.SpinUntil(() => ProcessStat.Read(Runtime.Get(id).Pid)?.State == 'T', TimeSpan.FromSeconds(5)));
            Assert.Equal(ContainerStatus.Running, Runtime.Get(id).State);
            Runtime.Pause(id);
            Assert.Equal(ContainerStatus.Paused, Runtime.Get(id).State);
            Runtime.Resume(id);
        }
    }

    /// <summary>From the moment it has a name it is somebody's: a list leaves it out, and nobody takes it for what a killed create left.</summary>
    [Fact]
    public async Task WhatIsBeingMadeIsNotBroken()
    {
        var root = new StateRoot(Root);
        using var over = new CancellationTokenSource();
        Task<string?> watcher = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                foreach (OciContainer container in Runtime.List())
                    return $"list: {container.Id} {container.State}";
                try
                {
                    if (Runtime.Get("fresh") is { State: not ContainerStatus.Creating } fresh)
                        return $"get: {fresh.State}";
                }
                catch (OciException e) when (e.Code == OciErrorCode.ContainerNotFound)
                {
                    // Not there at this moment.
                }
            }
            return null;
        });
        for (int i = 0; i < 4_000 && !watcher.IsCompleted; i++)
        {
            using StateDirectory fresh = StateDirectory.Create(root, "fresh");
            fresh.Remove();
        }
        over.Cancel();
        Assert.Null(await watcher);
    }

    /// <summary>A forced deletion took the name away, and somebody else has it: an undo that comes late removes nothing of theirs.</summary>
    [Fact]
    public void ALateUndoLeavesANewContainerOfTheSameName()
    {
        var root = new StateRoot(Root);
        using StateDirectory old = StateDirectory.Create(root, "same");
        Directory.Move(Path.Combine(Root, "same"), Path.Combine(Root, "old"));
        using (StateDirectory newer = StateDirectory.Create(root, "same"))
        {
            old.Remove();
            Assert.True(newer.IsCurrent());
            newer.Remove();
        }
        Assert.False(Directory.Exists(Path.Combine(Root, "same")));
        Directory.Delete(Path.Combine(Root, "old"));
    }

    /// <summary>An engine may give one root to several runtimes: each lists and removes its own.</summary>
    [Fact, Needs(Program = "runc")]
    public void AContainerOfAnotherRuntimeIsLeftToIt()
    {
        File.WriteAllBytes(Path.Combine(Bundle, "config.json"), SpecWriter.Write(Request("theirs", Spec("sleep", "100")).Spec!).ToArray());
        Runtime.Create(Request("ours", Spec("sleep", "100")));
        Machine.Run("sh", "-c", $"runc --root {Root} create --bundle {Bundle} theirs </dev/null >{Temporary("out")} 2>&1 || {{ cat {Temporary("out")} >&2; exit 1; }}");
        try
        {
            Assert.Equal(["ours"], Runtime.List().Select(container => container.Id));
            foreach (Action verb in (Action[])[() => Runtime.Get("theirs"), () => Runtime.Start("theirs"), () => Runtime.Delete("theirs"), () => Runtime.Delete("theirs", force: true)])
                Assert.EndsWith("belongs to runc", Assert.Throws<OciException>(verb).Message, StringComparison.Ordinal);
            Machine.Run("runc", "--root", Root, "start", "theirs");
            Assert.Contains("running", Machine.Run("runc", "--root", Root, "state", "theirs"), StringComparison.Ordinal);
        }
        finally
        {
            Machine.Run("runc", "--root", Root, "delete", "--force", "theirs");
        }
        Assert.Empty(Warnings);
    }

    [Fact]
    public void WhatOthersKeepIsKnownByItsFiles()
    {
        foreach ((string id, string file, string text) in ((string, string, string)[])
            [("runc", "state.json", """{"id":"runc","init_process_pid":1,"config":{}}"""), ("crun", "status", "{}"), ("gate", "exec.fifo", ""), ("youki", "state.json", """{"ociVersion":"v1.0.2","id":"youki","bundle":"/b"}""")])
        {
            Directory.CreateDirectory(Path.Combine(Root, id));
            File.WriteAllText(Path.Combine(Root, id, file), text);
            Assert.Contains("not belong to this runtime", Assert.Throws<OciException>(() => Runtime.Delete(id, force: true)).Message, StringComparison.Ordinal);
        }
        Assert.Empty(Runtime.List());
        // Torn, it may be ours.
        File.WriteAllText(Path.Combine(Root, "runc", "state.json"), "{\"id\":\"runc\",");
        Assert.Equal([("runc", ContainerStatus.Broken)], Runtime.List().Select(container => (container.Id, container.State)));
        foreach (string directory in Directory.GetDirectories(Root))
            Directory.Delete(directory, recursive: true);
    }
}
