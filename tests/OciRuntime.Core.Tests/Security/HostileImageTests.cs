using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Tests.Bundles;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>Archives and layouts that lie about sizes, are deeper than any path, or are not made of files. Paths and links: ArchiveTests.</summary>
[SupportedOSPlatform("linux")]
public sealed class HostileImageTests : IDisposable
{
    private const long MostMemory = 64L << 20;

    private readonly TemporaryDirectory _directory = new();

    private string Bundle => _directory["bundle"];

    public void Dispose()
    {
        // rm(1) knows how to go deeper than PATH_MAX.
        Machine.Run("rm", "-rf", Bundle);
        _directory.Dispose();
    }

    /// <summary>An entry that only describes the next one is read as a whole: its size is the archive's to say.</summary>
    [Theory]
    [InlineData('x', 0x7FFF_FFF0)]
    [InlineData('x', 0x2_0000_0000)]
    [InlineData('g', 0x7FFF_FFF0)]
    [InlineData('g', 0x2_0000_0000)]
    [InlineData('L', 0x7FFF_FFF0)]
    [InlineData('L', 0x2_0000_0000)]
    [InlineData('K', 0x7FFF_FFF0)]
    [InlineData('x', 0x0400_0000)]
    [InlineData('L', 0x0400_0000)]
    public void ADescriptionOfAnySizeIsRefusedBeforeItIsRead(char type, long size)
    {
        // Zeros for the content: as gzip they cost next to nothing.
        byte[] tar = [.. Header("name", type, size), .. new byte[1 << 20]];
        File.WriteAllBytes(_directory["a.tgz"], TarBuilder.Gzip(tar));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory["a.tgz"]));
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, MostMemory);
        Assert.False(Path.Exists(Bundle));
    }

    [Fact]
    public void AFileThatIsShorterThanItSaysIsRefused()
    {
        foreach (long size in (long[])[1 << 20, 1L << 40, long.MaxValue >> 1])
        {
            File.WriteAllBytes(_directory["a.tar"], [.. Header("name", '0', size), .. new byte[1024]]);
            Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory["a.tar"])).Code);
            Assert.False(Path.Exists(Bundle));
        }
    }

    /// <summary>A few entries through links make a tree that no path reaches and that a recursion does not get through.</summary>
    [Fact]
    public void ATreeDeeperThanAnyPathIsRemoved()
    {
        const int Hops = 12, Depth = 250;
        string chain = string.Join('/', Enumerable.Repeat("d", Depth));
        byte[] deep = Layer(tar =>
        {
            for (int i = 0; i < Hops; i++)
            {
                string start = i == 0 ? string.Empty : $"s{i - 1}/";
                tar.Directory(start + chain);
                tar.SymbolicLink($"s{i}", "/" + start + chain);
            }
        });
        // Whited out by the next layer.
        var layout = new LayoutBuilder(_directory["layout"]);
        layout.Image([], [deep, Layer(tar => tar.File(".wh.d").File("left", "x"))]);
        BundleBuilder.FromImageLayout(Bundle, _directory["layout"]);
        Assert.False(Path.Exists(Path.Combine(Bundle, "rootfs/d")));
        Assert.True(File.Exists(Path.Combine(Bundle, "rootfs/left")));
        Machine.Run("rm", "-rf", Bundle);
        // And removed when the image is refused in the end.
        var refused = new LayoutBuilder(_directory["refused"]);
        refused.Image([], [deep], wrongDiffIds: true);
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["refused"]));
        Assert.True(error.Message.Contains("the configuration says", StringComparison.Ordinal), error.Message);
        Assert.False(Path.Exists(Bundle));
    }

    /// <summary>Whoever packs a layout decides what its files are: a pipe would block, a device be set going.</summary>
    [Fact, Needs(Root = true)]
    public void ALayoutOfOtherThingsThanFilesIsRefusedUnopened()
    {
        var layout = new LayoutBuilder(_directory["layout"]);
        layout.Image([], [Layer(tar => tar.File("x"))]);
        foreach (string file in Directory.GetFiles(_directory["layout"], "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "oci-layout"))
        {
            foreach (string[] node in (string[][])[["p"], ["c", "1", "3"]])
            {
                File.Move(file, _directory["kept"]);
                Machine.Run("mknod", [file, .. node]);
                using (var watch = new OpenWatch(file))
                {
                    OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"]));
                    Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
                    Assert.Contains("not a file", error.Message, StringComparison.Ordinal);
                    Assert.Equal(0, watch.Take());
                }
                File.Delete(file);
                File.Move(_directory["kept"], file);
            }
        }
    }

    /// <summary>What a digest was checked of is what is used, and nothing of a blob reaches the disk before.</summary>
    [Fact]
    public void NothingOfADamagedImageIsUnpacked()
    {
        var layout = new LayoutBuilder(_directory["layout"]);
        List<string> digests = layout.Image(new JsonObject { ["User"] = "0" }, [Layer(tar => tar.File("x")), Layer(tar => tar.File("y"))]);
        string blob = layout.BlobPath(digests[1]);
        byte[] bytes = File.ReadAllBytes(blob);
        foreach (byte[] damaged in (byte[][])[[], bytes[..^1], [.. bytes, 0], [.. bytes[..^1], (byte)~bytes[^1]]])
        {
            File.WriteAllBytes(blob, damaged);
            OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"]));
            Assert.Contains("the image is damaged", error.Message, StringComparison.Ordinal);
            Assert.False(Path.Exists(Bundle));
        }
    }

    private static byte[] Layer(Action<TarBuilder> fill)
    {
        using var tar = new TarBuilder();
        fill(tar);
        return tar.ToArray();
    }

    // ustar; sizes over 8 GiB in base 256, as GNU tar writes them.
    private static byte[] Header(string name, char type, long size)
    {
        byte[] header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\0").CopyTo(header, 100);
        if (size < 1L << 33)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0') + "\0").CopyTo(header, 124);
        }
        else
        {
            header[124] = 0x80;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }
        Encoding.ASCII.GetBytes("00000000000\0").CopyTo(header, 136);
        header.AsSpan(148, 8).Fill((byte)' ');
        header[156] = (byte)type;
        Encoding.ASCII.GetBytes(type is 'L' or 'K' ? "ustar  \0" : "ustar\000").CopyTo(header, 257);
        int sum = header.Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }
}
