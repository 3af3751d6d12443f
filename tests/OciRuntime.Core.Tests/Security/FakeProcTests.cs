using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>
/// security.md 2.4 (CVE-2019-19921, CVE-2019-16884, CVE-2023-27561, CVE-2023-28642): an image or a volume whose /proc or /sys is
/// not what labels, masks and sysctls are meant for.
/// </summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class FakeProcTests : AttackFixture
{
    [Fact]
    public void LinksAtProcAndSysAreRefused()
    {
        foreach (string name in (string[])["proc", "sys"])
        {
            foreach (string target in (string[])["/evil", "evil", Canary, "/dev"])
            {
                Directory.CreateDirectory(Path.Combine(Rootfs, "evil/self/attr"));
                Plant(name, target);
                OciException error = Refused(Spec("true"));
                Assert.Equal(("mount", "verify", Errno.ELOOP), (error.Step, error.Syscall, error.Errno));
                Assert.Contains($"[{name}: is or lies behind a symbolic link", error.Message, StringComparison.Ordinal);
                Assert.StartsWith("/mounts/", error.SpecPointer, StringComparison.Ordinal);
                File.Delete(Path.Combine(Rootfs, name));
                Directory.CreateDirectory(Path.Combine(Rootfs, name));
            }
        }
        AssertUntouched();
    }

    [Fact]
    public void FilesAtProcAndSysAreRefused()
    {
        foreach (string name in (string[])["proc", "sys"])
        {
            Directory.Delete(Path.Combine(Rootfs, name), recursive: true);
            File.WriteAllText(Path.Combine(Rootfs, name), string.Empty);
            OciException error = Refused(Spec("true"));
            Assert.Contains($"[{name}: is not a directory", error.Message, StringComparison.Ordinal);
            File.Delete(Path.Combine(Rootfs, name));
            Directory.CreateDirectory(Path.Combine(Rootfs, name));
        }
    }

    [Fact]
    public void AVolumeOverProcMustBeAProcfsFromItsRoot()
    {
        string fake = Temporary("fake");
        Directory.CreateDirectory(Path.Combine(fake, "self/attr"));
        foreach (string source in (string[])[fake, "/proc/self", "/sys", "/proc/sys"])
        {
            OciSpec spec = Spec("true");
            spec.Mounts!.Add(new() { Destination = "/proc", Source = source, Type = "bind", Options = ["rbind"] });
            OciException error = Refused(spec);
            Assert.Contains("is not procfs", error.Message, StringComparison.Ordinal);
            Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
        }
        OciSpec tmpfs = Spec("true");
        tmpfs.Mounts!.Add(new() { Destination = "/proc", Source = "tmpfs", Type = "tmpfs" });
        Assert.Contains("only a proc filesystem can be mounted on /proc", Refused(tmpfs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsMountedBelowProcWhateverItIsCalled()
    {
        string volume = Temporary("volume");
        Directory.CreateDirectory(volume);
        foreach (string destination in (string[])["/proc/self", "/proc/sys", "/proc/self/attr", "/x/../proc/1", "/proc/cpuinfo/x", "/proc//sysrq-trigger"])
        {
            OciSpec spec = Spec("true");
            spec.Mounts!.Add(new() { Destination = destination, Source = volume, Type = "bind", Options = ["bind"] });
            Assert.Contains(", inside /proc", Refused(spec).Message, StringComparison.Ordinal);
        }
        // By the image's own links.
        Plant("innocent", "/proc");
        foreach (string destination in (string[])["/innocent", "/innocent/self/attr", "/innocent/sys"])
        {
            OciSpec spec = Spec("true");
            spec.Mounts!.Add(new() { Destination = destination, Source = volume, Type = "bind", Options = ["bind"] });
            Assert.Contains("is on procfs", Refused(spec).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatLxcfsGivesMayBeMounted()
    {
        File.WriteAllText(Temporary("meminfo"), "MemTotal: 1 kB\n");
        OciSpec spec = Spec("cat", "/proc/meminfo");
        spec.Mounts!.Add(new() { Destination = "/proc/meminfo", Source = Temporary("meminfo"), Type = "bind", Options = ["bind", "ro"] });
        Assert.Equal("MemTotal: 1 kB\n", Run(spec).Output);
    }
}
