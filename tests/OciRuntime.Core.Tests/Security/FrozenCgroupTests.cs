using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Systemd;
using OciRuntime.Core.Tests.Cgroups;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>Cgroups that somebody else freezes, the container or whoever manages those above: nothing waits for them without end, and every answer is true.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true)]
public sealed class FrozenCgroupTests : ContainerFixture
{
    private static readonly CgroupLayout s_layout = HostFacts.Read().Cgroups;

    /// <summary>The controller by whose directory a container of this machine can be frozen: both on a hybrid layout.</summary>
    public static TheoryData<string> Freezers
    {
        get
        {
            var freezers = new TheoryData<string>();
            if (s_layout.Hierarchies.Any(static one => one.Controllers.Contains("freezer")))
                freezers.Add("freezer");
            if (s_layout.UnifiedMountPoint is not null)
                freezers.Add(string.Empty);
            return freezers;
        }
    }

    [Theory]
    [MemberData(nameof(Freezers))]
    public void AContainerFrozenByOthersIsPausedAndCanBeResumed(string freezer)
    {
        CreateRequest request = Start();
        Freeze(PathOf(request, freezer));
        Assert.True(Runtime.Get("c").Is(ContainerStatus.Paused));
        Assert.Equal(OciErrorCode.ContainerPaused, Assert.Throws<OciException>(() => Exec(Runtime)).Code);
        Runtime.Resume("c");
        Assert.True(Runtime.Get("c").Is(ContainerStatus.Running));
        Assert.Equal(0, Exec(Runtime));
    }

    [Theory]
    [MemberData(nameof(Freezers))]
    public void ResumeBelowAFrozenCgroupNamesIt(string freezer)
    {
        CreateRequest request = Start("/below");
        string above = Path.GetDirectoryName(PathOf(request, freezer))!;
        using (Frozen(above))
        {
            Await(() => Runtime.Get("c").Is(ContainerStatus.Paused));
            OciException refused = Assert.Throws<OciException>(() => Runtime.Resume("c"));
            Assert.Equal($"container c can't be resumed: its parent cgroup {above} is frozen", refused.Message);
        }

        Await(() => Runtime.Get("c").Is(ContainerStatus.Running));
        DeleteWithParents(request);
    }

    /// <summary>A listing asks once of what is above several containers: each has the status that it has by itself.</summary>
    [Theory]
    [MemberData(nameof(Freezers))]
    public void AListTellsTheFrozenFromThoseBesideThem(string freezer)
    {
        CreateRequest request = Start("/below");
        Runtime.Create(Request("d", Spec("sleep", "1000")));
        Runtime.Start("d");
        string own = PathOf(request, freezer), above = Path.GetDirectoryName(own)!;
        foreach (string frozen in (string[])[own, above])
        {
            Assert.Equal([ContainerStatus.Running, ContainerStatus.Running], Statuses());
            using (Frozen(frozen))
            {
                Await(() => Runtime.Get("c").Is(ContainerStatus.Paused));
                Assert.Equal([ContainerStatus.Paused, ContainerStatus.Running], Statuses());
            }
            Await(() => Runtime.Get("c").Is(ContainerStatus.Running));
        }
        DeleteWithParents(request);

        IEnumerable<ContainerStatus> Statuses() => Runtime.List().Select(static container => container.State);
    }

    /// <summary>A session keeps the file of each container's own cgroup, and asks anew of those above.</summary>
    [Theory]
    [MemberData(nameof(Freezers))]
    public void AListOfASessionTellsTheFrozen(string freezer)
    {
        CreateRequest request = Start("/below");
        string own = PathOf(request, freezer);
        using (var copies = new ListedCopies(Root, "c"))
        {
            foreach (string frozen in (string[])[own, Path.GetDirectoryName(own)!])
            {
                AllAre(ContainerStatus.Running);
                using (Frozen(frozen))
                {
                    Await(() => Runtime.Get("c").Is(ContainerStatus.Paused));
                    AllAre(ContainerStatus.Paused);
                }
                Await(() => Runtime.Get("c").Is(ContainerStatus.Running));
            }

            void AllAre(ContainerStatus status) =>
                Assert.Equal(Enumerable.Repeat(status, ListedCopies.Count + 1), copies.Session.List().Select(static container => container.State));
        }
        DeleteWithParents(request);
    }

    [Theory]
    [MemberData(nameof(Freezers))]
    public void ACreateBelowAFrozenCgroupEnds(string freezer)
    {
        CreateRequest request = Below(Request("c", Spec("sleep", "1000")));
        string above = Path.GetDirectoryName(PathOf(request, freezer))!;
        Directory.CreateDirectory(above);
        using (Frozen(above))
        {
            OciException refused = Assert.Throws<OciException>(() => Runtime.Create(request));
            AssertHeld(above, refused);
            Assert.Empty(Runtime.List());
        }

        Assert.Empty(Warnings);
        DeleteWithParents(request);
    }

