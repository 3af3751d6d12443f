using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>What the command says of a container is true: when calls of the kernel fail, when it is killed half-way, when a directory is no whole container.</summary>
public sealed class StateTruthTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public StateTruthTests(Bundle bundle) => _bundle = bundle;

    /// <summary>A call that fails tells nothing: a deletion that answers 0 has deleted, and every other one can be done again.</summary>
    [Theory, Needs(Program = "strace")]
    [InlineData("statx", "EIO")]
    [InlineData("faccessat2,faccessat", "ENOMEM")]
    [InlineData("pidfd_open", "EMFILE")]
    [InlineData("flock", "ENOLCK")]
    [InlineData("getdents64", "EIO")]
    [InlineData("pidfd_send_signal", "EPERM")]
    public void ADeletionWhoseCallsFailDoesNotAnswerThatItIsDone(string calls, string errno)
    {
        string id = _bundle.StartSleeper();
        int pid = Pid(id);
        for (int when = 1; ; when++)
        {
            Result result = Strace.Run(_bundle, calls, $"error={errno}", when, out bool injected, "delete", "-f", id);
            bool deleted = !Directory.Exists(Path.Combine(_bundle.Root, id));
            string told = $"{calls} #{when.ToString(CultureInfo.InvariantCulture)}: {result.ExitCode} {result.Error}";
            Assert.True((result.ExitCode == 0) == deleted, told);
            Assert.True(!deleted || !IsAlive(pid), told);
            Assert.True(result.ExitCode == 0 || result.Error.Length > 0, told);
            if (!injected)
            {
                Assert.True(deleted, told);
                return;
            }
            if (deleted)
                pid = Pid(id = _bundle.StartSleeper());
        }
    }

    /// <summary>A creation that fails has undone itself, from its first moment on.</summary>
    [Theory, Needs(Program = "strace")]
    [InlineData("statx", "EIO")]
    [InlineData("faccessat2,faccessat", "EIO")]
    [InlineData("flock", "ENOLCK")]
    public void ACreationWhoseCallsFailLeavesNothing(string calls, string errno)
    {
        _bundle.Configure("sleep", "300");
        for (int when = 1; ; when++)
        {
            string id = _bundle.NewId();
            Result result = Strace.Run(_bundle, calls, $"error={errno}", when, out bool injected, "create", id);
            Assert.True((result.ExitCode == 0) == Directory.Exists(Path.Combine(_bundle.Root, id)), $"{calls} #{when.ToString(CultureInfo.InvariantCulture)}: {result.ExitCode} {result.Error}");
            if (result.ExitCode == 0)
                _bundle.Good("delete", "-f", id);
            if (!injected)
                return;
        }
    }

    [Theory, Needs(Program = "strace")]
    [InlineData("statx", "EIO")]
    [InlineData("faccessat2,faccessat", "EIO")]
    [InlineData("pidfd_open", "ENFILE")]
    [InlineData("flock", "ENOLCK")]
    public void AStartWhoseCallsFailDoesNotSayThatItRuns(string calls, string errno)
    {
        _bundle.Configure("sleep", "300");
        string id = _bundle.NewId();
        _bundle.Good("create", id);
        for (int when = 1; ; when++)
        {
            Result result = Strace.Run(_bundle, calls, $"error={errno}", when, out bool injected, "start", id);
            string status = Status(id);
            string told = $"{calls} #{when.ToString(CultureInfo.InvariantCulture)}: {result.ExitCode} {result.Error} {status}";
            Assert.True((result.ExitCode == 0) == (status == "running"), told);
            Assert.DoesNotContain("already running", result.Error);
            Assert.DoesNotContain("has stopped", result.Error);
            if (status == "running")
            {
                _bundle.Good("delete", "-f", id);
                if (!injected)
                    return;
                _bundle.Good("create", id = _bundle.NewId());
            }
        }
    }

    /// <summary>What may not be read is not what is not frozen.</summary>
    [Theory, Needs(Program = "strace")]
    [InlineData("EACCES")]
    [InlineData("EMFILE")]
    public void AResumeWhoseCallsFailDoesNotSayThatNothingIsPaused(string errno)
    {
        string id = _bundle.StartSleeper();
        _bundle.Good("pause", id);
        for (int when = 1; ; when++)
        {
            Result result = Strace.Run(_bundle, "open,openat", $"error={errno}", when, out bool injected, "resume", id);
            string told = $"#{when.ToString(CultureInfo.InvariantCulture)}: {result.ExitCode} {result.Error}";
            Assert.DoesNotContain("not paused", result.Error);
            // One that fails may have thawed one of two hierarchies.
            bool running = Status(id) == "running";
            Assert.True(result.ExitCode != 0 || running, told);
            if (running)
                _bundle.Good("pause", id);
            if (!injected)
                break;
        }
        _bundle.Good("delete", "-f", id);
    }

    [Theory, Needs(Program = "strace")]
    [InlineData("statx", "EIO")]
    [InlineData("faccessat2,faccessat", "EIO")]
    [InlineData("getdents64", "EIO")]
    [InlineData("flock", "ENOLCK")]
    [InlineData("openat", "EMFILE")]
    [InlineData("read", "EIO")]
    public void AListWhoseCallsFailShowsTheTruthOrNothing(string calls, string errno)
    {
        string id = _bundle.StartSleeper();
        _bundle.Configure("sleep", "300");
        string waiting = _bundle.NewId();
        _bundle.Good("create", waiting);
        for (int when = 1; ; when++)
        {
            Result result = Strace.Run(_bundle, calls, $"error={errno}", when, out bool injected, "list", "-f", "json");
            if (result.ExitCode == 0)
            {
                var listed = JsonNode.Parse(result.Output)!.AsArray().ToDictionary(one => one!["id"]!.GetValue<string>(), one => one!["status"]!.GetValue<string>());
                Assert.Equal(("running", "created"), (listed[id], listed[waiting]));
            }
            if (!injected)
            {
                Assert.Equal(0, result.ExitCode);
                break;
            }
        }
        _bundle.Good("delete", "-f", id);
        _bundle.Good("delete", "-f", waiting);
    }

    /// <summary>Whatever can't be opened any more: what is answered is true.</summary>
    [Fact]
    public void WithFewDescriptorsTheAnswerIsTrueOrAnError()
    {
        string id = _bundle.StartSleeper();
        int pid = Pid(id), answered = 0;
        for (int limit = 40; limit > 2; limit--)
        {
            string shell = $"ulimit -n {limit.ToString(CultureInfo.InvariantCulture)}; exec \"$@\"";
            Result listed = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", shell, "sh", Ocirun.Path, "--root", _bundle.Root, "list", "-f", "json");
            if (listed.ExitCode == 0)
            {
                answered++;
                Assert.Equal("running", JsonNode.Parse(listed.Output)!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!["status"]!.GetValue<string>());
            }
            Result deleted = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", shell, "sh", Ocirun.Path, "--root", _bundle.Root, "delete", "-f", id);
            Assert.True((deleted.ExitCode == 0) == !Directory.Exists(Path.Combine(_bundle.Root, id)), $"{limit}: {deleted.ExitCode} {deleted.Error}");
            Assert.True((deleted.ExitCode == 0) == !IsAlive(pid), $"{limit}: {deleted.ExitCode} {deleted.Error}");
            if (deleted.ExitCode == 0)
                pid = Pid(id = _bundle.StartSleeper());
        }
        Assert.NotInRange(answered, 0, 1);
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>Whenever a deletion is killed, what it leaves is told as it is, and the next deletion does the rest.</summary>
    [Theory, Needs(Program = "strace")]
    [InlineData("unlinkat")]
    [InlineData("getdents64")]
    [InlineData("pidfd_send_signal")]
    public void AKilledDeletionCanBeDoneAgain(string call)
    {
        for (int when = 1; ; when++)
        {
            string id = _bundle.NewId();
            string told = Path.Combine(_bundle.Work, "told");
            File.Delete(told);
            _bundle.Configure(
                config => config["hooks"] = JsonNode.Parse($$"""{"poststop":[{"path":"/bin/busybox","args":["sh","-c","echo $$; cat >> {{told}}"]}]}"""), "sleep", "300");
            _bundle.Good("run", "-d", id);
            int pid = Pid(id);
            Result result = Strace.Run(_bundle, call, "signal=SIGKILL", when, out bool injected, "delete", "-f", id);
            string at = $"{call} #{when.ToString(CultureInfo.InvariantCulture)} {result.Error}";
            string directory = Path.Combine(_bundle.Root, id);
            string listed = _bundle.Good("list", "-f", "json");
            if (Directory.Exists(directory))
            {
                string status = JsonNode.Parse(listed)!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!["status"]!.GetValue<string>();
                bool whole = File.Exists(directory + "/state.json");
                Assert.True(status == (!whole ? "broken" : IsAlive(pid) ? "running" : "stopped"), $"{at}: {status}");
                Assert.True(!whole || File.Exists(directory + "/config.json"), at);
                Result plain = _bundle.Run("delete", id);
                Assert.True(plain.ExitCode == (status == "stopped" ? 0 : 1), $"{at}: {status}: {plain.Error}");
                Result forced = _bundle.Run("delete", "-f", id);
                Assert.True(forced.ExitCode == 0, $"{at}: {status}: {forced.Error}");
                Assert.Equal(whole, File.Exists(told));
            }
            Assert.False(Directory.Exists(directory), at);
            Assert.False(IsAlive(pid), at);
            if (!injected)
            {
                Assert.True(File.Exists(told));
                return;
            }
        }
    }

    /// <summary>state.json is never seen half-written: a runtime that is killed at any call leaves the old one, the new one or none.</summary>
    [Theory, Needs(Program = "strace")]
    [InlineData("write")]
    [InlineData("renameat,renameat2,rename")]
    public void NoKillTearsAState(string calls)
    {
        _bundle.Configure("sleep", "300");
        for (int when = 1; ; when++)
        {
            string id = _bundle.NewId();
            Strace.Run(_bundle, calls, "signal=SIGKILL", when, out bool injected, "create", id);
            foreach (string name in (string[])["state.json", "config.json"])
            {
                string file = Path.Combine(_bundle.Root, id, name);
                if (File.Exists(file))
                    JsonDocument.Parse(File.ReadAllBytes(file)).Dispose();
            }
            _bundle.Good("delete", "-f", id);
            if (!injected)
                return;
        }
    }

    [Fact]
    public void WhatIsNoWholeContainerIsBrokenAndNothingIsInvented()
    {
        string id = _bundle.StartSleeper(), stray = _bundle.NewId();
        Directory.CreateDirectory(Path.Combine(_bundle.Root, stray));
        string state = Path.Combine(_bundle.Root, id, "state.json");
        byte[] whole = File.ReadAllBytes(state);
        File.WriteAllBytes(state, whole[..(whole.Length / 2)]);
        foreach (string one in (string[])[id, stray])
        {
            JsonObject listed = JsonNode.Parse(_bundle.Good("list", "-f", "json"))!.AsArray().Single(each => each!["id"]!.GetValue<string>() == one)!.AsObject();
            Assert.Equal(["id", "status"], listed.Select(property => property.Key));
            Assert.Equal("broken", listed["status"]!.GetValue<string>());
            string row = _bundle.Good("list").Split('\n').Single(line => line.StartsWith(one, StringComparison.Ordinal));
            Assert.Equal([one, "-", "broken", "-", "-", "-"], row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            foreach (string[] arguments in (string[][])[["state", one], ["start", one], ["kill", one, "9"], ["delete", one]])
            {
                Result result = _bundle.Run(arguments);
                Assert.Equal((1, $"the state of container {one} is incomplete or unreadable (a forced delete clears it)"), (result.ExitCode, result.Message));
            }
        }
        File.WriteAllBytes(state, whole);
        Assert.Equal("running", Status(id));
        _bundle.Good("delete", "-f", id);
        _bundle.Good("delete", "-f", stray);
    }

    /// <summary>A state that was cut off anywhere: the container behind it is ended, or the deletion says that it can't.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(99)]
    public void ForceEndsTheContainerOfATornState(int percent)
    {
        string id = _bundle.StartSleeper();
        int pid = Pid(id);
        string state = Path.Combine(_bundle.Root, id, "state.json");
        byte[] whole = File.ReadAllBytes(state);
        File.WriteAllBytes(state, whole[..(whole.Length * percent / 100)]);
        Assert.Equal(1, _bundle.Run("delete", id).ExitCode);
        Assert.True(IsAlive(pid));
        _bundle.Good("delete", "-f", id);
        Assert.False(IsAlive(pid));
        Assert.False(Directory.Exists(Path.Combine(_bundle.Root, id)));
    }

    [Fact]
    public void ForceRefusesATornStateThatNamesNothing()
    {
        string id = _bundle.StartSleeper();
        int pid = Pid(id);
        string state = Path.Combine(_bundle.Root, id, "state.json"), config = Path.Combine(_bundle.Root, id, "config.json");
        byte[] whole = File.ReadAllBytes(state), configuration = File.ReadAllBytes(config);
        File.WriteAllText(state, "");
        File.Delete(config);
        Result result = _bundle.Run("delete", "-f", id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("neither it nor the configuration shows where its processes are", result.Message);
        Assert.True(IsAlive(pid));
        File.WriteAllBytes(config, configuration);
        File.WriteAllBytes(state, whole);
        _bundle.Good("delete", "-f", id);
        Assert.False(IsAlive(pid));
    }

    /// <summary>What is not needed to end a container does not keep it from being ended by force.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    [InlineData("{\"ociVersion\":7}")]
    public void ForceGoesOnWithoutAConfiguration(string? content)
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => config["hooks"] = JsonNode.Parse("""{"poststop":[{"path":"/bin/true"}]}"""), "sleep", "300");
        _bundle.Good("run", "-d", id);
        int pid = Pid(id);
        string config = Path.Combine(_bundle.Root, id, "config.json");
        if (content is null)
            File.Delete(config);
        else
            File.WriteAllText(config, content);
        _bundle.Good("kill", id, "9");
        _bundle.Await(id, "stopped");
        Assert.Equal(1, _bundle.Run("delete", id).ExitCode);
        Result result = _bundle.Run("delete", "-f", id);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"hooks of container {id} are not run", result.Error);
        Assert.False(Directory.Exists(Path.Combine(_bundle.Root, id)));
        Assert.False(IsAlive(pid));
    }

    private int Pid(string id) => JsonNode.Parse(_bundle.Good("state", id))!["pid"]!.GetValue<int>();

    private string Status(string id) => JsonNode.Parse(_bundle.Good("state", id))!["status"]!.GetValue<string>();

    // Detached processes are the machine's init's to reap.
    private static bool IsAlive(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            return stat[stat.LastIndexOf(')')..] is not [_, _, 'Z' or 'X', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }
}
