using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>The program in the kernel: attached to a unified directory, felt by a process in it. Works beside v1 too.</summary>
[Needs(Root = true)]
public sealed class DeviceAttachTests
{
    [Fact]
    public void TheKernelGivesTheSameVerdicts()
    {
        string? unified = HostFacts.Read().Cgroups.UnifiedMountPoint;
        Assert.SkipWhen(unified is null, "this machine has no unified cgroup hierarchy");
        if (Refusal(unified) is { } refusal)
            Assert.Skip(refusal);
        string parent = unified + "/oci-tests-devices-" + Guid.NewGuid().ToString("N");
        using var directory = new TemporaryDirectory();
        string device = directory["kmsg"];
        Machine.Run("mknod", device, "c", "1", "11");
        Directory.CreateDirectory(parent);
        try
        {
            DeviceProgram.Attach(parent, DeviceRule.Effective(null));
            Assert.True(Opens(parent, "<>/dev/null"));
            Assert.False(Opens(parent, "<" + device));
            // In place of the first one: were both in force, this would still be denied.
            DeviceProgram.Attach(parent, DeviceRule.Effective([new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }]));
            Assert.True(Opens(parent, "<" + device));
            Assert.False(Opens(parent, "<>" + device));
            DeviceProgram.Attach(parent, DeviceRule.Effective([new() { Allow = true }, new() { Allow = false, Type = "c", Major = 1, Minor = 11, Access = "w" }]));
            Assert.True(Opens(parent, "<" + device));
            Assert.False(Opens(parent, "<>" + device));
        }
        finally
        {
            CgroupRemoval.Remove([parent], parent, CancellationToken.None);
        }
    }

    private static bool Opens(string directory, string redirection)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"echo 0 > {directory}/cgroup.procs && exec 3{redirection}"]) { RedirectStandardError = true })!;
        shell.WaitForExit();
        return shell.ExitCode == 0;
    }

    private static string? Refusal(string unified)
    {
        string directory = unified + "/oci-tests-probe-" + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(directory);
        try
        {
            DeviceProgram.Attach(directory, []);
            return null;
        }
        catch (OciException e)
        {
            return "bpf(2) does not work here: " + e.Message;
        }
        finally
        {
            Directory.Delete(directory);
        }
    }
}
