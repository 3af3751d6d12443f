using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>The state of containers decides what is signalled, removed and run (hooks): only who owns the runtime may write there.</summary>
[Collection(Name)]
public sealed class StateRootTests : AttackFixture
{
    [FactWhen(Root = true, Program = "busybox")]
    public void OnlyTheOwnerReadsOrChangesIt()
    {
        string root = Temporary("new/deep/root");
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = root });
        int mask = umask(0);
        try
        {
            runtime.Create(new CreateRequest { Id = "c", Bundle = Bundle, Spec = Request("c", Spec("true")).Spec, Supervised = true, Stdio = StdioMode.Null });
            Assert.Equal("711", Mode(root));
            Assert.Equal("711", Mode(root + "/c"));
            Assert.Equal("711", Mode(Path.GetDirectoryName(root)!));
            Assert.All(Directory.EnumerateFileSystemEntries(root + "/c"), file => Assert.Equal("600", Mode(file)));
            Assert.Contains(root + "/c/gate", Directory.EnumerateFileSystemEntries(root + "/c"));
        }
        finally
        {
            _ = umask(mask);
            runtime.Delete("c", force: true);
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void ARootOfSomebodyElseIsRefusedByEveryVerb()
    {
        string root = Temporary("theirs");
        Directory.CreateDirectory(root + "/c");
        Machine.Run("chown", "-R", "5:60", root);
        AssertRefused(root, "belongs to user 5");
        Machine.Run("chown", "0:0", root);
        Machine.Run("chmod", "777", root);
        AssertRefused(root, "writable by everybody");
        Machine.Run("chmod", "1777", root);
        AssertRefused(root, "writable by everybody");
        Machine.Run("chmod", "755", root);
        Assert.Equal(ContainerStatus.Broken, Assert.Single(new ContainerRuntime(new RuntimeOptions { Root = root }).List()).Status);
    }

    /// <summary>A container's directory in a good root that somebody else has made can only be there when the root was not good once.</summary>
    [FactWhen(Root = true, Program = "busybox")]
    public void ALinkInPlaceOfAContainerIsNoContainer()
    {
        Runtime.Create(Request("real", Spec("true")));
        File.CreateSymbolicLink(Path.Combine(Root, "link"), Path.Combine(Root, "real"));
        Assert.Equal(OciErrorCode.ContainerNotFound, Assert.Throws<OciException>(() => Runtime.Get("link")).Code);
        Assert.Equal(OciErrorCode.ContainerNotFound, Assert.Throws<OciException>(() => Runtime.Delete("link")).Code);
        Assert.Equal(OciErrorCode.ContainerAlreadyExists, Assert.Throws<OciException>(() => Runtime.Create(Request("link", Spec("true")))).Code);
        Assert.Equal(["real"], Runtime.List().Select(container => container.Id));
        File.Delete(Path.Combine(Root, "link"));
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void LinksInPlaceOfItsFilesAreNotFollowed()
    {
        Runtime.Create(Request("c", Spec("sleep", "60")));
        string directory = Path.Combine(Root, "c");
        foreach (string name in (string[])[".state.json.new", ".config.json.new", ".exit.json.new"])
            File.CreateSymbolicLink(Path.Combine(directory, name), Path.Combine(Canary, "file"));
        using (StateDirectory state = StateDirectory.Open(new StateRoot(Root), "c"))
            Assert.Throws<OciException>(() => state.WriteState(state.ReadState()));
        Runtime.Delete("c", force: true);
        Assert.False(Path.Exists(directory));
        AssertUntouched();
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void ThePidFileReplacesALinkAndItsTemporaryIsNew()
    {
        string pidFile = Temporary("pid"), temporary = Temporary(".pid");
        File.CreateSymbolicLink(pidFile, Path.Combine(Canary, "file"));
        PidFile.Write(pidFile, 7);
        Assert.Null(new FileInfo(pidFile).LinkTarget);
        Assert.Equal("7", File.ReadAllText(pidFile));
        File.CreateSymbolicLink(temporary, Path.Combine(Canary, "new"));
        Assert.Equal(Interop.Errno.EEXIST, Assert.Throws<OciException>(() => PidFile.Write(pidFile, 8)).Errno);
        Assert.Equal("7", File.ReadAllText(pidFile));
        AssertUntouched();
    }

    private static void AssertRefused(string root, string why)
    {
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = root });
        foreach (Action verb in (Action[])[() => _ = runtime.List().Count(), () => runtime.Get("c"), () => runtime.Kill("c", 9), () => runtime.Delete("c", force: true), () => runtime.Start("c")])
        {
            OciException error = Assert.Throws<OciException>(verb);
            Assert.Equal(OciErrorCode.PermissionDenied, error.Code);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
        Assert.True(Directory.Exists(root + "/c"));
    }

    private static string Mode(string path) => Machine.Run("stat", "-c", "%a", path).Trim();
}
