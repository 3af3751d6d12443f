using System.Diagnostics;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>What the fixtures do when the runtime could not remove what a test has left.</summary>
[Needs(Root = true)]
public sealed class LastResortTests
{
    [Fact]
    public void AFrozenProcessAndItsCgroupsAreTaken()
    {
        const string Freezer = "/sys/fs/cgroup/freezer";
        bool unified = !Directory.Exists(Freezer);
        string name = "oci-last-" + Guid.NewGuid().ToString("N"), cgroup = Path.Combine(unified ? "/sys/fs/cgroup" : Freezer, name), below = Path.Combine(cgroup, "below");
        using Process process = Process.Start("/bin/sleep", "300");
        Directory.CreateDirectory(below);
        File.WriteAllText(Path.Combine(below, "cgroup.procs"), process.Id.ToString());
        File.WriteAllText(Path.Combine(cgroup, unified ? "cgroup.freeze" : "freezer.state"), unified ? "1" : "FROZEN");
        LastResort.Clear(name);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.False(Directory.Exists(cgroup));
    }
}
