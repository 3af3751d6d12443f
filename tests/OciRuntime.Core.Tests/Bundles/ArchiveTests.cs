using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Bundles;

[SupportedOSPlatform("linux")]
public sealed partial class ArchiveTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TarBuilder _tar = new();

    private string Bundle => _directory["bundle"];

    private string Rootfs => _directory["bundle/rootfs"];

    public void Dispose()
    {
        _tar.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void FilesModesAndLinksArrive()
    {
        _tar.Directory("./").Directory("bin/").File("bin/sh", "#!", 0x9ED).SymbolicLink("bin/ash", "sh").HardLink("bin/dash", "bin/sh")
            .Directory("tmp", 0x3FF).Fifo("tmp/pipe").File("a/b/c", "deep");
        OciBundle bundle = Make();
        Assert.Equal("#!", File.ReadAllText(Path.Combine(Rootfs, "bin/dash")));
        Assert.Equal(0x9ED, (int)File.GetUnixFileMode(Path.Combine(Rootfs, "bin/sh")));
        Assert.Equal(0x3FF, (int)File.GetUnixFileMode(Path.Combine(Rootfs, "tmp")));
        Assert.Equal("sh", new FileInfo(Path.Combine(Rootfs, "bin/ash")).LinkTarget);
        Assert.Equal("deep", File.ReadAllText(Path.Combine(Rootfs, "a/b/c")));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000).UtcDateTime, File.GetLastWriteTimeUtc(Path.Combine(Rootfs, "bin/sh")));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000).UtcDateTime, Directory.GetLastWriteTimeUtc(Path.Combine(Rootfs, "bin")));
        Assert.Empty(bundle.Warnings);
        Assert.False(bundle.Spec.Process!.Terminal);
        Assert.Equal(Rootfs, OciBundle.Open(Bundle).RootfsPath);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/../../escape")]
    [InlineData("..")]
    public void DotDotIsRefused(string name)
    {
        _tar.File("ok").File(name, "x");
        OciException error = Assert.Throws<OciException>(Make);
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
        Assert.Contains("leaves the root filesystem", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_directory["escape"]));
        Assert.False(Path.Exists(Bundle));
    }

    [Fact]
    public void AbsoluteNamesStartAtTheRoot()
    {
        _tar.File("/oci-tests-absolute", "x");
        Make();
        Assert.True(File.Exists(Path.Combine(Rootfs, "oci-tests-absolute")));
        Assert.False(File.Exists("/oci-tests-absolute"));
    }

    [Fact]
    public void FileThroughAnAbsoluteLinkStaysInside()
    {
        string outside = Directory.CreateDirectory(_directory["outside"]).FullName;
        _tar.SymbolicLink("link", outside).File("link/file", "x");
        // The link's target does not exist inside the root, so there is no place for the file.
        Assert.Throws<OciException>(Make);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public void LinkToAnExistingDirectoryLeadsInside()
    {
        _tar.Directory("usr/lib").SymbolicLink("lib", "/usr/lib").File("lib/libc.so", "x").SymbolicLink("up", "../../../../usr").File("up/y", "y");
        Make();
        Assert.Equal("x", File.ReadAllText(Path.Combine(Rootfs, "usr/lib/libc.so")));
        Assert.Equal("y", File.ReadAllText(Path.Combine(Rootfs, "usr/y")));
    }

    [Fact]
    public void FileReplacesALinkInsteadOfFollowingIt()
    {
        string victim = _directory["victim"];
        File.WriteAllText(victim, "safe");
        _tar.SymbolicLink("file", victim).File("file", "mine");
        Make();
        Assert.Equal("safe", File.ReadAllText(victim));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Rootfs, "file")));
        Assert.Null(new FileInfo(Path.Combine(Rootfs, "file")).LinkTarget);
    }

    [Fact]
    public void DirectoryReplacesALink()
    {
        string outside = Directory.CreateDirectory(_directory["outside"]).FullName;
        _tar.SymbolicLink("d", outside).Directory("d").File("d/x", "x");
        Make();
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Assert.True(File.Exists(Path.Combine(Rootfs, "d/x")));
    }

    [Fact]
    public void HardLinkOutIsRefused()
    {
        string victim = _directory["victim"];
        File.WriteAllText(victim, "safe");
        _tar.HardLink("link", victim);
        Assert.Throws<OciException>(Make);
        _tar.Dispose();
        using TarBuilder second = new TarBuilder().HardLink("link", "../victim");
        File.WriteAllBytes(_directory["b.tar"], second.ToArray());
        Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory["b.tar"]));
        Assert.Equal("safe", File.ReadAllText(victim));
    }

    [Fact]
    public void HardLinkThroughALinkStaysInside()
    {
        string victim = _directory["victim"];
        File.WriteAllText(victim, "safe");
        _tar.SymbolicLink("out", _directory.Path).HardLink("link", "out/victim");
        Assert.Throws<OciException>(Make);
        using TarBuilder second = new TarBuilder().SymbolicLink("out", victim).HardLink("link", "out").File("link", "mine");
        File.WriteAllBytes(_directory["b.tar"], second.ToArray());
        BundleBuilder.FromArchive(Bundle, _directory["b.tar"]);
        Assert.Equal("safe", File.ReadAllText(victim));
    }

    [Fact]
    public void RootItselfCannotBeReplaced()
    {
        _tar.SymbolicLink("./", "/");
        Assert.Throws<OciException>(Make);
        Assert.False(Path.Exists(Bundle));
    }

    [Fact, Needs(Root = true)]
    public void OwnersAreKept()
    {
        _tar.File("f", "x", 0xDED, uid: 1234, gid: 5678);
        Make();
        Assert.Equal("1234:5678:6755", Machine.Run("stat", "-c", "%u:%g:%a", Path.Combine(Rootfs, "f")).Trim());
    }

    [Fact, Needs(Root = true)]
    public void DeviceNodeIsMadeOrWarnedOf()
    {
        _tar.Device("null", 1, 3).Device("whiteout", 0, 0);
        OciBundle bundle = Make();
        Assert.False(Path.Exists(Path.Combine(Rootfs, "whiteout")));
        if (bundle.Warnings.Count == 1)
            Assert.Equal("1:3:666", Machine.Run("stat", "-c", "%t:%T:%a", Path.Combine(Rootfs, "null")).Trim());
        else
            Assert.Contains("null: a device node may not be made here (EPERM); left out", bundle.Warnings);
    }

    [Fact, Needs(Root = true)]
    public void FileCapabilitiesAreKept()
    {
        // struct vfs_cap_data, revision 2: cap_net_raw, permitted and effective.
        string value = "\u0001\0\0\u0002\0 \0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        _tar.File("ping", "x", attributes: ("SCHILY.xattr.security.capability", value));
        OciBundle bundle = Make();
        if (bundle.Warnings.Count > 0)
        {
            Assert.Contains("extended attribute security.capability", Assert.Single(bundle.Warnings), StringComparison.Ordinal);
            return;
        }
        byte[] found = new byte[64];
        nint length = getxattr(Path.Combine(Rootfs, "ping"), "security.capability", found, found.Length);
        Assert.Equal(value.Select(c => (byte)c), found.Take((int)length));
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getxattr(string path, string name, [Out] byte[] value, nint size);

    [Fact]
    public void GzipIsUnpackedAndZstdWhereThereIsADecoder()
    {
        File.WriteAllBytes(_directory["a.tgz"], _tar.File("x", "y").ToGzip());
        BundleBuilder.FromArchive(Bundle, _directory["a.tgz"]);
        Assert.Equal("y", File.ReadAllText(Path.Combine(Rootfs, "x")));
        File.WriteAllBytes(_directory["a.zst"], [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0]);
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromArchive(_directory["other"], _directory["a.zst"]));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        Assert.EndsWith("unpack it first with zstd -d", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedArchivesLeaveNothing()
    {
        byte[] tar = _tar.File("x", new string('y', 5000)).ToGzip();
        File.WriteAllBytes(_directory["a.tgz"], tar[..(tar.Length / 2)]);
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory["a.tgz"]));
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
        Assert.False(Path.Exists(Bundle));
    }

    [Fact]
    public void MissingArchiveIsSaid()
    {
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory["none.tar"]));
        Assert.Equal(OciErrorCode.FileNotFound, error.Code);
    }

    [Fact]
    public void ExistingBundleIsNotTouched()
    {
        Directory.CreateDirectory(Bundle);
        File.WriteAllText(Path.Combine(Bundle, "precious"), "x");
        _tar.File("x");
        OciException error = Assert.Throws<OciException>(Make);
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
        Assert.True(File.Exists(Path.Combine(Bundle, "precious")));
    }

    [Fact]
    public void CancellingLeavesNothing()
    {
        _tar.File("x");
        File.WriteAllBytes(_directory["a.tar"], _tar.ToArray());
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory["a.tar"], cancellation: new CancellationToken(canceled: true)));
        Assert.Equal(OciErrorCode.Cancelled, error.Code);
        Assert.False(Path.Exists(Bundle));
    }

    private OciBundle Make()
    {
        File.WriteAllBytes(_directory["a.tar"], _tar.ToArray());
        return BundleBuilder.FromArchive(Bundle, _directory["a.tar"]);
    }
}
