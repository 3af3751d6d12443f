using System.Diagnostics;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>Exit codes, signals and terminals of processes in the foreground.</summary>
public sealed class ForegroundTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public ForegroundTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void RunEndsWithTheExitCodeOfTheProcess()
    {
        _bundle.Configure("sh", "-c", "exit 3");
        Assert.Equal(3, _bundle.Run("run", _bundle.NewId()).ExitCode);
    }

    [Fact]
    public void SignalsThatTheCallerIgnoresAreNotIgnoredInside()
    {
        _bundle.Configure("cat", "/proc/self/status");
        Result run = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", "trap '' USR1 USR2 PIPE WINCH; exec \"$0\" \"$@\"", Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId());
        Assert.Contains("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void RunForwardsSignals()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done");
        using var files = new TemporaryDirectory();
        using Process run = Ocirun.Start(Ocirun.Path, _bundle.Path, files["out"], files["err"], "--root", _bundle.Root, "run", id);
        for (int i = 0; i < 500 && (!File.Exists(files["out"]) || File.ReadAllText(files["out"]) != "ready\n"); i++)
            Thread.Sleep(10);
        Machine.Run("/bin/kill", "-TERM", run.Id.ToString());
        Assert.Equal(9, Ocirun.End(run));
        Assert.Empty(_bundle.Good("list", "-q"));
    }

    [Fact]
    public void ASignalBeforeTheStartReachesTheProcessAfterIt()
    {
        string id = _bundle.NewId();
        using var files = new TemporaryDirectory();
        _bundle.Configure(
            config =>
            {
                // The hook holds the creation until the signal has been sent.
                string wait = $"touch {files["hook"]}; while [ ! -e {files["go"]} ]; do sleep 0.01; done";
                config["hooks"] = new JsonObject
                {
                    ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", wait), ["env"] = new JsonArray("PATH=/usr/bin:/bin") }),
                };
                // The first process of a pid namespace would not die of a signal that it has no handler for.
                JsonArray namespaces = config["linux"]!["namespaces"]!.AsArray();
                namespaces.Remove(namespaces.First(one => one!["type"]!.GetValue<string>() == "pid"));
            },
            "sh", "-c", "trap 'exit 9' TERM; while :; do sleep 0.05; done");
        using Process run = Ocirun.Start(Ocirun.Path, _bundle.Path, files["out"], files["err"], "--root", _bundle.Root, "run", id);
        for (int i = 0; i < 500 && !File.Exists(files["hook"]); i++)
            Thread.Sleep(10);
        Machine.Run("/bin/kill", "-TERM", run.Id.ToString());
        File.WriteAllText(files["go"], string.Empty);
        // Its handler may be there in time or not.
        Assert.Contains(Ocirun.End(run), new[] { 9, 143 });
        Assert.Empty(_bundle.Good("list", "-q"));
    }

    [Fact]
    public void KeepLeavesTheStoppedContainer()
    {
        string id = _bundle.NewId();
        _bundle.Configure("true");
        _bundle.Good("run", "--keep", id);
        _bundle.Await(id, "stopped");
        _bundle.Good("delete", id);
    }

    [Fact]
    public void ExecEndsWithTheExitCodeOfTheProcess()
    {
        string id = _bundle.StartSleeper();
        Assert.Equal(0, _bundle.Run("exec", id, "true").ExitCode);
        Assert.Equal(5, _bundle.Run("exec", id, "sh", "-c", "exit 5").ExitCode);
        Assert.Equal(128 + 9, _bundle.Run("exec", id, "sh", "-c", "kill -9 $$").ExitCode);
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void ExecTakesEnvironmentDirectoryAndUser()
    {
        string id = _bundle.StartSleeper();
        Assert.Equal("x\n/tmp\n7:8:9\n", _bundle.Good(
            "exec", "-e", "A=x", "--cwd", "/tmp", "-u", "7:8", "-g", "9", id, "sh", "-c", "echo $A; pwd; echo $(id -u):$(id -g):$(set -- $(id -G); echo $2)"));
        Assert.Equal("--cwd\n", _bundle.Good("exec", id, "echo", "--cwd"));
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void ExecWithATerminalRunsOnIt()
    {
        string id = _bundle.StartSleeper();
        using var terminal = new PseudoTerminal(_bundle.Path, 24, 80, Ocirun.Path, "--root", _bundle.Root, "exec", "-t", id, "sh", "-c", "tty; read line; echo got $line; exit 4");
        terminal.Expect("/dev/pts/");
        terminal.Type("word\n");
        terminal.Expect("got word");
        Assert.Equal(4, terminal.End());
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void ExecWithAProcessFileRunsDetached()
    {
        string id = _bundle.StartSleeper();
        string process = Path.Combine(_bundle.Work, "process.json");
        string pidFile = Path.Combine(_bundle.Work, "exec.pid");
        File.WriteAllText(process, """{"args":["sh","-c","exit 6"],"cwd":"/","user":{"uid":0,"gid":0},"env":["PATH=/bin"]}""");
        Assert.Equal(6, _bundle.Run("exec", "--process", process, id).ExitCode);
        // Many times: one that ends before the command does must not be reaped by it.
        for (int i = 0; i < 20; i++)
        {
            using var supervisor = new Subreaper();
            _bundle.Good("exec", "--process", process, "--detach", "--pid-file", pidFile, id);
            Assert.Equal(6, Subreaper.Wait(int.Parse(File.ReadAllText(pidFile))));
        }
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>Whoever watches has gone: the process hears of it as of a cut line, and nobody waits for ever.</summary>
    [Fact]
    public void OutputThatNobodyReadsEndsATerminalsProcess()
    {
        string id = _bundle.StartSleeper();
        using var files = new TemporaryDirectory();
        using (var terminal = new PseudoTerminal(_bundle.Path, 24, 80, "/bin/sh", "-c", $"{{ \"$@\"; echo $? > {files["code"]}; }} | head -n 1", "sh", Ocirun.Path, "--root", _bundle.Root, "exec", "-t", id, "busybox", "yes"))
        {
            terminal.Expect("y");
            Assert.Equal(0, terminal.End());
        }
        Assert.Equal("129\n", File.ReadAllText(files["code"]));
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>O_NONBLOCK of the caller's output, which it shares with whoever set it: a full pipe is waited for.</summary>
    [Fact]
    public void ATerminalsOutputIsWholeOnANonBlockingPipe()
    {
        string id = _bundle.StartSleeper();
        PayloadProgram.Write("caller", Path.Combine(_bundle.Work, "caller"));
        Result result = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", $"{_bundle.Work}/caller nonblock 1 -- \"$@\" | (sleep 0.3; wc -l)", "sh", Ocirun.Path, "--root", _bundle.Root, "exec", "-t", id, "busybox", "seq", "1", "50000");
        Assert.Equal((0, "50000\n", ""), (result.ExitCode, result.Output.TrimStart(), result.Error));
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>The process has ended, and its exit code is on its way: a signal changes nothing of that.</summary>
    [Fact, Needs(Program = "strace")]
    public void ASignalAtTheEndDoesNotCostTheExitCode()
    {
        string id = _bundle.StartSleeper();
        using var files = new TemporaryDirectory();
        // Each descriptor takes its time to be closed, and from the process's last moment on signals come until the command has gone.
        string script = $"strace -f -qq -o {files["trace"]} -e trace=close -e inject=close:delay_exit=30000 \"$@\" > {files["last"]} & strace=$!; "
            + $"while [ ! -s {files["last"]} ] && kill -0 $strace; do sleep 0.01; done; "
            + "while kill -0 $strace 2>/dev/null; do for pid in $(cat /proc/$strace/task/*/children 2>/dev/null); do kill -USR1 $pid 2>/dev/null; done; sleep 0.001; done; wait $strace";
        for (int round = 0; round < 5; round++)
        {
            File.Delete(files["last"]);
            Result result = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", script, "sh", Ocirun.Path, "--root", _bundle.Root, "exec", id, "sh", "-c", "trap : USR1; echo last; exit 7");
            Assert.Equal((7, ""), (result.ExitCode, result.Error));
        }
        _bundle.Good("delete", "-f", id);
    }
}
