using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>security.md 2.8 (CVE-2025-31133): the image's /dev/null is not what files are masked with.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class MaskTests : AttackFixture
{
    private const string Look = "stat -c %t:%T /proc/keys /proc/timer_list; cat /proc/keys | wc -c; echo x 2>/dev/null > /proc/sys/kernel/core_pattern || echo read-only";

    [Fact]
    public void AVolumeAtDevWithAFalseNullDoesNotUnmask()
    {
        string pattern = File.ReadAllText("/proc/sys/kernel/core_pattern");
        foreach (string shape in (string[])["link", "missing", "file", "zero"])
        {
            string dev = Temporary("dev-" + shape);
            Directory.CreateDirectory(dev);
            Machine.Run("mknod", Path.Combine(dev, "zero"), "c", "1", "5");
            if (shape == "link")
                File.CreateSymbolicLink(Path.Combine(dev, "null"), "/proc/sys/kernel/core_pattern");
            else if (shape == "file")
                File.WriteAllText(Path.Combine(dev, "null"), string.Empty);
            else if (shape == "zero")
                Machine.Run("mknod", Path.Combine(dev, "null"), "c", "1", "5");
            OciSpec spec = WithoutMounts(Script(Look.Replace("2>/dev/null", "2>&1 ", StringComparison.Ordinal)), "/dev");
            spec.Mounts!.Insert(1, new() { Destination = "/dev", Source = dev, Type = "bind", Options = ["rbind"] });
            string output = Run(spec).Output;
            Assert.StartsWith("1:3\n1:3\n0\n", output, StringComparison.Ordinal);
            Assert.EndsWith("read-only\n", output, StringComparison.Ordinal);
        }
        Assert.Equal(pattern, File.ReadAllText("/proc/sys/kernel/core_pattern"));
    }

    [Fact]
    public void ANullThatIsExchangedMeanwhileDoesNotUnmask()
    {
        string pattern = File.ReadAllText("/proc/sys/kernel/core_pattern");
        string dev = Temporary("dev");
        Directory.CreateDirectory(dev);
        File.CreateSymbolicLink(Path.Combine(dev, "link"), "/proc/sys/kernel/core_pattern");
        Machine.Run("mknod", Path.Combine(dev, "null"), "c", "1", "3");
        int refused = 0, creates = Machine.IsEmulated ? 20 : 300;
        using (new PathExchange(Path.Combine(dev, "null"), Path.Combine(dev, "link")))
        {
            for (int i = 0; i < creates; i++)
            {
                OciSpec spec = WithoutMounts(Script(Look.Replace("2>/dev/null", "2>&1 ", StringComparison.Ordinal)), "/dev");
                spec.Mounts!.Insert(1, new() { Destination = "/dev", Source = dev, Type = "bind", Options = ["rbind"] });
                try
                {
                    string output = Run(spec).Output;
                    Assert.StartsWith("1:3\n1:3\n0\n", output, StringComparison.Ordinal);
                    Assert.EndsWith("read-only\n", output, StringComparison.Ordinal);
                }
                catch (OciException e)
                {
                    Assert.NotEqual(OciErrorCode.HelperDied, e.Code);
                    refused++;
                }
            }
        }
        Assert.InRange(refused, 0, creates - 1);
        Assert.Equal(pattern, File.ReadAllText("/proc/sys/kernel/core_pattern"));
    }

    [Fact]
    public void AFalseNullInAnImageWithoutADevMountIsRefused()
    {
        foreach (string target in (string[])["/proc/sys/kernel/core_pattern", "/etc/passwd", Path.Combine(Canary, "file")])
        {
            Plant("dev/null", target);
            OciException error = Refused(WithoutMounts(Spec("true"), "/dev"));
            Assert.Contains("dev/null: something else is there", error.Message, StringComparison.Ordinal);
        }
        AssertUntouched();
    }

    [Fact]
    public void AMissingOrEmptyNullInTheImageIsMade()
    {
        foreach (bool file in (bool[])[false, true])
        {
            File.Delete(Path.Combine(Rootfs, "dev/null"));
            if (file)
                File.WriteAllText(Path.Combine(Rootfs, "dev/null"), string.Empty);
            OciSpec spec = WithoutMounts(Script(Look + "; stat -c %t:%T /dev/null"), "/dev");
            Assert.Equal("1:3\n1:3\n0\nread-only\n1:3\n", Run(spec).Output);
        }
    }

    /// <summary>A target may be missing; one that is there and can't be masked may not.</summary>
    [Fact]
    public void OnlyAMissingTargetIsSkipped()
    {
        Plant("loop", "loop");
        Plant("magic", "/proc/self/exe");
        foreach (string path in (string[])["/loop", "/magic"])
        {
            OciSpec spec = Spec("true");
            spec.Linux!.MaskedPaths!.Add(path);
            Assert.Equal("mask", Refused(spec).Step);
        }
        OciSpec missing = Spec("true");
        missing.Linux!.MaskedPaths!.AddRange(["/nowhere", "/etc/passwd/x"]);
        Assert.Equal(0, Run(missing).ExitCode);
    }

    [Fact]
    public void AMaskIsNotTakenOffByTheContainer()
    {
        OciSpec spec = WithCapabilities(Script("umount /proc/keys 2>/dev/null; mount -t proc proc /mnt 2>/dev/null && cat /mnt/keys | wc -c || echo none"));
        Directory.CreateDirectory(Path.Combine(Rootfs, "mnt"));
        Assert.Equal("none\n", Run(spec).Output);
    }
}
