using System.Globalization;
using System.Runtime.Versioning;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Bundles;

/// <summary>Sparse files in every form in which GNU tar writes them.</summary>
[SupportedOSPlatform("linux")]
public sealed class SparseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Bundle => _directory["bundle"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=posix --sparse-version=0.0")]
    [InlineData("--format=posix --sparse-version=0.1")]
    [InlineData("--format=posix --sparse-version=1.0")]
    public void FilesWithHolesAreReadRight(string format)
    {
        string source = Sources();
        Machine.Run("tar", ["-C", source, "--sparse", .. format.Split(' '), "-cf", _directory["a.tar"], "."]);
        // Else there would be nothing to see.
        Assert.InRange(new FileInfo(_directory["a.tar"]).Length, 1, 2 << 20);
        OciBundle bundle = BundleBuilder.FromArchive(Bundle, _directory["a.tar"]);
        Assert.Empty(bundle.Warnings);
        Assert.Equal(Names(source), Names(bundle.RootfsPath!));
        foreach (string name in Names(source))
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(source, name)), File.ReadAllBytes(Path.Combine(bundle.RootfsPath!, name)));
            long blocks = long.Parse(Machine.Run("stat", "-c", "%b", Path.Combine(bundle.RootfsPath!, name)), CultureInfo.InvariantCulture);
            Assert.InRange(blocks * 512, 0, 1 << 20);
        }
    }

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=posix --sparse-version=0.0")]
    [InlineData("--format=posix --sparse-version=0.1")]
    [InlineData("--format=posix --sparse-version=1.0")]
    public void DamagedOnesOnlyEverGiveOurErrors(string format)
    {
        Machine.Run("tar", ["-C", Sources(), "--sparse", .. format.Split(' '), "-cf", _directory["a.tar"], "many", "ends"]);
        byte[] good = File.ReadAllBytes(_directory["a.tar"]);
        int[] headers = [.. Enumerable.Range(0, good.Length / 512).Where(block => block < 16 || good.AsSpan((block * 512) + 257, 5).SequenceEqual("ustar"u8))];
        var random = new Random(3);
        for (int i = 0; i < 200; i++)
        {
            byte[] bad = [.. good];
            int block = headers[random.Next(headers.Length)] * 512;
            for (int j = random.Next(1, 3); j > 0; j--)
                bad[block + random.Next(512)] = (byte)(random.Next(2) == 0 ? random.Next('0', '8') : random.Next(256));
            // A right sum, so that the damage is not seen by it.
            if (random.Next(4) > 0 && bad.AsSpan(block + 257, 5).SequenceEqual("ustar"u8))
                FixSum(bad.AsSpan(block, 512));
            File.WriteAllBytes(_directory["bad.tar"], bad);
            Exception? error = Record.Exception(() => BundleBuilder.FromArchive(Bundle, _directory["bad.tar"]));
            Assert.True(error is null or OciException, error?.ToString());
            if (error is null)
                Directory.Delete(Bundle, recursive: true);
            Assert.False(Path.Exists(Bundle));
        }
    }

    [Theory]
    [InlineData("4096,512,0,512", 1024)] // not in order
    [InlineData("0,1024,512,512", 1536)] // overlapping
    [InlineData("0,512,1048576,512", 1024)] // behind the end
    [InlineData("0,512", 1024)] // more content than the map has
    [InlineData("0,1024", 512)] // less
    [InlineData("0,512,1024", 512)] // half a pair
    [InlineData("0,-512", 512)]
    [InlineData("9223372036854775807,512", 512)]
    public void AMapThatDoesNotFitIsRefused(string map, int stored)
    {
        byte[] tar = new RawTar().Pax(("GNU.sparse.size", "8192"u8.ToArray()), ("GNU.sparse.map", System.Text.Encoding.ASCII.GetBytes(map))).Add("f", content: new byte[stored]).ToArray();
        File.WriteAllBytes(_directory["a.tar"], tar);
        Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory["a.tar"])).Code);
        Assert.False(Path.Exists(Bundle));
    }

    private string Sources()
    {
        string source = Directory.CreateDirectory(_directory["source"]).FullName;
        Write(source, "ends", 8 << 20, (0, 5000), ((8 << 20) - 100, 100));
        Write(source, "middle", 8 << 20, (3 << 20, 70_000));
        Write(source, "many", 16 << 20, [.. Enumerable.Range(0, 60).Select(i => (i << 18, 4096))]);
        Write(source, "hole", 8 << 20);
        Write(source, "dense", 3000, (0, 3000));
        Write(source, new string('n', 150), 4 << 20, (1 << 20, 10));
        return source;
    }

    private static void Write(string directory, string name, long size, params (int Offset, int Length)[] parts)
    {
        using var file = new FileStream(Path.Combine(directory, name), FileMode.Create);
        file.SetLength(size);
        foreach ((int offset, int length) in parts)
        {
            file.Position = offset;
            file.Write([.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + offset + 1))]);
        }
    }

    private static void FixSum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte b in header)
            sum += b;
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }

    private static string[] Names(string directory) => [.. Directory.GetFiles(directory).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
