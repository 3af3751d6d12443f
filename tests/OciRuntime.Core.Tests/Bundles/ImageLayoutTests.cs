using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Bundles;

public sealed class ImageLayoutTests : IDisposable
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\nwww:x:33:34:www:/var/www:/bin/false\n";

    private readonly TemporaryDirectory _directory = new();
    private readonly LayoutBuilder _layout;

    public ImageLayoutTests() => _layout = new LayoutBuilder(_directory["layout"]);

    private string Bundle => _directory["bundle"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void ConfigurationBecomesTheProcess()
    {
        var config = new JsonObject
        {
            ["User"] = "www",
            ["Env"] = new JsonArray("PATH=/usr/bin", "A=b=c"),
            ["Entrypoint"] = new JsonArray("/entry"),
            ["Cmd"] = new JsonArray("a", "b"),
            ["WorkingDir"] = "/srv",
            ["StopSignal"] = "SIGQUIT",
            ["Labels"] = new JsonObject { ["maintainer"] = "me" },
        };
        _layout.Image(config, [Layer(t => t.File("etc/passwd", Passwd).File("etc/group", "www:x:34:\nlog:x:40:www\n"))]);
        OciSpec spec = BundleBuilder.FromImageLayout(Bundle, _directory["layout"]).Spec;
        Assert.Equal(["/entry", "a", "b"], spec.Process!.Args!);
        Assert.Equal(["PATH=/usr/bin", "A=b=c"], spec.Process.Env!);
        Assert.Equal("/srv", spec.Process.Cwd);
        Assert.Equal((33u, 34u), (spec.Process.User!.Uid, spec.Process.User.Gid));
        Assert.Equal([40u], spec.Process.User.AdditionalGids!);
        Assert.Equal("me", spec.Annotations!["maintainer"]);
        Assert.Equal("SIGQUIT", spec.Annotations["org.opencontainers.image.stopSignal"]);
        Assert.False(spec.Process.Terminal);
        Assert.False(spec.Root!.Readonly);
        SpecValidator.Validate(OciBundle.Open(Bundle).Spec);
        Assert.Equal(["config.json", "rootfs"], Directory.GetFileSystemEntries(Bundle).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void WhiteoutsHideLowerLayersOnly()
    {
        _layout.Image(
            [],
            [
                Layer(t => t.File("gone", "1").File("kept", "1").Directory("dir").File("dir/old", "1").File("dir/sub/old", "1").File("tree/a/b", "1").File("opaque/old", "1")),
                Layer(t => t.File(".wh.gone").File("dir/new", "2").File("dir/sub/new", "2").File("dir/.wh..wh..opq").File(".wh.tree").File("opaque/.wh..wh..opq").File("opaque/new", "2").File(".wh..wh.plnk/x")),
                Layer(t => t.File("gone2", "3").File("again", "3").File(".wh.missing")),
            ]);
        BundleBuilder.FromImageLayout(Bundle, _directory["layout"]);
        Assert.Equal(["again", "dir", "dir/new", "dir/sub", "dir/sub/new", "gone2", "kept", "opaque", "opaque/new"], Names().Where(n => !n.StartsWith(".wh", StringComparison.Ordinal)).ToArray());
    }

    [Fact]
    public void WhiteoutCannotReachOutside()
    {
        string victim = Directory.CreateDirectory(_directory["victim"]).FullName;
        File.WriteAllText(Path.Combine(victim, "file"), "safe");
        _layout.Image([], [Layer(t => t.SymbolicLink("out", victim)), Layer(t => t.File("out/.wh..wh..opq").File("out/.wh.file").File(".wh..."))]);
        Exception? error = Record.Exception(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"]));
        Assert.True(error is null or OciException, error?.ToString());
        Assert.Equal("safe", File.ReadAllText(Path.Combine(victim, "file")));
    }

    [Fact]
    public void WhiteoutOfDotDotIsRefused()
    {
        File.WriteAllText(_directory["victim"], "safe");
        _layout.Image([], [Layer(t => t.Directory("a")), Layer(t => t.File("a/.wh..."))]);
        // The name behind the prefix is "..".
        _layout.Image([], [Layer(t => t.File(".wh..."))], name: "second");
        Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"], "second"));
        Assert.True(File.Exists(_directory["victim"]));
    }

    [Fact]
    public void DamagedLayerIsRefused()
    {
        List<string> layers = _layout.Image([], [Layer(t => t.File("x", "y"))]);
        File.AppendAllText(_layout.BlobPath(layers[0]), "z");
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"]));
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
        Assert.Contains("the image is damaged", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(Bundle));
    }

    [Fact]
    public void WrongDiffIdIsRefused()
    {
        _layout.Image([], [Layer(t => t.File("x", "y"))], wrongDiffIds: true);
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"]));
        Assert.Contains("the configuration says", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256:../../../../etc/passwd", OciErrorCode.InvalidArgument)]
    [InlineData("sha256:00", OciErrorCode.InvalidArgument)]
    [InlineData("sha512:00", OciErrorCode.NotSupported)]
    [InlineData("", OciErrorCode.NotSupported)]
    public void DigestsAreNotPaths(string digest, OciErrorCode code)
    {
        File.WriteAllText(_directory["layout/index.json"], $"{{\"manifests\":[{{\"digest\":\"{digest}\"}}]}}");
        Assert.Equal(code, Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"])).Code);
    }

    [Fact]
    public void ImageIsChosenByNameOrPlatform()
    {
        _layout.Image([], [Layer(t => t.File("other"))], architecture: "m68k");
        _layout.Image([], [Layer(t => t.File("one"))], name: "v1");
        _layout.Image([], [Layer(t => t.File("two"))], name: "v2");
        BundleBuilder.FromImageLayout(_directory["b1"], _directory["layout"]);
        Assert.True(File.Exists(_directory["b1/rootfs/one"]));
        BundleBuilder.FromImageLayout(_directory["b2"], _directory["layout"], "v2");
        Assert.True(File.Exists(_directory["b2/rootfs/two"]));
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"], "v3"));
        Assert.EndsWith("no image named \"v3\"; there are v1, v2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NestedIndexAndArchiveWork()
    {
        _layout.Image([], [Layer(t => t.File("x", "y"))]);
        _layout.Nest();
        TarFile.CreateFromDirectory(_directory["layout"], _directory["image.tar"], includeBaseDirectory: false);
        BundleBuilder.FromImageLayout(Bundle, _directory["image.tar"]);
        Assert.Equal(["x"], Names());
        Assert.Equal(["config.json", "rootfs"], Directory.GetFileSystemEntries(Bundle).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void UnknownUserIsRefused()
    {
        _layout.Image(new JsonObject { ["User"] = "nobody" }, [Layer(t => t.File("etc/passwd", Passwd))]);
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"]));
        Assert.Equal("resolve user \"nobody\": there is no user nobody in etc/passwd of the root filesystem", error.Message);
    }

    [Fact]
    public void NotALayoutIsSaid()
    {
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, Directory.CreateDirectory(_directory["empty"]).FullName));
        Assert.Contains("not an OCI image layout", error.Message, StringComparison.Ordinal);
        File.WriteAllText(_directory["text"], new string('x', 2000));
        Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["text"])).Code);
    }

    [Fact]
    public void DamagedDocumentsOnlyEverGiveOurErrors()
    {
        _layout.Image(new JsonObject { ["User"] = "0", ["Env"] = new JsonArray("A=b") }, [Layer(t => t.File("x", "y").Directory("d").SymbolicLink("l", "x"))]);
        string[] files = Directory.GetFiles(_directory["layout"], "*", SearchOption.AllDirectories);
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            string file = files[random.Next(files.Length)];
            byte[] good = File.ReadAllBytes(file);
            byte[] bad = [.. good];
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(file, bad);
            Exception? error = Record.Exception(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"]));
            Assert.True(error is null or OciException, $"{file}: {error}");
            File.WriteAllBytes(file, good);
            if (error is null)
                Directory.Delete(Bundle, recursive: true);
            Assert.False(Path.Exists(Bundle));
        }
    }

    [Fact]
    public void DamagedLayersOnlyEverGiveOurErrors()
    {
        byte[] good = Layer(t => t.Directory("d").File("d/x", "y").SymbolicLink("l", "/d").File("l/z").HardLink("h", "d/x").File(".wh.q").Fifo("p"));
        var random = new Random(2);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = [.. good];
            for (int j = random.Next(1, 4); j > 0; j--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_directory["bad.tar"], bad);
            Exception? error = Record.Exception(() => BundleBuilder.FromArchive(Bundle, _directory["bad.tar"]));
            Assert.True(error is null or OciException, error?.ToString());
            if (error is null)
                Directory.Delete(Bundle, recursive: true);
            Assert.False(Path.Exists(Bundle));
        }
    }

    private static byte[] Layer(Action<TarBuilder> fill)
    {
        using var tar = new TarBuilder();
        fill(tar);
        return tar.ToArray();
    }

    private string[] Names()
    {
        string root = Path.Combine(Bundle, "rootfs");
        return [.. Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(e => Path.GetRelativePath(root, e)).Order(StringComparer.Ordinal)];
    }
}
