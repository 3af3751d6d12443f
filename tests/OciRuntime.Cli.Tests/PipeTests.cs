using System.Diagnostics;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>Files that are pipes: they give what is there, and more later, or never end.</summary>
public sealed class PipeTests : IClassFixture<Bundle>
{
    private const string Process = """{"args":["echo","ran"],"cwd":"/","user":{"uid":0,"gid":0},"env":["PATH=/bin"]}""";

    private readonly Bundle _bundle;

    public PipeTests(Bundle bundle) => _bundle = bundle;

    /// <summary>A writer that takes its time, as one of bash's process substitutions, and one that keeps the pipe open.</summary>
    [Theory, Needs(Program = "bash")]
    [InlineData("(printf '%s' \"${P:0:20}\"; sleep 0.2; printf '%s' \"${P:20}\")")]
    [InlineData("(printf '%s' \"$P\"; sleep 300 >/dev/null & echo $! >child; exec sleep 300)")]
    public void AProcessComesThroughAPipe(string writer)
    {
        string id = _bundle.StartSleeper();
        Result result = Bash($"P='{Process}'; \"$@\" exec -p <({writer} & echo $! > {_bundle.Work}/writer; wait) {id}");
        Assert.Equal((0, "ran\n", ""), (result.ExitCode, result.Output, result.Error));
        Machine.Run("bash", "-c", $"kill $(cat {_bundle.Work}/writer {_bundle.Path}/child 2>/dev/null) || true");
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>O_NONBLOCK belongs to the pipe that all share: a caller's event loop sets it.</summary>
    [Fact]
    public void ANonBlockingInputIsWaitedFor()
    {
        string id = _bundle.StartSleeper();
        PayloadProgram.Write("caller", Path.Combine(_bundle.Work, "caller"));
        foreach (string arguments in (string[])[$"update -r - {id}", $"update -r /dev/stdin {id}", $"exec -p /dev/stdin {id}"])
        {
            string json = arguments[0] == 'u' ? """{"pids":{"limit":77}}""" : Process;
            Result result = Shell($"(printf '%s' '{json[..9]}'; sleep 0.2; printf '%s' '{json[9..]}') | {_bundle.Work}/caller nonblock 0 -- \"$@\" {arguments}");
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.Equal(arguments[0] == 'u' ? "" : "ran\n", result.Output);
        }
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void ANonBlockingOutputIsWaitedFor()
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => config["annotations"] = new JsonObject { ["long"] = new string('x', 300_000) }, "sleep", "300");
        _bundle.Good("run", "-d", id);
        PayloadProgram.Write("caller", Path.Combine(_bundle.Work, "caller"));
        Result result = Shell($"{_bundle.Work}/caller nonblock 1 -- \"$@\" state {id} | (sleep 0.2; wc -c)");
        Assert.Equal("", result.Error);
        Assert.True(int.Parse(result.Output) > 300_000, result.Output);
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>As runc's decoder: an engine need not close the pipe, and what comes after the value means nothing.</summary>
    [Theory]
    [InlineData("echo '{\"pids\":{\"limit\":41}}'; exec sleep 300")]
    [InlineData("echo '{\"pids\":{\"limit\":41}}'; echo '{\"pids\":{\"limit\":42}}'")]
    [InlineData("echo '{\"pids\":{\"limit\":41}} and so on'")]
    public void UpdateStopsAfterTheFirstValue(string writer)
    {
        string id = _bundle.StartSleeper();
        Result result = Shell($"mkfifo {_bundle.Work}/{id}; sh -c '{writer.Replace("'", "'\\''")}' > {_bundle.Work}/{id} & \"$@\" update -r - {id} < {_bundle.Work}/{id}; code=$?; kill $! 2>/dev/null; exit $code");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("41\n", File.ReadAllText(Path.Combine(_bundle.Cgroup(id, "pids"), "pids.max")));
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>Who writes may come later than who reads.</summary>
    [Fact]
    public void AConfigurationComesThroughAFifo()
    {
        _bundle.Configure("echo", "ran");
        string fifo = Path.Combine(_bundle.Work, "fifo-" + Guid.NewGuid().ToString("n"));
        Result result = Shell($"mkfifo {fifo}; (sleep 0.3; cat {_bundle.ConfigPath} > {fifo}) & \"$@\" run --config {fifo} {_bundle.NewId()}");
        Assert.Equal((0, "ran\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    private Result Bash(string script) => Ocirun.RunAs("/bin/bash", _bundle.Path, "-c", script, "bash", Ocirun.Path, "--root", _bundle.Root);

    private Result Shell(string script) => Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", script, "sh", Ocirun.Path, "--root", _bundle.Root);
}
