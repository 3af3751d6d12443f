using System.Runtime.Versioning;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Bundles;

[SupportedOSPlatform("linux")]
public class BusyboxTests
{
    [Fact, Needs(Program = "busybox")]
    public void RootfsHasAShellAndMountPoints()
    {
        using var directory = new TemporaryDirectory();
        OciBundle bundle = BundleBuilder.FromBusybox(directory["b"], resolvConf: true);
        string rootfs = bundle.RootfsPath!;
        Assert.Equal("busybox", new FileInfo(Path.Combine(rootfs, "bin/sh")).LinkTarget);
        Assert.Contains("hello", Machine.Run(Path.Combine(rootfs, "bin/busybox"), "echo", "hello"), StringComparison.Ordinal);
        Assert.All(["dev", "proc", "sys", "root", "etc"], d => Assert.True(Directory.Exists(Path.Combine(rootfs, d))));
        Assert.Equal(0x3FF, (int)File.GetUnixFileMode(Path.Combine(rootfs, "tmp")));
        Assert.StartsWith("root:x:0:0:", File.ReadAllText(Path.Combine(rootfs, "etc/passwd")), StringComparison.Ordinal);
        Assert.False(OciBundle.Open(bundle.Path).Spec.Process!.Terminal);
        Assert.Equal(["config.json", "rootfs"], Directory.GetFileSystemEntries(bundle.Path).Select(Path.GetFileName).Order());
    }

    [Fact, Needs(Containers = true)]
    public void ShellRunsInTheRootfs()
    {
        using var directory = new TemporaryDirectory();
        string rootfs = BundleBuilder.FromBusybox(directory["b"]).RootfsPath!;
        Assert.Equal("root\n", Machine.Run("chroot", rootfs, "/bin/sh", "-c", "id -un"));
    }

    [Fact]
    public void DynamicProgramIsRefused()
    {
        using var directory = new TemporaryDirectory();
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromBusybox(directory["b"], "/bin/ls"));
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
        Assert.Contains("dynamically linked", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(directory["b"]));
    }

    [Fact]
    public void MissingBusyboxIsNotInstalled()
    {
        using var directory = new TemporaryDirectory();
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromBusybox(directory["b"], directory["busybox"]));
        Assert.Equal(OciErrorCode.NotInstalled, error.Code);
    }

    [Fact]
    public void TextIsNoProgram()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["busybox"], "#!/bin/sh\n");
        Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => BundleBuilder.FromBusybox(directory["b"], directory["busybox"])).Code);
    }

    [Fact]
    public void OpenSaysWhatIsMissing()
    {
        using var directory = new TemporaryDirectory();
        OciException noConfig = Assert.Throws<OciException>(() => OciBundle.Open(directory.Path));
        Assert.Equal(OciErrorCode.BundleNotFound, noConfig.Code);
        Assert.Equal($"read {directory["config.json"]}: no such file", noConfig.Message);
        Assert.NotNull(noConfig.Hint);
        Assert.Equal(OciErrorCode.BundleNotFound, Assert.Throws<OciException>(() => OciBundle.Open(directory["none"])).Code);
    }

    /// <summary>A directory that was there before is not taken away with what failed in it, and what was made is.</summary>
    [Fact, Needs(Program = "busybox")]
    public void AFailureLeavesWhatWasThere()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["old"]);
        var failing = new BundleOptions { Edit = static _ => throw new OciException(OciErrorCode.InvalidSpec, "no such edit") };
        foreach (string bundle in (string[])["old", "new"])
            Assert.Equal("no such edit", Assert.Throws<OciException>(() => BundleBuilder.FromBusybox(directory[bundle], options: failing)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(directory["old"]));
        Assert.False(Path.Exists(directory["new"]));
    }
}
