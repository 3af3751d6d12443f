using System.Runtime.Versioning;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Tests.Shared;
using Xunit;
using ZstdSharp;

namespace OciRuntime.Core.Tests.Bundles;

/// <summary>Images as Podman saves them, in every form.</summary>
[SupportedOSPlatform("linux")]
public sealed class PodmanImageTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Bundle => _directory["bundle"];

    public void Dispose()
    {
        if (Directory.Exists(_directory["storage"]))
            Podman("rmi", "--all", "--force");
        _directory.Dispose();
    }

    [Fact, Needs(Containers = true, Program = "podman gzip zstd xz")]
    public void EveryFormOfASavedImageIsRead()
    {
        Import();
        Podman("save", "--quiet", "--format", "docker-archive", "-o", _directory["docker.tar"], "tiny:v1");
        Podman("save", "--quiet", "--format", "oci-archive", "-o", _directory["oci.tar"], "tiny:v1");
        Podman("save", "--quiet", "--format", "oci-dir", "-o", _directory["ocidir"], "tiny:v1");
        Podman("save", "--quiet", "--format", "docker-dir", "-o", _directory["dockerdir"], "tiny:v1");
        Podman("push", "--quiet", "--compression-format", "zstd", "tiny:v1", "oci:" + _directory["zstddir"] + ":v1");
        foreach (string archive in (string[])["docker.tar", "oci.tar"])
        {
            Machine.Run("sh", "-c", $"gzip -k {_directory[archive]} && zstd -q {_directory[archive]} -o {_directory[archive]}.zst && xz -k {_directory[archive]}");
            IsTheImage(archive, null);
            IsTheImage(archive + ".gz", null);
            IsTheImage(archive + ".zst", null);
            OciException xz = Assert.Throws<OciException>(() => Make(archive + ".xz", null));
            Assert.Equal((OciErrorCode.NotSupported, true), (xz.Code, xz.Hint!.EndsWith("unpack it first with xz -d", StringComparison.Ordinal)));
            OciException wrong = Assert.Throws<OciException>(() => BundleBuilder.FromArchive(Bundle, _directory[archive]));
            Assert.EndsWith($"({archive[..^4]}-archive), not a root filesystem", wrong.Message, StringComparison.Ordinal);
            Assert.Equal(Refusal.RootFilesystemIsImage, wrong.Refusal);
            Assert.False(Path.Exists(Bundle));
        }
        IsTheImage("docker.tar", "tiny:v1");
        IsTheImage("docker.tar", "localhost/tiny:v1");
        IsTheImage("docker.tar", "v1");
        IsTheImage("ocidir", null);
        IsTheImage("zstddir", "v1");
        Directory.CreateDirectory(_directory["unpacked"]);
        Machine.Run("tar", "-C", _directory["unpacked"], "-xf", _directory["docker.tar"]);
        IsTheImage("unpacked", null);
        OciException none = Assert.Throws<OciException>(() => Make("docker.tar", "other"));
        Assert.EndsWith("no image named \"other\"; there are localhost/tiny:v1", none.Message, StringComparison.Ordinal);
        OciException form = Assert.Throws<OciException>(() => Make("dockerdir", null));
        Assert.Contains("manifest.json is not a list of images", form.Message, StringComparison.Ordinal);
    }

    [Fact, Needs(Containers = true, Program = "podman")]
    public void OfSeveralImagesOneIsNamed()
    {
        Import();
        Podman("import", "--quiet", "--change", "CMD [\"/bin/other\"]", _directory["root.tar"], "tiny:v2");
        Podman("save", "--quiet", "--multi-image-archive", "-o", _directory["both.tar"], "tiny:v1", "tiny:v2");
        OciException error = Assert.Throws<OciException>(() => Make("both.tar", null));
        Assert.Contains("there are 2 images, and one must be named", error.Message, StringComparison.Ordinal);
        Assert.Equal(["/bin/other"], Make("both.tar", "v2").Spec.Process!.Args);
    }

    [Fact]
    public void APlainArchiveIsNoImage()
    {
        File.WriteAllBytes(_directory["root.tar"], new RawTar().Add("bin/", '5').Add("bin/sh").ToArray());
        OciException error = Assert.Throws<OciException>(() => Make("root.tar", null));
        Assert.Contains("it is an archive of plain files, such as docker export writes, not of an image", error.Message, StringComparison.Ordinal);
        Assert.Equal(Refusal.ImageIsRootFilesystem, error.Refusal);
        Assert.False(Path.Exists(Bundle));
    }

    [Theory]
    [InlineData("PK\u0003\u0004....", "a zip archive")]
    [InlineData("hsqs....", "a squashfs image")]
    [InlineData("!<arch>\n", "an ar archive or a Debian package")]
    [InlineData("\u007FELF....", "a program")]
    [InlineData("{\"a\": 1}", "a text file, perhaps JSON")]
    public void OtherFilesAreNamedAsWhatTheyAre(string start, string what)
    {
        File.WriteAllText(_directory["file"], start + new string('.', 600));
        foreach (Func<OciBundle> make in (Func<OciBundle>[])[() => BundleBuilder.FromArchive(Bundle, _directory["file"]), () => Make("file", null)])
        {
            OciException error = Assert.Throws<OciException>(make);
            Assert.Equal((OciErrorCode.InvalidArgument, $"unpack {_directory["file"]}: it is {what}, not a tar archive"), (error.Code, error.Message));
        }
    }

    /// <summary>Docker before version 25: a directory a layer, and a link where two are the same.</summary>
    [Fact]
    public void LayersThatAreLinksAreFollowedInsideTheArchive()
    {
        byte[] layer = new RawTar().Add("x", content: "y"u8.ToArray()).ToArray();
        string diff = "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(layer));
        byte[] config = System.Text.Encoding.UTF8.GetBytes($$$"""{"os":"linux","architecture":"amd64","config":{"Cmd":["/x"]},"rootfs":{"type":"layers","diff_ids":["{{{diff}}}","{{{diff}}}"]}}""");
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(config)), a = new('a', 64), b = new('b', 64);
        RawTar Archive(string target) => new RawTar().Add(a + "/", '5').Add(a + "/VERSION", content: "1.0"u8.ToArray()).Add(a + "/layer.tar", content: layer)
            .Add(b + "/", '5').Add(b + "/layer.tar", '2', link: target).Add(hash + ".json", content: config)
            .Add("manifest.json", content: System.Text.Encoding.UTF8.GetBytes($$"""[{"Config":"{{hash}}.json","RepoTags":["x:1"],"Layers":["{{a}}/layer.tar","{{b}}/layer.tar"]}]"""));
        File.WriteAllBytes(_directory["old.tar"], Archive($"../{a}/layer.tar").ToArray());
        OciBundle bundle = Make("old.tar", "x:1");
        Assert.Equal("y", File.ReadAllText(Path.Combine(bundle.RootfsPath!, "x")));
        Assert.Equal(["/x"], bundle.Spec.Process!.Args);
        Directory.Delete(Bundle, recursive: true);
        // A link that leads out is not made.
        File.WriteAllBytes(_directory["evil.tar"], Archive("/etc/passwd").ToArray());
        Assert.Equal(OciErrorCode.FileNotFound, Assert.Throws<OciException>(() => Make("evil.tar", null)).Code);
        Assert.False(Path.Exists(Bundle));
    }

    [Fact]
    public void DamagedZstdIsDamagedData()
    {
        using var compressor = new Compressor();
        byte[] good = compressor.Wrap(new RawTar().Add("f", content: new byte[200_000]).Add("g").ToArray()).ToArray();
        var random = new Random(4);
        for (int i = 0; i < 100; i++)
        {
            byte[] bad = i == 0 ? good[..(good.Length / 2)] : [.. good];
            for (int j = 0; j < i % 4; j++)
                bad[random.Next(4, bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_directory["a.zst"], bad);
            Exception? error = Record.Exception(() => BundleBuilder.FromArchive(Bundle, _directory["a.zst"], options: Options));
            Assert.True(error is OciException || (error is null && i > 0), error?.ToString() ?? "a cut stream was taken for whole");
            if (error is null)
                Directory.Delete(Bundle, recursive: true);
            Assert.False(Path.Exists(Bundle));
        }
    }

    private static BundleOptions Options => new() { Zstd = stream => new DecompressionStream(stream, leaveOpen: false) };

    private OciBundle Make(string image, string? reference) => BundleBuilder.FromImageLayout(Bundle, _directory[image], reference, options: Options);

    private void IsTheImage(string image, string? reference)
    {
        OciBundle bundle = Make(image, reference);
        Assert.Empty(bundle.Warnings);
        Assert.Equal(["/bin/sh", "-c", "true"], bundle.Spec.Process!.Args);
        Assert.Contains("FROM=podman", bundle.Spec.Process.Env!);
        Assert.Equal(File.ReadAllBytes("/bin/busybox"), File.ReadAllBytes(Path.Combine(bundle.RootfsPath!, "bin/busybox")));
        Assert.Equal("busybox", new FileInfo(Path.Combine(bundle.RootfsPath!, "bin/sh")).LinkTarget);
        Assert.Equal(["config.json", "rootfs"], Directory.GetFileSystemEntries(Bundle).Select(Path.GetFileName).Order());
        Directory.Delete(Bundle, recursive: true);
    }

    private void Import()
    {
        string root = BundleBuilder.FromBusybox(_directory["source"]).RootfsPath!;
        Machine.Run("tar", "-C", root, "-cf", _directory["root.tar"], ".");
        Podman("import", "--quiet", "--change", "CMD [\"/bin/sh\",\"-c\",\"true\"]", "--change", "ENV FROM=podman", _directory["root.tar"], "tiny:v1");
    }

    // Storage of its own, without a driver that mounts.
    private void Podman(params string[] arguments) => Machine.Run(
        "podman", ["--root", _directory["storage"], "--runroot", _directory["run"], "--tmpdir", _directory["tmp"], "--storage-driver", "vfs", "--events-backend", "none", .. arguments]);
}
