using OciRuntime.Cli.Tests.Hosting;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>The command line, as callers of runc write it.</summary>
public sealed class ArgumentTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public ArgumentTests(Bundle bundle) => _bundle = bundle;

    [Theory]
    [InlineData("completion"), InlineData("info"), InlineData("create"), InlineData("delete"), InlineData("events"), InlineData("exec"), InlineData("features"), InlineData("kill"), InlineData("list"), InlineData("mounts"), InlineData("pause")]
    [InlineData("checkpoint"), InlineData("restore"), InlineData("ps"), InlineData("resume"), InlineData("run"), InlineData("spec"), InlineData("start"), InlineData("state"), InlineData("update")]
    public void EveryCommandHasHelp(string command)
    {
        Result result = Ocirun.Run("/", command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith($"NAME:\n   ocirun {command} - ", result.Output);
        Assert.Equal(result.Output, Ocirun.Run("/", "help", command).Output);
        Assert.Contains($"\n   {command} ", Ocirun.Run("/", "--help").Output);
    }

    // Engines take these for "can checkpoint" and "can restore into a pod".
    [Fact]
    public void EnginesSeeThatItCanCheckpoint()
    {
        Assert.Equal(0, Ocirun.Run("/", "checkpoint", "--help").ExitCode);
        Result probe = Ocirun.Run("/", "restore", "--lsm-mount-context");
        Assert.Equal((1, "flag needs an argument: -lsm-mount-context"), (probe.ExitCode, probe.Message));
    }

    [Theory]
    [InlineData(3, "No help topic for 'fly'", "fly")]
    [InlineData(1, "flag provided but not defined: -fly", "--fly")]
    [InlineData(1, "flag provided but not defined: -fly", "create", "--fly", "x")]
    [InlineData(1, "flag needs an argument: -pid-file", "create", "x", "--pid-file")]
    [InlineData(1, "flag needs an argument: -root", "--root")]
    [InlineData(1, "invalid boolean value \"maybe\" for -force: parse error", "delete", "--force=maybe", "x")]
    [InlineData(1, "invalid value \"many\" for flag -preserve-fds: parse error", "create", "--preserve-fds", "many", "x")]
    [InlineData(1, "invalid value for memory: \"lots\"", "update", "--memory", "lots", "x")]
    [InlineData(1, "invalid value for memory: \"-2\"", "update", "--memory=-2", "x")]
    [InlineData(1, "invalid value for cpu-quota: \"5ms\"", "update", "--cpu-quota", "5ms", "x")]
    [InlineData(1, "invalid value for cpu-share: \"-1\"", "update", "--cpu-share", "-1", "x")]
    [InlineData(1, "invalid value for blkio-weight: \"70000\"", "update", "--blkio-weight", "70000", "x")]
    [InlineData(1, "invalid value \"few\" for flag -pids-limit: parse error", "update", "--pids-limit", "few", "x")]
    [InlineData(1, "invalid value \"-1\" for flag -preserve-fds: parse error", "create", "--preserve-fds", "-1", "x")]
    [InlineData(1, "ocirun: \"state\" requires exactly 1 argument(s)", "state")]
    [InlineData(1, "ocirun: \"state\" requires exactly 1 argument(s)", "state", "x", "y")]
    [InlineData(1, "invalid log-format: xml", "--log-format", "xml", "list")]
    [InlineData(1, "ocirun: \"exec\" requires a minimum of 1 argument(s)", "exec")]
    public void Mistakes(int code, string message, params string[] arguments)
    {
        Result result = Ocirun.Run("/", arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Equal(message, result.Message);
    }

    [Theory]
    [InlineData("--bundle")]
    [InlineData("-b")]
    [InlineData("-bundle")]
    public void OptionsInEverySpelling(string bundle)
    {
        _bundle.Configure("true");
        string id = _bundle.NewId();
        string[] global = ["--debug=false", "--criu", "/none", "--rootless=auto", "--cgroup-manager", "cgroupfs", "--root", _bundle.Root];
        Assert.Equal(0, Ocirun.Run("/", [.. global, "create", bundle, _bundle.Path, "-no-subreaper", "--no-new-keyring", id]).ExitCode);
        Assert.Equal(0, Ocirun.Run("/", [.. global, "delete", id, "--force"]).ExitCode);
        Assert.Equal(0, Ocirun.Run("/", [.. global, "run", bundle + "=" + _bundle.Path, "--", id]).ExitCode);
    }

    [Fact]
    public void DryRunPrintsThePlanAndDoesNothing()
    {
        _bundle.Configure("true");
        string id = _bundle.NewId();
        Assert.Contains(" exec ", _bundle.Good("run", "--dry-run", id));
        using var json = System.Text.Json.JsonDocument.Parse(_bundle.Good("create", "--dry-run", "--format", "json", id));
        Assert.Contains(json.RootElement.GetProperty("steps").EnumerateArray(), step => step.GetProperty("name").GetString() == "exec");
        Assert.False(Directory.Exists(Path.Combine(_bundle.Root, id)));
    }
}
