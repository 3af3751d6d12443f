using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>
/// security.md 2.11 (CVE-2026-41579, -47766, -88265, -88264): nodes, links and /dev/console are made in the container's /dev, whatever the
/// image or a volume has there. Engines always mount a tmpfs at /dev: these configurations don't.
/// </summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class DevInImageTests : AttackFixture
{
    [Fact]
    public void ALinkAtDevDoesNotReachTheHost()
    {
        File.WriteAllText(Path.Combine(Canary, "file"), "precious\n");
        foreach (string target in (string[])[Canary, "../../../../../../../.." + Canary, "/proc/self/root"])
        {
            Plant("dev", target);
            foreach (bool terminal in (bool[])[false, true])
            {
                OciSpec spec = WithoutMounts(Spec("true"), "/dev");
                spec.Process!.Terminal = terminal;
                OciException? error = Record.Exception(() => Runtime.Create(Request("c", spec, supervised: terminal))) as OciException;
                Assert.True(error is not null, "refused, or made inside");
                Assert.Contains("symbolic link", error.Message, StringComparison.Ordinal);
            }
        }
        AssertUntouched();
    }

    [Fact]
    public void LinksInDevAreNotFollowed()
    {
        foreach (string name in (string[])["null", "zero", "full", "random", "urandom", "tty"])
        {
            Plant("dev/" + name, Path.Combine(Canary, "new"));
            Assert.Contains($"dev/{name}: something else is there", Refused(WithoutMounts(Spec("true"), "/dev")).Message, StringComparison.Ordinal);
            File.Delete(Path.Combine(Rootfs, "dev", name));
        }
        // The runtime's own links take the place of others, and ptmx is removed, not what it leads to.
        foreach (string name in (string[])["ptmx", "fd", "stdin", "stdout", "stderr"])
            Plant("dev/" + name, Path.Combine(Canary, "file"));
        Assert.Equal("pts/ptmx\n/proc/self/fd\n", Run(WithoutMounts(Script("readlink /dev/ptmx; readlink /dev/fd"), "/dev")).Output);
        // A kernel without /proc/kcore gives nothing to link to.
        string core = File.Exists("/proc/kcore") ? "/proc/kcore\n" : "";
        Assert.Equal(core, Run(Script("readlink /dev/core")).Output);
        AssertUntouched();
    }

    /// <summary>CVE-2026-88265: what was there is not given to another owner.</summary>
    [Fact]
    public void ANodeThatIsThereKeepsItsOwner()
    {
        Machine.Run("mknod", Path.Combine(Rootfs, "dev/mine"), "c", "1", "3");
        OciSpec spec = WithoutMounts(Script("stat -c '%u %g' /dev/mine"), "/dev");
        spec.Linux!.Devices = [new() { Path = "/dev/mine", Type = "c", Major = 1, Minor = 3, Uid = 7, Gid = 8 }];
        Assert.Equal("0 0\n", Run(spec).Output);
        spec = WithoutMounts(Spec("true"), "/dev");
        Machine.Run("mknod", Path.Combine(Rootfs, "dev/other"), "b", "1", "3");
        spec.Linux!.Devices = [new() { Path = "/dev/other", Type = "c", Major = 1, Minor = 3, Uid = 7, Gid = 8 }];
        Assert.Contains("something else is there", Refused(spec).Message, StringComparison.Ordinal);
    }

    /// <summary>What a link without a target gets is inside the root, and is not /dev by another name.</summary>
    [Fact]
    public void ALinkWithoutATargetLeadsNeitherToTheHostNorToDev()
    {
        Plant("x", Canary + "/new");
        foreach (OciMount mount in (OciMount[])
        [
            new() { Destination = "/x", Source = "/bin", Type = "bind", Options = ["bind"] },
            new() { Destination = "/x", Source = "/dev/null", Type = "bind", Options = ["bind"] },
            new() { Destination = "/x/below", Source = "tmpfs", Type = "tmpfs" },
        ])
        {
            OciSpec spec = Script($"test -e {Canary}/new && echo inside");
            spec.Mounts!.Add(mount);
            Assert.Equal("inside\n", Run(spec).Output);
            Machine.Run("rm", "-rf", Rootfs + Canary + "/new");
        }
        AssertUntouched();
        Directory.Delete(Path.Combine(Rootfs, "dev"), recursive: true);
        foreach (string target in (string[])["/dev", "gone/../dev", "./dev"])
        {
            Plant("x", target);
            OciSpec spec = WithoutMounts(Spec("true"), "/dev");
            spec.Mounts!.Add(new() { Destination = "/x", Source = Canary, Type = "bind", Options = ["rbind"] });
            Assert.Contains("leads to /dev", Refused(spec).Message, StringComparison.Ordinal);
            Directory.Delete(Path.Combine(Rootfs, "dev"));
        }
        AssertUntouched();
    }

    /// <summary>A volume is the host's: an image whose /dev leads to it would have nodes made and links replaced there, by root.</summary>
    [Fact]
    public void ALinkAtDevDoesNotFurnishAVolume()
    {
        Plant("dev", "/volume");
        foreach (bool mount in (bool[])[false, true])
        {
            OciSpec spec = Spec("true");
            if (!mount)
                WithoutMounts(spec, "/dev");
            spec.Mounts!.Add(new() { Destination = "/volume", Source = Canary, Type = "bind", Options = ["rbind"] });
            spec.Linux!.Devices = [new() { Path = "/dev/extra", Type = "c", Major = 1, Minor = 3 }];
            Assert.Contains("symbolic link", Refused(spec).Message, StringComparison.Ordinal);
        }
        AssertUntouched();
    }

    [Fact]
    public void AVolumeThatALinkPutsOnDevIsNotFurnished()
    {
        foreach (string target in (string[])["/dev", "dev", "/proc/../dev"])
        {
            Plant("volume", target);
            foreach (bool mount in (bool[])[false, true])
            {
                OciSpec spec = Spec("true");
                if (!mount)
                    WithoutMounts(spec, "/dev");
                spec.Mounts!.Add(new() { Destination = "/volume", Source = Canary, Type = "bind", Options = ["rbind"] });
                OciException error = Refused(spec);
                Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
                Assert.Contains("volume: leads to /dev", error.Message, StringComparison.Ordinal);
            }
        }
        AssertUntouched();
    }

    [Fact]
    public void ADevThatTheConfigurationBindsIsLeftAsItIs()
    {
        OciSpec spec = WithoutMounts(Script("ls /dev"), "/dev");
        spec.Mounts!.Insert(1, new() { Destination = "/dev", Source = Canary, Type = "bind", Options = ["rbind"] });
        Assert.Equal("file\n", Run(spec).Output);
        AssertUntouched();
    }

    [Fact]
    public void InAUserNamespaceNodesAreBoundInsideToo()
    {
        Plant("dev", "/volume");
        OciSpec spec = WithoutMounts(Spec("true"), "/dev");
        Machine.Run("chmod", "755", Path.GetDirectoryName(Bundle)!);
        Machine.Run("chown", "-R", "200000:200000", Rootfs, Canary);
        Directory.SetLastWriteTimeUtc(Canary, DateTime.UnixEpoch);
        spec.Mounts!.Add(new() { Destination = "/volume", Source = Canary, Type = "bind", Options = ["rbind"] });
        spec.Linux!.Namespaces!.Add(new() { Type = "user" });
        spec.Linux.UidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
        spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
        Assert.Contains("symbolic link", Refused(spec).Message, StringComparison.Ordinal);
        AssertUntouched();
    }
}
