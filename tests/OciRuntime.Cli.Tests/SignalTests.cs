using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>ocirun kill.</summary>
public sealed class SignalTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public SignalTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void ZeroAsksWhetherItIsThere()
    {
        string id = _bundle.StartSleeper();
        _bundle.Good("kill", id, "0");
        _bundle.Good("kill", "--all", id, "0");
        Assert.Equal("running", Status(id));
        _bundle.Good("kill", id, "KILL");
        _bundle.Await(id, "stopped");
        Assert.Equal("container not running", _bundle.Run("kill", id, "0").Message);
        _bundle.Good("kill", "--all", id, "0");
        _bundle.Good("delete", id);
        Assert.Equal("container does not exist", _bundle.Run("kill", id, "0").Message);
    }

    /// <summary>Init of a pid namespace has no default actions; one that waits for its start ends all the same, as runc's.</summary>
    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    [InlineData("TERM", 143)]
    public void ARequestToEndEndsACreatedContainer(string signal, int code)
    {
        _bundle.Configure("sleep", "300");
        string id = _bundle.NewId(), pidFile = Path.Combine(_bundle.Work, "pid");
        using var supervisor = new Subreaper();
        _bundle.Good("create", "--pid-file", pidFile, id);
        _bundle.Good("kill", id, "USR1");
        Assert.Equal("created", Status(id));
        _bundle.Good("kill", id, signal);
        Assert.Equal(code, Subreaper.Wait(int.Parse(File.ReadAllText(pidFile))));
        Assert.Equal("stopped", Status(id));
        Assert.Equal("cannot start a container that has stopped", _bundle.Run("start", id).Message);
        _bundle.Good("delete", id);
    }

    /// <summary>Nothing of that is left when its program runs.</summary>
    [Fact]
    public void BehindTheStartTheProgramDecides()
    {
        _bundle.Configure("sh", "-c", "cat /proc/self/status; exec sleep 300");
        string id = _bundle.NewId();
        using var files = new TemporaryDirectory();
        Result made = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", $"\"$@\" > {files["out"]}", "sh", Ocirun.Path, "--root", _bundle.Root, "create", id);
        Assert.True(made.ExitCode == 0, made.Error);
        _bundle.Good("start", id);
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(files["out"]).Contains("Cpus_allowed", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
        Assert.Contains("SigIgn:\t0000000000000000\n", File.ReadAllText(files["out"]), StringComparison.Ordinal);
        _bundle.Good("kill", id, "TERM"); // sleep(1) has no handler
        Assert.Equal("running", Status(id));
        _bundle.Good("delete", "-f", id);
    }

    private string Status(string id) => JsonNode.Parse(_bundle.Good("state", id))!["status"]!.GetValue<string>();
}
