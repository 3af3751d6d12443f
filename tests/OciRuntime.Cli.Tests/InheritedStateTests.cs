using System.Diagnostics;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>What a process inherits from its caller beside arguments: signals that are ignored or blocked, descriptors, a pipe that nobody reads.</summary>
public sealed class InheritedStateTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public InheritedStateTests(Bundle bundle)
    {
        _bundle = bundle;
        if (Ocirun.Missing is null && !File.Exists(Caller))
            PayloadProgram.Write("caller", Caller);
    }

    private string Caller => Path.Combine(_bundle.Work, "caller");

    /// <summary>nohup, a shell's background job, a thread of a supervisor: the signal is for the container all the same.</summary>
    [Theory]
    [InlineData("ignore 15", 15)]
    [InlineData("block 15", 15)]
    [InlineData("ignore 1", 1)]
    [InlineData("ignore 2 block 2", 2)]
    [InlineData("block 12", 12)]
    [InlineData("ignore 37", 37)] // SIGRTMIN+3, as systemd sends it
    public void RunForwardsSignalsThatTheCallerIgnoresOrBlocks(string state, int signal)
    {
        _bundle.Configure("sh", "-c", $"trap 'exit 9' {signal}; echo ready; while :; do sleep 0.05; done");
        using var files = new TemporaryDirectory();
        using Process run = Ocirun.Start(Caller, _bundle.Path, files["out"], files["err"], [.. state.Split(' '), "--", Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId()]);
        for (int i = 0; i < 500 && (!File.Exists(files["out"]) || File.ReadAllText(files["out"]) != "ready\n"); i++)
            Thread.Sleep(10);
        Machine.Run("/bin/kill", $"-{signal}", run.Id.ToString());
        Assert.Equal(9, Ocirun.End(run));
        Assert.Empty(File.ReadAllText(files["err"]));
    }

    [Fact]
    public void ExecForwardsSignalsThatTheCallerIgnores()
    {
        string id = _bundle.StartSleeper();
        using var files = new TemporaryDirectory();
        using Process exec = Ocirun.Start(
            Caller, _bundle.Path, files["out"], files["err"],
            "ignore", "15", "--", Ocirun.Path, "--root", _bundle.Root, "exec", id, "sh", "-c", "trap 'exit 8' TERM; echo ready; while :; do sleep 0.05; done");
        for (int i = 0; i < 500 && (!File.Exists(files["out"]) || File.ReadAllText(files["out"]) != "ready\n"); i++)
            Thread.Sleep(10);
        Machine.Run("/bin/kill", "-TERM", exec.Id.ToString());
        Assert.Equal(8, Ocirun.End(exec));
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void DescriptorsOfTheCallerDoNotReachHooks()
    {
        string[] kinds = ["prestart", "createRuntime", "poststart", "poststop"];
        _bundle.Configure(
            config =>
            {
                var hooks = new JsonObject();
                foreach (string kind in kinds)
                {
                    hooks[kind] = new JsonArray(new JsonObject
                    {
                        ["path"] = "/bin/sh",
                        ["args"] = new JsonArray("sh", "-c", $"set -- /proc/$$/fd/*; echo $* > {_bundle.Work}/{kind}"),
                        ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
                    });
                }
                config["hooks"] = hooks;
            },
            "true");
        Result result = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", "exec 4</etc/passwd 7</etc/passwd; exec \"$@\"", "sh", Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId());
        Assert.True(result.ExitCode == 0, result.Error);
        // 3 is the shell's own, of the directory that it reads.
        foreach (string kind in kinds)
            Assert.Equal(["0", "1", "2", "3"], File.ReadAllText(Path.Combine(_bundle.Work, kind)).Trim().Split(' ').Select(Path.GetFileName));
    }

    /// <summary>As programs of C do: by SIGPIPE, in silence. Who ignores that signal gets an error.</summary>
    [Theory]
    [InlineData("list")]
    [InlineData("state")]
    [InlineData("features")]
    [InlineData("--help")]
    [InlineData("--version")]
    public void AReaderThatHasGoneEndsIt(string command)
    {
        string id = _bundle.StartSleeper();
        string arguments = command == "state" ? $"state {id}" : command;
        Assert.Equal(("141\n", ""), Closed($"{Caller} default 13 -- \"$@\" {arguments}"));
        (string code, string error) = Closed($"{Caller} ignore 13 -- \"$@\" {arguments}");
        Assert.Equal("1\n", code);
        Assert.Contains("write to stdout: write: broken pipe", error, StringComparison.Ordinal);
        _bundle.Good("delete", "-f", id);
    }

    private (string, string) Closed(string command)
    {
        // The reader has gone before anything is written.
        Result result = Ocirun.RunAs(
            "/bin/sh", _bundle.Path, "-c", $"exec 3>&1; {{ while [ ! -e {_bundle.Work}/gone ]; do sleep 0.01; done; {command}; echo $? >&3; }} | {{ exec 0<&-; touch {_bundle.Work}/gone; }}; wait",
            "sh", Ocirun.Path, "--root", _bundle.Root);
        File.Delete(Path.Combine(_bundle.Work, "gone"));
        return (result.Output, result.Error);
    }
}
