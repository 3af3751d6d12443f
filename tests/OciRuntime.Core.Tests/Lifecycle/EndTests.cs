using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Tests.Cgroups;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Whom an end reaches, and what is told of it.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class EndTests : ContainerFixture
{
    [Fact, NeedsCgroup("memory")]
    public void AnOrdinaryEndUnderAMemoryLimitIsNoOomKill()
    {
        OciSpec spec = Spec("true");
        spec.Linux!.Resources = new() { Memory = new() { Limit = 64 << 20 } };
        Start(Request("c", spec, supervised: true));
        ExitRecord exit = Runtime.Wait("c")!;
        Assert.Equal((0, false), (exit.ExitCode, exit.OomKilled));
    }

    /// <summary>A removal took the directory away while somebody waits: there is nowhere to write the exit to, and nobody to tell.</summary>
    [Fact]
    public async Task AWaitBesideARemovalWarnsOfNothing()
    {
        Start(Request("c", Spec("sleep", "100")));
        int pid = Runtime.Get("c").Pid;
        string directory = Path.Combine(Root, "c"), kept = Temporary("kept");
        Task<ExitRecord?> wait = Task.Run(() => Runtime.Wait("c"));
        Assert.True(SpinWait.SpinUntil(() => HasPidfd(pid), 20_000), "nobody waits");
        Machine.Run("cp", "-a", directory, kept);
        Directory.Delete(directory, recursive: true);
        Assert.Equal(0, Libc.kill(pid, Libc.SIGKILL));
        Assert.Equal(137, (await wait)!.ExitCode);
        Assert.Empty(Warnings);
        Directory.Move(kept, directory); // for the fixture to remove
    }

    // By then the wait has read the state.
    private static bool HasPidfd(int pid) => Directory.GetFiles("/proc/self/fdinfo").Any(file => TextFile.TryRead(file)?.Contains($"\nPid:\t{pid}\n", StringComparison.Ordinal) == true);

    /// <summary>Without a pid namespace of its own the kernel ends nobody with init.</summary>
    [Fact]
    public void AKillWithoutAPidNamespaceReachesInitsChildren()
    {
        int child = StartParent("wait");
        Runtime.Kill("c", 9);
        AwaitEnd(child);
    }

    [Fact]
    public void ADeletionWithoutAPidNamespaceEndsWhatInitHasLeft()
    {
        foreach (bool supervised in (bool[])[false, true])
        {
            int child = StartParent("exit 0", supervised);
            Assert.NotNull(Runtime.Wait("c", TimeSpan.FromSeconds(20)));
            Assert.False(HasEnded(child));
            Runtime.Delete("c");
            AwaitEnd(child);
        }
    }

    /// <summary>The supervisor has ended, and somebody else has its number now.</summary>
    [Fact]
    public void AProcessWithThePidOfTheSupervisorSurvivesADeletion()
    {
        Start(Request("c", Spec("true"), supervised: true));
        Runtime.Wait("c");
        Thread.Sleep(50); // start times count in ticks of 10 ms: the bystander's must be another
        using Process bystander = Process.Start("/bin/sleep", "1000");
        try
        {
            string path = Path.Combine(Root, "c", "state.json");
            JsonNode state = JsonNode.Parse(File.ReadAllText(path))!;
            Assert.NotEqual(0, state["supervisorPid"]!.GetValue<int>());
            state["supervisorPid"] = bystander.Id;
            File.WriteAllText(path, state.ToJsonString());
            Runtime.Delete("c");
            Assert.False(HasEnded(bystander.Id));
        }
        finally
        {
            bystander.Kill();
            bystander.WaitForExit();
        }
    }

    /// <summary>The supervisor is held up: its record is waited for no longer than was said.</summary>
    [Fact]
    public void AWaitEndsWithItsTimeoutThoughTheRecordIsLate()
    {
        Start(Request("c", Spec("sleep", "1000"), supervised: true));
        int supervisor = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "c", "state.json")))!["supervisorPid"]!.GetValue<int>();
        Machine.Run("kill", "-STOP", supervisor.ToString(CultureInfo.InvariantCulture));
        Runtime.Kill("c", 9);
        Assert.Null(Runtime.Wait("c", TimeSpan.FromMilliseconds(200)));
        Machine.Run("kill", "-CONT", supervisor.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(137, Runtime.Wait("c", TimeSpan.FromSeconds(20))!.ExitCode);
    }

    /// <summary>The supervisor was killed before it could record the end: its orphan's exit code is the kernel's to tell.</summary>
    [Fact]
    public void AnEndThatTheSupervisorDidNotRecordHasItsExitCode()
    {
        using var parent = new Subreaper();
        string go = Path.Combine(Bundle, "rootfs", "go");
        Start(Request("c", Script("while [ ! -e /go ]; do sleep 0.05; done; exit 7"), supervised: true));
        int pid = Runtime.Get("c").Pid;
        int supervisor = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "c", "state.json")))!["supervisorPid"]!.GetValue<int>();
        Machine.Run("kill", "-STOP", supervisor.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(go, string.Empty);
        Assert.True(SpinWait.SpinUntil(() => ProcessStat.Read(pid) is not { IsDead: false }, 30_000));
        Machine.Run("kill", "-KILL", supervisor.ToString(CultureInfo.InvariantCulture));
        ExitRecord? exit = Runtime.Wait("c", TimeSpan.FromSeconds(20));
        File.Delete(go);
        Subreaper.Wait(supervisor);
        Runtime.Delete("c", force: true);
        Assert.Equal(7, exit!.ExitCode);
    }

    // Init with a child that outlives it; returns the child's pid.
    private int StartParent(string then, bool supervised = false)
    {
        string file = Path.Combine(Bundle, "rootfs", "tmp", "child");
        File.Delete(file);
        OciSpec spec = Script($"sleep 1000 & echo $! > /tmp/child.new; mv /tmp/child.new /tmp/child; {then}");
        spec.Linux!.Namespaces!.RemoveAll(static one => one.Type == "pid");
        Start(Request("c", spec, supervised));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(file), 20_000));
        return int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    private void Start(CreateRequest request)
    {
        Runtime.Create(request);
        Runtime.Start(request.Id);
    }

    private static bool HasEnded(int pid) => ProcessStat.Read(pid) is not { IsDead: false };

    private static void AwaitEnd(int pid) => Assert.True(SpinWait.SpinUntil(() => HasEnded(pid), 20_000), "the child runs on");
}
