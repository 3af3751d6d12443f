using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A look at a cgroup that fails is an error, and no answer.</summary>
public sealed class CgroupReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void EventsThatCantBeReadAreNoAnswer()
    {
        Directory.CreateDirectory(_directory["cgroup.events"]);
        using CgroupEvents events = CgroupEvents.TryOpen(_directory.Path)!;
        Assert.Equal(Errno.EISDIR, Assert.Throws<OciException>(() => events.Has("populated 1"u8)).Errno);
    }

    [Fact]
    public void EventsThatCantBeOpenedAreNoAnswer()
    {
        File.CreateSymbolicLink(_directory["cgroup.events"], "cgroup.events");
        Assert.Equal(Errno.ELOOP, Assert.Throws<OciException>(() => CgroupEvents.TryOpen(_directory.Path)).Errno);
    }

    [Fact]
    public void EventsOfACgroupThatIsGoneAreNone() => Assert.Null(CgroupEvents.TryOpen(_directory["gone"]));

    [Fact, NeedsCgroup(someUnified: true)]
    public void EventsOfACgroupThatGoesMeanwhileAreNone()
    {
        string cgroup = Directory.CreateDirectory($"{HostFacts.Read().Cgroups.UnifiedMountPoint}/oci-tests/goes-{Environment.ProcessId}").FullName;
        using CgroupEvents events = CgroupEvents.TryOpen(cgroup)!;
        Assert.True(events.Has("populated 0"u8));
        Directory.Delete(cgroup);
        Assert.False(events.Has("populated 0"u8));
    }

    [Fact]
    public void CgroupsBelowThatCantBeListedAreAnError()
    {
        Directory.CreateDirectory(_directory["below"]);
        File.WriteAllText(_directory["file"], string.Empty);
        Assert.Equal([_directory["below"]], CgroupDirectory.Children(_directory.Path));
        Assert.Empty(CgroupDirectory.Children(_directory["gone"]));
        Assert.Equal(Errno.ENOTDIR, Assert.Throws<OciException>(() => CgroupDirectory.Children(_directory["file"])).Errno);
    }

    [Fact]
    public void ProcessesThatCantBeListedAreAnError()
    {
        Directory.CreateDirectory(_directory["cgroup.procs"]);
        Assert.Equal(Errno.EISDIR, Assert.Throws<OciException>(() => CgroupProcesses.Of(_directory.Path)).Errno);
    }
}
