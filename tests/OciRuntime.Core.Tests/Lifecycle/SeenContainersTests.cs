using OciRuntime.Core.Files;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>What a session keeps of a listing saves time and changes no answer: each is compared with what a runtime says that keeps nothing.</summary>
[Collection(Name)]
public sealed class SeenContainersTests : ContainerFixture
{
    [Fact, Needs(Containers = true)]
    public void ALaterListingSaysWhatHoldsNow()
    {
        Runtime.Create(Request("c", Spec("sleep", "100")));
        using var copies = new ListedCopies(Root, "c");
        (ContainerRuntime session, SeenContainers seen) = (copies.Session, copies.Seen);
        Assert.Equal(2 * (ListedCopies.Count + 1), seen.Files);
        Check(ContainerStatus.Running, ContainerStatus.Created);

        Runtime.Start("c");
        Check(ContainerStatus.Running);
        Runtime.Pause("c");
        Check(ContainerStatus.Paused);
        Runtime.Resume("c");
        Check(ContainerStatus.Running);

        // Replaced, and written in place: of containers that are kept.
        string text = Annotated("x001", "replaced");
        File.WriteAllText(Path.Combine(Root, "x001", "new"), text);
        File.Move(Path.Combine(Root, "x001", "new"), Path.Combine(Root, "x001", "state.json"), overwrite: true);
        Assert.Equal("replaced", One("x001").Annotations["k"]);
        text = Annotated("x005", "in place");
        File.WriteAllText(Path.Combine(Root, "x005", "state.json"), text);
        Assert.Equal("in place", One("x005").Annotations["k"]);

        // Not ours alone any more: the file, and the directory.
        File.SetUnixFileMode(Path.Combine(Root, "x002", "state.json"), (UnixFileMode)0x1B6 /* 0666 */);
        File.SetUnixFileMode(Path.Combine(Root, "x003"), (UnixFileMode)0x1FF /* 0777 */);
        Assert.Equal(ContainerStatus.Broken, One("x002").State);
        Assert.Equal(ContainerStatus.Broken, One("x003").State);
        File.SetUnixFileMode(Path.Combine(Root, "x003"), (UnixFileMode)0x1C9 /* 0711 */);

        // Gone, with its files.
        int files = seen.Files;
        Directory.Delete(Path.Combine(Root, "x004"), recursive: true);
        Assert.DoesNotContain(session.List(), container => container.Id == "x004");
        Assert.Equal(files - 2, seen.Files);

        Runtime.Kill("c", 9);
        Runtime.Wait("c");
        Assert.All(session.List().Where(container => container.State != ContainerStatus.Broken), container => Assert.Equal(ContainerStatus.Stopped, container.State));
        Assert.Equal(0, seen.Files);

        // Another one of the same name.
        Runtime.Delete("c");
        Runtime.Create(Request("c", Spec("sleep", "200")));
        Assert.Equal((Runtime.Get("c").Pid, ContainerStatus.Created, "200"), (One("c").Pid, One("c").State, One("c").Command[^1]));

        void Check(ContainerStatus status, ContainerStatus? own = null)
        {
            OciContainer[] told = [.. session.List()];
            Assert.Equal(Runtime.List().Select(Shown), told.Select(Shown));
            Assert.All(told, container => Assert.Equal(container.Id == "c" ? own ?? status : status, container.State));
        }

        string Annotated(string id, string value) =>
            File.ReadAllText(Path.Combine(Root, id, "state.json")).Replace("\"annotations\":{", $"\"annotations\":{{\"k\":\"{value}\"", StringComparison.Ordinal);

        OciContainer One(string id) => Assert.Single(session.List(), container => container.Id == id);
    }

    /// <summary>Files are given back while others read them: a number that has become another file's would tell of something else.</summary>
    [Fact, Needs(Containers = true)]
    public async Task ListingsAtOnceAndFilesGivenBackDisturbNoAnswer()
    {
        Runtime.Create(Request("c", Spec("sleep", "100")));
        using var copies = new ListedCopies(Root, "c");
        (ContainerRuntime session, SeenContainers seen) = (copies.Session, copies.Seen);
        string[] all = [.. Runtime.List().Select(Shown)];
        using var over = new CancellationTokenSource();
        Task forgetter = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                SeenContainers.ForgetAll();
                using FileStream other = File.OpenRead("/proc/self/stat"); // takes the lowest number that is free
            }
        });
        try
        {
            Parallel.For(0, 60, _ => Assert.Equal(all, session.List().Select(Shown)));
        }
        finally
        {
            over.Cancel();
            await forgetter;
        }
        SeenContainers.ForgetAll();
        Assert.Equal(0, seen.Files);
    }

    /// <summary>A listing that is not read to its end drops nothing.</summary>
    [Fact, Needs(Containers = true)]
    public void AListingThatIsCutShortDropsNothing()
    {
        Runtime.Create(Request("c", Spec("sleep", "100")));
        using var copies = new ListedCopies(Root, "c");
        (ContainerRuntime session, SeenContainers seen) = (copies.Session, copies.Seen);
        int files = seen.Files;
        Assert.Equal("c", session.List().First().Id);
        Assert.Equal(files, seen.Files);
        Assert.False(seen.TryTake(int.MaxValue / 2));
        Assert.Equal(files, seen.Files);
    }

    /// <summary>A file that was changed a moment ago could be changed again under the same time.</summary>
    [Fact]
    public void AStampIsSettledWhenNoOtherChangeCanBearIt()
    {
        using var directory = new TemporaryDirectory();
        DateTime before = DateTime.UtcNow;
        File.WriteAllText(directory["f"], "1");
        Assert.True(Trust.TryStat(Core.Interop.Libc.AT_FDCWD, directory["f"], out Core.Interop.Libc.statx_t stat));
        var stamp = FileStamp.Of(stat);
        Assert.InRange(stamp.Changed, before.AddSeconds(-1), DateTime.UtcNow);
        // With parts of a second, and from a filesystem that has none.
        DateTime second = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        foreach ((DateTime changed, TimeSpan settled) in ((DateTime, TimeSpan)[])[(second.AddTicks(1), TimeSpan.FromMilliseconds(100)), (second, TimeSpan.FromSeconds(2))])
        {
            FileStamp one = stamp with { Changed = changed };
            Assert.False(one.IsSettled(changed));
            Assert.False(one.IsSettled(changed + settled));
            Assert.True(one.IsSettled(changed + settled + TimeSpan.FromTicks(1)));
            Assert.False(one.IsSettled(changed.AddHours(-1)));
        }
        File.WriteAllText(directory["g"], "1");
        Assert.True(Trust.TryStat(Core.Interop.Libc.AT_FDCWD, directory["g"], out stat));
        Assert.NotEqual(stamp, FileStamp.Of(stat) with { Changed = stamp.Changed });
    }

    private static string Shown(OciContainer container) =>
        $"{container.Id} {container.State} {container.Pid} {container.Bundle} {container.Created:O} {container.Owner} {string.Join(' ', container.Command)} {string.Join(' ', container.CgroupPaths)}";
}
