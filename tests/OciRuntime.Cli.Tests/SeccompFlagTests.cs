using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>Flags of linux.seccomp as the kernel gets them, for those that change nothing that can be seen on most machines.</summary>
public sealed class SeccompFlagTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public SeccompFlagTests(Bundle bundle) => _bundle = bundle;

    [Fact, Needs(Program = "strace")]
    public void SpecAllowReachesTheKernel()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            Assert.Equal("SECCOMP_FILTER_FLAG_SPEC_ALLOW", FlagsOf(noNewPrivileges, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"));
            Assert.Equal("SECCOMP_FILTER_FLAG_LOG|SECCOMP_FILTER_FLAG_SPEC_ALLOW", FlagsOf(noNewPrivileges, "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"));
            Assert.Equal("0", FlagsOf(noNewPrivileges));
        }
    }

    /// <summary>The native command knows which build it is of too: a program that another one kept is not used.</summary>
    [Fact]
    public void AKeptProfileNamesTheBuild()
    {
        _bundle.Configure(config => config["linux"]!["seccomp"] = new JsonObject { ["defaultAction"] = "SCMP_ACT_ALLOW" }, "true");
        _bundle.Good("run", _bundle.NewId());
        byte[] kept = File.ReadAllBytes(Directory.GetFiles(_bundle.Root + "/.seccomp")[0]);
        Assert.Contains(kept[24..40], value => value != 0);
    }

    // The flags of the one seccomp(2) that loads a filter, which must succeed.
    private string FlagsOf(bool noNewPrivileges, params string[] flags)
    {
        _bundle.Configure(
            config =>
            {
                config["process"]!["noNewPrivileges"] = noNewPrivileges;
                config["linux"]!["seccomp"] = new JsonObject
                {
                    ["defaultAction"] = "SCMP_ACT_ALLOW",
                    ["flags"] = new JsonArray([.. flags.Select(flag => (JsonNode)flag)]),
                };
            },
            "true");
        string trace = _bundle.Work + "/trace";
        Result result = Ocirun.RunAs("strace", _bundle.Path, "-f", "-e", "trace=seccomp", "-o", trace, Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId());
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        string line = Assert.Single(File.ReadLines(trace), line => line.Contains("SECCOMP_SET_MODE_FILTER", StringComparison.Ordinal));
        Assert.EndsWith("= 0", line, StringComparison.Ordinal);
        return line.Split("SECCOMP_SET_MODE_FILTER, ")[1].Split(',')[0];
    }
}
