using OciRuntime.Cli.Tests.Hosting;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>A container that is deleted while the kernel still ends its processes leaves no cgroup.</summary>
public sealed class CgroupStormTests : IClassFixture<Bundle>
{
    private const int Containers = 100;

    private readonly Bundle _bundle;

    public CgroupStormTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void ADeleteRightAfterAKillLeavesNothing()
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => config["linux"]!["cgroupsPath"] = "/oci-tests/" + id, "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 300 & done; wait");
        for (int i = 0; i < Containers; i++)
        {
            _bundle.Good("run", "-d", id);
            _bundle.Good("kill", id, "KILL");
            _bundle.Good("delete", "-f", id);
            Assert.Empty(Directories(id));
        }
    }

    // Each hierarchy has a mount point of its own, or, on cgroup v2, there is one.
    private static IEnumerable<string> Directories(string id) =>
        Directory.GetDirectories("/sys/fs/cgroup").Prepend("/sys/fs/cgroup").Select(hierarchy => $"{hierarchy}/oci-tests/{id}").Where(Directory.Exists);
}
