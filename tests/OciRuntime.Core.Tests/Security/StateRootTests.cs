using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>The state of containers decides what is signalled, removed and run (hooks): only who owns the runtime may write there.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class StateRootTests : AttackFixture
{
    [Fact]
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

    [Fact]
    public void ARootOfSomebodyElseIsRefusedByEveryVerb()
    {
        string root = Temporary("theirs");
        Directory.CreateDirectory(root + "/c");
        Machine.Run("chown", "-R", "5:60", root);
        AssertRefused(root, root + " is not trusted: it belongs to user 5");
        Machine.Run("chown", "0:60", root);
        foreach ((string mode, string why) in (ReadOnlySpan<(string, string)>)[("777", "everybody"), ("1777", "everybody"), ("702", "everybody"), ("775", "group 60"), ("1770", "group 60"), ("720", "group 60")])
        {
            Machine.Run("chmod", mode, root);
            AssertRefused(root, $"{root} is not trusted: it is writable by {why}");
        }
        Machine.Run("chmod", "755", root);
        Machine.Run("chown", "0:0", root + "/c");
        Assert.Equal(ContainerStatus.Broken, Assert.Single(new ContainerRuntime(new RuntimeOptions { Root = root }).List()).State);
    }

    /// <summary>An entry of an access control list shows in the group's bits, which are its mask.</summary>
    [Fact]
    public unsafe void ARootThatAnAccessControlListOpensIsRefused()
    {
        string root = Temporary("listed");
        Directory.CreateDirectory(root + "/c");
        Machine.Run("chmod", "700", root);
        // posix_acl_xattr.h: version 2, then tag, rights and id of the owner, user 5, the group, the mask and the others.
        byte[] list = [2, 0, 0, 0, .. Entry(1, 7, uint.MaxValue), .. Entry(2, 7, 5), .. Entry(4, 0, uint.MaxValue), .. Entry(0x10, 7, uint.MaxValue), .. Entry(0x20, 0, uint.MaxValue)];
        using var directory = new SafeFd(Libc.open(root, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0));
        fixed (byte* value = list)
            Assert.Equal(0, Libc.fsetxattr(directory.Number, "system.posix_acl_access", value, list.Length, 0));
        AssertRefused(root, "writable by group 0");

        static byte[] Entry(ushort tag, ushort rights, uint id) => [.. BitConverter.GetBytes(tag), .. BitConverter.GetBytes(rights), .. BitConverter.GetBytes(id)];
    }

    /// <summary>Who can write to a directory above the root can put another one in its place.</summary>
    [Fact]
    public void ARootBelowADirectoryOfOthersIsRefused()
    {
        string above = Temporary("above"), root = above + "/between/root";
        Directory.CreateDirectory(root + "/c");
        Machine.Run("chown", "0:60", above);
        Assert.Equal(ContainerStatus.Broken, Assert.Single(new ContainerRuntime(new RuntimeOptions { Root = root }).List()).State);
        foreach ((string mode, string why) in (ReadOnlySpan<(string, string)>)[("777", "everybody and not sticky"), ("775", "group 60 and not sticky")])
        {
            Machine.Run("chmod", mode, above);
            AssertRefused(root, $"{root} is not trusted: {above} is writable by {why}");
        }
        Machine.Run("chmod", "1777", above); // as /tmp
        Assert.Single(new ContainerRuntime(new RuntimeOptions { Root = root }).List());
        Machine.Run("chown", "5", above); // its owner may take away what is not theirs, sticky or not
        AssertRefused(root, $"{root} is not trusted: {above} belongs to user 5");
        Machine.Run("chmod", "755", above);
        AssertRefused(root, $"{root} is not trusted: {above} belongs to user 5");

        // Nothing is made on such a way either.
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = above + "/new/root" });
        Assert.Equal(OciErrorCode.Untrusted, Assert.Throws<OciException>(() => runtime.Create(Request("c", Spec("true")))).Code);
        Assert.Equal([above + "/between"], Directory.EnumerateFileSystemEntries(above));
    }

    [Fact]
    public void ALinkToTheRootIsFollowedWhenItIsOurs()
    {
        string above = Temporary("above"), root = Temporary("root"), link = above + "/link";
        Directory.CreateDirectory(root + "/state/c");
        Directory.CreateDirectory(above);
        Machine.Run("chmod", "1777", above);
        foreach (string target in (string[])[root, "../root", "/proc/../" + root])
        {
            File.CreateSymbolicLink(link, target);
            Assert.Single(new ContainerRuntime(new RuntimeOptions { Root = link + "/state" }).List());
            Machine.Run("chown", "-h", "5", link);
            AssertRefused(link + "/state", link + " belongs to user 5");
            File.Delete(link);
        }
        File.CreateSymbolicLink(link, link);
        Assert.Equal(Errno.ELOOP, Assert.Throws<OciException>(() => new ContainerRuntime(new RuntimeOptions { Root = link }).Get("c")).Errno);
    }

    /// <summary>A container's directory in a good root that somebody else has made can only be there when the root was not good once.</summary>
    [Fact]
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

    [Fact]
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

    [Fact]
    public void ThePidFileReplacesALinkOfSomebodyElseAndItsTemporaryIsNew()
    {
        string pidFile = Temporary("pid"), temporary = Temporary(".pid");
        File.CreateSymbolicLink(pidFile, Path.Combine(Canary, "file"));
        Machine.Run("chown", "-h", "65534", pidFile);
        PidFile.Write(pidFile, 7);
        Assert.Null(new FileInfo(pidFile).LinkTarget);
        Assert.Equal("7", File.ReadAllText(pidFile));
        File.CreateSymbolicLink(temporary, Path.Combine(Canary, "new"));
        Assert.Equal(Errno.EEXIST, Assert.Throws<OciException>(() => PidFile.Write(pidFile, 8)).Errno);
        Assert.Equal("7", File.ReadAllText(pidFile));
        AssertUntouched();
    }

    private static void AssertRefused(string root, string why)
    {
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = root });
        foreach (Action verb in (Action[])[() => _ = runtime.List().Count(), () => runtime.Get("c"), () => runtime.Kill("c", 9), () => runtime.Delete("c", force: true), () => runtime.Start("c")])
        {
            OciException error = Assert.Throws<OciException>(verb);
            Assert.Equal(OciErrorCode.Untrusted, error.Code);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
        Assert.True(Directory.Exists(root + "/c"));
    }

    private static string Mode(string path) => Machine.Run("stat", "-c", "%a", path).Trim();
}
