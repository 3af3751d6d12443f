using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Bundles;

/// <summary>What an archive may not do: fill the disk, keep the machine busy, give its files what is not its to give, lie about numbers.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class UnpackLimitTests : IDisposable
{
    private static readonly byte[] s_capability = [1, 0, 0, 2, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly TemporaryDirectory _directory = new();
    private readonly RawTar _tar = new();

    private string Bundle => _directory["bundle"];

    private string Rootfs => _directory["bundle/rootfs"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void MoreBytesThanTheLimitAreRefused()
    {
        // 64 MiB of zeros in 64 KiB.
        File.WriteAllBytes(_directory["a.tar"], TarBuilder.Gzip(_tar.Add("f", content: new byte[64 << 20]).ToArray()));
        OciException error = Assert.Throws<OciException>(() => Make(new UnpackLimit(1 << 20, 10)));
        Assert.Equal((OciErrorCode.LimitsExceeded, "unpack: there are more than 1048576 bytes"), (error.Code, error.Message));
        Assert.False(Path.Exists(Bundle));
        Make(new UnpackLimit(65 << 20, 10));
        Assert.Equal(64 << 20, new FileInfo(Path.Combine(Rootfs, "f")).Length);
    }

    [Fact]
    public void WhatStandsBehindTheEndCountsToo()
    {
        File.WriteAllBytes(_directory["a.tar"], TarBuilder.Gzip([.. _tar.Add("f").ToArray(), .. new byte[8 << 20]]));
        Assert.Equal(OciErrorCode.LimitsExceeded, Assert.Throws<OciException>(() => Make(new UnpackLimit(1 << 20, 10))).Code);
    }

    [Fact]
    public void MoreEntriesThanTheLimitAreRefused()
    {
        for (int i = 0; i < 20; i++)
            _tar.Add($"f{i}");
        File.WriteAllBytes(_directory["a.tar"], _tar.ToArray());
        OciException error = Assert.Throws<OciException>(() => Make(new UnpackLimit(1 << 20, 19)));
        Assert.Equal((OciErrorCode.LimitsExceeded, "unpack: there are more than 19 entries"), (error.Code, error.Message));
        Assert.False(Path.Exists(Bundle));
        Make(new UnpackLimit(1 << 20, 20));
        Assert.Equal(20, Directory.GetFiles(Rootfs).Length);
    }

    [Fact]
    public void LayersCountTogether()
    {
        var layout = new LayoutBuilder(_directory["layout"]);
        layout.Image([], [new RawTar().Add("a", content: new byte[600 << 10]).ToArray(), new RawTar().Add("b", content: new byte[600 << 10]).ToArray()]);
        var limit = new BundleOptions { Limit = new UnpackLimit(1 << 20, 100) };
        Assert.Equal(OciErrorCode.LimitsExceeded, Assert.Throws<OciException>(() => BundleBuilder.FromImageLayout(Bundle, _directory["layout"], options: limit)).Code);
        Assert.False(Path.Exists(Bundle));
    }

    [Fact]
    public void PathsAreOfALengthAndDepth()
    {
        string deep = string.Join('/', Enumerable.Repeat("d", 256));
        MakeOf(new RawTar().Pax("path", deep).Add("x"));
        Assert.True(File.Exists(Path.Combine(Rootfs, deep)));
        Directory.Delete(Bundle, recursive: true);
        Refuses("more than 256 directories deep", new RawTar().Pax("path", deep + "/d").Add("x"));
        Refuses("name longer than a path may be", new RawTar().Pax("path", string.Join('/', Enumerable.Repeat(new string('n', 200), 21))).Add("x"));
    }

    /// <summary>Each path leads through as many links as the kernel follows, and has parents that are missing.</summary>
    [Fact]
    public void MissingParentsBehindLinksAreMade()
    {
        string chain = string.Join('/', Enumerable.Repeat("d", 250));
        _tar.Pax("path", chain).Add("d", '5');
        for (int i = 0; i < 20; i++)
        {
            string to = i == 0 ? "/" + chain : $"/s{i - 1}/" + string.Join('/', Enumerable.Repeat(".", 1900));
            _tar.Pax("linkpath", to).Add($"s{i}", '2');
        }
        for (int i = 0; i < 20; i++)
            _tar.Pax("path", $"s19/{i}/{string.Join('/', Enumerable.Repeat("e", 200))}").Add("x", content: "y"u8.ToArray());
        OciBundle bundle = MakeOf(_tar);
        Assert.Empty(bundle.Warnings);
        Assert.Equal(20, Directory.GetDirectories(Path.Combine(Rootfs, chain)).Length);
        Assert.Equal(20, Directory.GetFiles(Path.Combine(Rootfs, chain), "e", SearchOption.AllDirectories).Length);
    }

    [Fact, Needs(Root = true)]
    public void OnlyHarmlessAttributesAreTaken()
    {
        _tar.Pax(
            ("SCHILY.xattr.user.mine", [0, 0xFF, 0x80]), ("SCHILY.xattr.security.capability", s_capability), ("SCHILY.xattr.trusted.overlay.opaque", "y"u8.ToArray()),
            ("SCHILY.xattr.security.selinux", "system_u:object_r:shadow_t:s0"u8.ToArray()), ("SCHILY.xattr.security.ima", [1, 2]), ("SCHILY.xattr.system.posix_acl_access", [2, 0, 0, 0]));
        OciBundle bundle = MakeOf(_tar.Add("f", content: "x"u8.ToArray()));
        string[] left = ["security.ima", "security.selinux", "system.posix_acl_access", "trusted.overlay.opaque"];
        Assert.Equal(left.Select(name => $"f: extended attribute {name} is not taken from an archive; left out"), bundle.Warnings.Where(w => w.Contains("not taken", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Empty(Attribute("f", "trusted.overlay.opaque"));
        // A filesystem may have none of a user; of a capability every bit counts, also those that are no text.
        foreach ((string name, byte[] value) in ((string, byte[])[])[("user.mine", [0, 0xFF, 0x80]), ("security.capability", s_capability)])
        {
            if (!bundle.Warnings.Any(warning => warning.StartsWith($"f: extended attribute {name}: ", StringComparison.Ordinal)))
                Assert.Equal(value, Attribute("f", name));
        }
    }

    [Fact]
    public void WarningsAreAsManyAsAnybodyReads()
    {
        for (int i = 0; i < 300; i++)
            _tar.Add($"w{i}", '3');
        OciBundle bundle = MakeOf(_tar);
        Assert.Equal(101, bundle.Warnings.Count);
        Assert.Equal("and 200 more warnings like these", bundle.Warnings[^1]);
    }

    [Fact]
    public void NumbersThatLieAreRefused()
    {
        Refuses("a size is negative", new RawTar().Add("f", change: h => RawTar.SetBinary(h, 124, 12, -512)));
        Refuses("is not a user or group id", new RawTar().Add("f", change: h => RawTar.SetBinary(h, 108, 8, -1)));
        Refuses("is not a user or group id", new RawTar().Add("f", change: h => RawTar.SetBinary(h, 116, 8, uint.MaxValue)));
        Refuses("is not a user or group id", new RawTar().Pax("uid", "4294967295").Add("f"));
        Refuses("a time is out of range", new RawTar().Add("f", change: h => RawTar.SetBinary(h, 136, 12, long.MaxValue)));
        Refuses("a size is too large", new RawTar().Add("f", change: h => h.AsSpan(124, 12).Fill(0x80)));
        Refuses("a size is not a number", new RawTar().Add("f", change: h => "99999999999\0"u8.CopyTo(h.AsSpan(124))));
        Refuses("size: not a number", new RawTar().Pax("size", "-1").Add("f"));
        Refuses("is not a device number", new RawTar().Add("f", '3', change: h => RawTar.SetBinary(h, 329, 8, -5)));
        Refuses("entry type M is not supported", new RawTar().Add("f", 'M'));
        Refuses("the attributes of an entry are damaged", new RawTar().Add("pax", 'x', "9 path=a\n99 x=y\n"u8.ToArray()).Add("f"));
        Refuses("sparse file format 2.0 is not supported", new RawTar().Pax(("GNU.sparse.major", "2"u8.ToArray()), ("GNU.sparse.minor", "0"u8.ToArray())).Add("f"));
    }

    [Fact]
    public void LargeAndNegativeNumbersInBase256AreRead()
    {
        MakeOf(_tar.Add("f", change: h => RawTar.SetBinary(h, 136, 12, -1)).Add("g", content: "abc"u8.ToArray(), change: h => RawTar.SetBinary(h, 124, 12, 3)));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(-1).UtcDateTime, File.GetLastWriteTimeUtc(Path.Combine(Rootfs, "f")));
        Assert.Equal("abc", File.ReadAllText(Path.Combine(Rootfs, "g")));
    }

    [Fact]
    public void OldAndOddMembersAreRead()
    {
        string longName = string.Join('/', Enumerable.Repeat("long", 40));
        _tar.Add("old/", '\0', change: h => h.AsSpan(257, 8).Clear()).Add("old/file", '\0', "v7"u8.ToArray(), change: h => h.AsSpan(257, 8).Clear())
            .Add("label", 'V').Add("global", 'g', "12 path=bad\n"u8.ToArray())
            .Add("././@LongLink", 'L', System.Text.Encoding.ASCII.GetBytes(longName + "\0")).Add("cut", content: "name"u8.ToArray())
            .Add("././@LongLink", 'K', System.Text.Encoding.ASCII.GetBytes(longName + "\0")).Add("link", '2', link: "cut")
            .Add("twice", content: "first"u8.ToArray()).Add("twice", content: "last"u8.ToArray()).Add("twice", '1', link: "twice")
            .Add("dump", 'D', "Yfile\0\0"u8.ToArray()).Add("after", content: "x"u8.ToArray());
        MakeOf(_tar);
        Assert.Equal("v7", File.ReadAllText(Path.Combine(Rootfs, "old/file")));
        Assert.Equal("name", File.ReadAllText(Path.Combine(Rootfs, longName)));
        Assert.Equal(longName, new FileInfo(Path.Combine(Rootfs, "link")).LinkTarget);
        Assert.Equal("last", File.ReadAllText(Path.Combine(Rootfs, "twice")));
        Assert.True(Directory.Exists(Path.Combine(Rootfs, "dump")));
        Assert.Equal("x", File.ReadAllText(Path.Combine(Rootfs, "after")));
        Assert.False(Path.Exists(Path.Combine(Rootfs, "bad")));
    }

    [Fact, Needs(Root = true, Program = "setpriv")]
    public void NobodyElseReachesASetuidFile()
    {
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0x1ED);
        File.WriteAllText(_directory["beside"], "#!/bin/sh\n");
        File.SetUnixFileMode(_directory["beside"], (UnixFileMode)0x1ED);
        Directory.CreateDirectory(Bundle);
        MakeOf(_tar.Add("su", content: "x"u8.ToArray(), change: h => "0004755\0"u8.CopyTo(h.AsSpan(100))));
        Assert.Equal("700", Mode(Bundle));
        Assert.Equal("4755", Mode(Path.Combine(Rootfs, "su")));
        Assert.Equal("0", AsNobody("beside"));
        Assert.Equal("1", AsNobody("bundle/rootfs/su"));
    }

    private string AsNobody(string file) =>
        Machine.Run("sh", "-c", $"setpriv --reuid 65534 --regid 65534 --clear-groups test -x {_directory[file]}; echo $?").Trim();

    private static string Mode(string path) => Machine.Run("stat", "-c", "%a", path).Trim();

    private byte[] Attribute(string file, string name)
    {
        byte[] found = new byte[64];
        return found[..Math.Max(0, (int)getxattr(Path.Combine(Rootfs, file), name, found, found.Length))];
    }

    private void Refuses(string why, RawTar tar)
    {
        OciException error = Assert.Throws<OciException>(() => MakeOf(tar));
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(Bundle));
    }

    private OciBundle MakeOf(RawTar tar)
    {
        File.WriteAllBytes(_directory["a.tar"], tar.ToArray());
        return Make(UnpackLimit.Default);
    }

    private OciBundle Make(UnpackLimit limit) => BundleBuilder.FromArchive(Bundle, _directory["a.tar"], options: new BundleOptions { Limit = limit });

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getxattr(string path, string name, [Out] byte[] value, nint size);
}