    /// <summary>The plan is logged between the check and the launch.</summary>
    [Theory]
    [MemberData(nameof(Freezers))]
    public void AnExecThatIsFrozenAfterItsCheckEnds(string freezer)
    {
        CreateRequest request = Start();
        string directory = PathOf(request, freezer);
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = Root, LogLevel = RuntimeLogLevel.Info, Log = (_, _) => Freeze(directory) });
        OciException refused = Assert.Throws<OciException>(() => Exec(runtime));
        AssertHeld(directory, refused);
        Assert.Equal([Runtime.Get("c").Pid], Runtime.Processes("c"));
        Runtime.Resume("c");
        Assert.Equal(0, Exec(Runtime));
    }

    /// <summary>v2 has processes only in leaves, so an exec goes where init is, and that may be frozen alone.</summary>
    [Fact, NeedsCgroup("pids", unifiedOnly: true)]
    public void AnExecBesideAFrozenInitNamesTheCgroup()
    {
        string unified = PathOf(Start(), string.Empty), below = unified + "/below";
        Directory.CreateDirectory(below);
        File.WriteAllText(below + "/cgroup.procs", Runtime.Get("c").Pid.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(unified + "/cgroup.subtree_control", "+pids");
        using (Frozen(below))
            AssertHeld(below, Assert.Throws<OciException>(() => Exec(Runtime)));
        Assert.Equal(0, Exec(Runtime));
    }

    [Theory]
    [MemberData(nameof(Freezers))]
    public void AnExecIntoAFrozenCgroupBelowNamesIt(string freezer)
    {
        CreateRequest request = Start();
        string below = PathOf(request, freezer) + "/below";
        foreach (string directory in CgroupOf(request).Paths.Values.Distinct())
            Directory.CreateDirectory(directory + "/below");
        using (Frozen(below))
            AssertHeld(below, Assert.Throws<OciException>(() => Exec(Runtime, below: "below")));
    }

    [Theory]
    [MemberData(nameof(Freezers))]
    public async Task AnExecThatIgnoresThePauseStartsWhenItIsOver(string freezer)
    {
        CreateRequest request = Start();
        Freeze(PathOf(request, freezer));
        Task<int?> exec = Task.Run(() => Exec(Runtime, ignorePaused: true));
        Await(() => CgroupOf(request).Processes().Count > 1);
        Runtime.Resume("c");
        Assert.Equal(0, await exec);
    }

    [Theory]
    [MemberData(nameof(Freezers))]
    public void AnExecThatIgnoresThePauseCanBeCancelled(string freezer)
    {
        CreateRequest request = Start();
        Freeze(PathOf(request, freezer));
        using var cancellation = new CancellationTokenSource();
        Task<int?> exec = Task.Run(() => Exec(Runtime, ignorePaused: true, cancellationToken: cancellation.Token));
        Await(() => CgroupOf(request).Processes().Count > 1);
        cancellation.Cancel();
        OciException cancelled = Assert.Throws<OciException>(() => exec.GetAwaiter().GetResult());
        Assert.Equal(OciErrorCode.Cancelled, cancelled.Code); // what it says depends on how far the launch had come
        Assert.Equal([Runtime.Get("c").Pid], Runtime.Processes("c"));
    }

    private static void AssertHeld(string cgroup, OciException error) =>
        Assert.Equal((OciErrorCode.ContainerPaused, $"the container's new process can't run: the cgroup {cgroup} is frozen"), (error.Code, error.Message));

    private static int? Exec(ContainerRuntime runtime, bool ignorePaused = false, string? below = null, CancellationToken cancellationToken = default)
    {
        var request = new ExecRequest { Id = "c", Args = ["true"], Stdio = StdioMode.Null, IgnorePaused = ignorePaused, Cgroups = below is null ? [] : [below] };
        using ContainerProcess process = runtime.Exec(request, cancellationToken);
        return process.Wait(cancellationToken).ExitCode;
    }

    private CreateRequest Start(string below = "")
    {
        CreateRequest request = Request("c", Spec("sleep", "1000"));
        if (below.Length > 0)
            request = Below(request);
        Runtime.Create(request);
        Runtime.Start("c");
        return request;
    }

    private static CreateRequest Below(CreateRequest request)
    {
        request.Spec!.Linux!.CgroupsPath += "/below";
        return request;
    }

    private static IContainerCgroup CgroupOf(CreateRequest request) => CgroupFactory.ForNew(HostFacts.Read(), CgroupManagerKind.Cgroupfs, request.Spec!, "c");

    private static string PathOf(CreateRequest request, string freezer) => CgroupOf(request).Paths[freezer];

    // A task freezes when it runs next: the v1 freezer says so of the whole only then, as cgroup.events does.
    private static void Freeze(string directory)
    {
        Write(directory, frozen: true);
        Await(() => File.Exists(directory + "/freezer.state")
            ? File.ReadAllText(directory + "/freezer.state") == "FROZEN\n"
            : File.ReadAllText(directory + "/cgroup.events").Contains("frozen 1", StringComparison.Ordinal));
    }

    private static Thawed Frozen(string directory)
    {
        Freeze(directory);
        return new(directory);
    }

    private static void Write(string directory, bool frozen)
    {
        string file = directory + "/freezer.state";
        if (File.Exists(file))
            File.WriteAllText(file, frozen ? "FROZEN" : "THAWED");
        else
            File.WriteAllText(directory + "/cgroup.freeze", frozen ? "1" : "0");
    }

    private void DeleteWithParents(CreateRequest request)
    {
        Runtime.Delete("c", force: true);
        foreach (string directory in CgroupOf(request).Paths.Values.Distinct())
        {
            if (Path.GetDirectoryName(directory) is { } above && Directory.Exists(above))
                Directory.Delete(above);
        }
    }

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), "it did not come to pass");

    private sealed class Thawed(string directory) : IDisposable
    {
        public void Dispose() => Write(directory, frozen: false);
    }
}
