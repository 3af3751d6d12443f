using System.Text.Json;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>The words that engines and wrappers match, and the exit codes.</summary>
public sealed class ErrorTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public ErrorTests(Bundle bundle) => _bundle = bundle;

    [Theory]
    [InlineData(1, "container does not exist", "state", "nobody")]
    [InlineData(1, "container does not exist", "start", "nobody")]
    [InlineData(1, "container does not exist", "kill", "nobody", "KILL")]
    [InlineData(1, "container does not exist", "delete", "nobody")]
    [InlineData(1, "container does not exist", "pause", "nobody")]
    [InlineData(1, "container does not exist", "ps", "nobody")]
    [InlineData(255, "exec failed: container does not exist", "exec", "nobody", "true")]
    [InlineData(1, "invalid container ID format", "state", "a/b")]
    [InlineData(1, "invalid container ID format", "kill", "..", "9")]
    [InlineData(1, "invalid format option", "list", "-f", "yaml")]
    [InlineData(1, "unknown signal \"LOUD\"", "kill", "nobody", "LOUD")]
    public void UnknownThings(int code, string message, params string[] arguments)
    {
        // A root that exists: an explicit one that does not is another error.
        Directory.CreateDirectory(_bundle.Root);
        Result result = _bundle.Run(arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Equal(message, result.Message);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void ForcedDeleteOfNobodySucceeds() => _bundle.Good("delete", "--force", "nobody");

    [Fact]
    public void RunningContainers()
    {
        string id = _bundle.StartSleeper();
        Fails($"cannot delete container {id} that is not stopped: running", "delete", id);
        Fails("cannot start an already running container", "start", id);
        Fails("runc create failed: container with given ID already exists", "create", id);
        _bundle.Good("pause", id);
        Assert.Equal("exec failed: cannot exec in a paused container (use --ignore-paused to override)", Fails(255, "exec", id, "true"));
        _bundle.Good("resume", id);
        Assert.Equal("exec failed: unable to start container process: exec: \"foo\": executable file not found in $PATH", Fails(255, "exec", id, "foo"));
        Assert.Equal("exec failed: cannot allocate tty if runc will detach without setting console socket", Fails(255, "exec", "-t", "-d", id, "true"));
        Assert.Equal("exec failed: process args cannot be empty", Fails(255, "exec", id));
        _bundle.Good("kill", id, "9");
        _bundle.Await(id, "stopped");
        Fails("container not running", "kill", id);
        Fails("container not running", "pause", id);
        _bundle.Good("kill", "-a", id);
        Fails("cannot start a container that has stopped", "start", id);
        Assert.Equal("exec failed: cannot exec in a stopped container", Fails(255, "exec", id, "true"));
        _bundle.Good("delete", id);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    public void MissingCommands(string verb)
    {
        _bundle.Configure("foo");
        Fails($"runc {verb} failed: unable to start container process: exec: \"foo\": executable file not found in $PATH", verb, _bundle.NewId());
        _bundle.Configure("/etc");
        Assert.EndsWith("permission denied", Fails(1, verb, _bundle.NewId()));
        _bundle.Configure("/nowhere");
        Assert.EndsWith("exec: \"/nowhere\": stat /nowhere: no such file or directory", Fails(1, verb, _bundle.NewId()));
        Assert.Empty(_bundle.Good("list", "-q"));
    }

    [Fact]
    public void TerminalWithoutConsoleSocket()
    {
        _bundle.Configure(config => config["process"]!["terminal"] = true, "sh");
        const string Words = "cannot allocate tty if runc will detach without setting console socket";
        Fails("runc create failed: " + Words, "create", _bundle.NewId());
        Fails("runc run failed: " + Words, "run", "-d", _bundle.NewId());
    }

    /// <summary>Engines show the error of the log, people read stderr: what to do is in both. Words that callers match end as they always did.</summary>
    [Fact]
    public void WhatToDoAboutAnErrorIsInItsMessage()
    {
        const string Words = "unknown namespace type \"pdi\"; expected one of pid, network, mount, ipc, uts, user, cgroup, time (did you mean \"pid\"?)";
        _bundle.Configure(config => config["linux"]!["namespaces"]![0]!["type"] = "pdi", "true");
        string log = Path.Combine(_bundle.Work, "hints.json");
        Result result = _bundle.Run("--log", log, "--log-format", "json", "create", _bundle.NewId());
        Assert.EndsWith(Words + "\n", result.Error);
        using JsonDocument line = JsonDocument.Parse(File.ReadAllLines(log)[^1]);
        Assert.EndsWith(Words, line.RootElement.GetProperty("msg").GetString());
        Assert.EndsWith(Words, Fails(1, "create", _bundle.NewId()));
    }

    [Fact]
    public void ErrorsOfCgroupsNameTheProperty()
    {
        _bundle.Configure(config => config["linux"]!["resources"]!["hugepageLimits"] = JsonNode.Parse("""[{"pageSize":"3MB","limit":0}]"""), "true");
        Assert.Contains("/linux/resources/hugepageLimits/0", Fails(1, "create", _bundle.NewId()));
        _bundle.Configure(config => config["linux"]!["resources"]!["network"] = JsonNode.Parse("""{"priorities":[{"name":"nothing0","priority":1}]}"""), "true");
        Assert.Contains("/linux/resources/network", Fails(1, "create", _bundle.NewId()));
        string id = _bundle.StartSleeper();
        Assert.Contains("/linux/resources/cpu/period", Fails(1, "update", "--cpu-period", "5", id));
        _bundle.Good("delete", "--force", id);
    }

    /// <summary>The whole line: what is wrong with a configuration is no failure of the container's process.</summary>
    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    public void AConfigurationThatIsNoneIsNoFailureOfTheProcess(string verb)
    {
        _bundle.Configure(config => config["process"]!["cwd"] = "relative", "true");
        Fails($"runc {verb} failed: config.json: /process/cwd: must be an absolute path, found \"relative\"", verb, _bundle.NewId());
    }

    /// <summary>A trap tells.</summary>
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT", "INT")]
    [InlineData("USR1", "SIGUSR1")]
    [InlineData("USR2", "12")]
    public void KillSendsTheSignalThatWasNamedOrSigterm(string received, params string[] named)
    {
        string told = Path.Combine(_bundle.Path, "rootfs", "told"), ready = told + ".ready";
        File.Delete(told);
        File.Delete(ready);
        _bundle.Configure(
            config => config["root"]!["readonly"] = false,
            "sh", "-c", "for s in TERM INT USR1 USR2 HUP; do trap \"echo $s >/told; exit\" $s; done; echo >/told.ready; while :; do sleep 0.05; done");
        string id = _bundle.NewId();
        _bundle.Good("run", "-d", id);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(ready), 20_000));
        _bundle.Good(["kill", id, .. named]);
        _bundle.Await(id, "stopped");
        Assert.Equal(received + "\n", File.ReadAllText(told));
        _bundle.Good("delete", id);
    }

    // Podman takes "no such file or directory" anywhere for a missing command.
    [Fact]
    public void OtherMissingFilesAreWordedDifferently()
    {
        _bundle.Configure(
            config => config["mounts"]!.AsArray().Add(JsonNode.Parse("""{"destination":"/tmp","type":"bind","source":"/nowhere","options":["bind"]}""")), "true");
        string[] messages =
        [
            Fails(1, "run", _bundle.NewId()),
            Fails(1, "run", "-b", "/nowhere", _bundle.NewId()),
            Fails(1, "run", "-f", "/nowhere", _bundle.NewId()),
            Fails(255, "exec", "--process", "/nowhere", "nobody"),
            Fails(1, "spec", "-b", "/nowhere"),
        ];
        Assert.All(messages, message => Assert.DoesNotContain("no such file", message));
        Assert.All(messages, message => Assert.Contains("/nowhere", message));
        Assert.Equal(1, Ocirun.Run(_bundle.Path, "--log", "/nowhere/log", "list").ExitCode);
    }

    [Fact]
    public void SpecDoesNotOverwrite()
    {
        _bundle.Configure("true");
        string before = File.ReadAllText(_bundle.ConfigPath);
        Fails("File config.json exists. Remove it first", "spec");
        Assert.Equal(before, File.ReadAllText(_bundle.ConfigPath));
    }

    [Fact]
    public void AJsonLogIsAppendedToAndStderrHasTheBareMessage()
    {
        string log = Path.Combine(_bundle.Work, "log.json");
        Directory.CreateDirectory(_bundle.Root);
        for (int lines = 1; lines <= 2; lines++)
        {
            Result result = _bundle.Run("--log", log, "--log-format", "json", "state", "nobody");
            Assert.Equal("container does not exist\n", result.Error);
            string[] written = File.ReadAllLines(log);
            Assert.Equal(lines, written.Length);
            using JsonDocument line = JsonDocument.Parse(written[^1]);
            Assert.Equal(["level", "msg", "time"], line.RootElement.EnumerateObject().Select(property => property.Name));
            Assert.Equal("error", line.RootElement.GetProperty("level").GetString());
            Assert.Equal("container does not exist", line.RootElement.GetProperty("msg").GetString());
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", line.RootElement.GetProperty("time").GetString());
        }
    }

    [Fact]
    public void AFullStdoutIsAnError()
    {
        Result result = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", "\"$0\" features >/dev/full", Ocirun.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no space left on device", result.Message);
    }

    private void Fails(string message, params string[] arguments) => Assert.Equal(message, Fails(1, arguments));

    private string Fails(int code, params string[] arguments)
    {
        Result result = _bundle.Run(arguments);
        Assert.Equal(code, result.ExitCode);
        return result.Message;
    }

    /// <summary>A program that is there and whose execve(2) fails has ended the container that it was: 255, as runc's init, from run, exec and start alike.</summary>
    [Theory]
    [InlineData("#!/nowhere/sh\n", "no such file or directory")]
    [InlineData("#!/tmp\n", "permission denied")]
    [InlineData("no program", "exec format error")]
    public void ABadInterpreterIs255(string text, string why)
    {
        string program = Path.Combine(_bundle.Path, "rootfs/bin/bad");
        File.WriteAllText(program, text);
        File.SetUnixFileMode(program, (UnixFileMode)0x1ED /* 0755 */);
        _bundle.Configure("bad");
        Result run = _bundle.Run("run", _bundle.NewId());
        Assert.Equal(255, run.ExitCode);
        Assert.Contains("exec bad: " + why, run.Message, StringComparison.Ordinal);
        string id = _bundle.NewId(), pidFile = Path.Combine(_bundle.Work, "bad.pid");
        using (var supervisor = new Subreaper())
        {
            _bundle.Good("create", "--pid-file", pidFile, id);
            Assert.Contains("exec bad: " + why, _bundle.Run("start", id).Message, StringComparison.Ordinal);
            Assert.Equal(255, Subreaper.Wait(int.Parse(File.ReadAllText(pidFile))));
        }
        _bundle.Good("delete", id);
        string sleeper = _bundle.StartSleeper();
        Assert.Equal(255, _bundle.Run("exec", sleeper, "bad").ExitCode);
        _bundle.Good("delete", "-f", sleeper);
        File.Delete(program);
    }
}
