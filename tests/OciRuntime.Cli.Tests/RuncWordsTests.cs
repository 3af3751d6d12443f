using System.Text.Json;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>The lines of failures that runc knows too, whole: the core says the same in other words.</summary>
public sealed class RuncWordsTests(Bundle bundle) : IClassFixture<Bundle>
{
    private const string NoTerminal = "cannot allocate tty if runc will detach without setting console socket";
    private const string NoSocket = "cannot use console socket if runc will not detach or allocate tty";

    [OcirunFact]
    public void OfAContainerThatIsNotAsTheVerbNeedsIt()
    {
        string id = bundle.StartSleeper();
        Says("container not paused", "resume", id);
        Says("--parent-path must be relative", "checkpoint", "--parent-path", "/first", id);
        Says($"invalid --parent-path: {bundle.Work}/second/first is not a directory", "checkpoint", "--image-path", bundle.Work + "/second", "--parent-path", "first", id);
        bundle.Good("pause", id);
        Says("container not running", "pause", id);
        Says("cannot start a paused container", "start", id);
        Says($"cannot delete container {id} that is not stopped: paused", "delete", id);
        bundle.Good("resume", id);
        bundle.Good("kill", id, "KILL");
        bundle.Await(id, "stopped");
        Says("container not running", "resume", id);
        Says("Container cannot be checkpointed in stopped state", "checkpoint", id);
        bundle.Good("delete", id);
        bundle.Good("create", id);
        Says("container not paused", "resume", id);
        Says("Container cannot be checkpointed in created state", "checkpoint", id);
        bundle.Good("delete", "-f", id);
    }

    [OcirunFact]
    public void OfAProcessThatCantBeAdded()
    {
        string id = bundle.StartSleeper(), file = Path.Combine(bundle.Work, "process.json"), program = Path.Combine(bundle.Path, "rootfs/bin/plain");
        File.WriteAllText(file, """{"cwd":"/"}""");
        File.WriteAllText(program, "no program");
        Exec("/args: process args cannot be empty", "--process", file, id);
        Exec(NoSocket, "--console-socket", "/nowhere", id, "true");
        Exec(NoSocket, "--tty", "--console-socket", "/nowhere", id, "true");
        const string Starting = "unable to start container process: ";
        Exec(Starting + "exec: \"/etc\": is a directory: permission denied", id, "/etc");
        Exec(Starting + "exec: \"plain\": permission denied", id, "plain");
        Exec(Starting + "exec: \"/bin/sh/x\": stat /bin/sh/x: not a directory", id, "/bin/sh/x");
        Exec(Starting + "exec: \"\": executable file not found in $PATH", id, "");
        Exec(Starting + "chdir to cwd (\"/nowhere\") set in config.json failed: no such file or directory (/process/cwd)", "--cwd", "/nowhere", id, "true");
        File.Delete(program);
        bundle.Good("delete", "-f", id);

        void Exec(string line, params string[] arguments) => Says(255, "exec failed: " + line, "exec", arguments);
    }

    [OcirunFact]
    public void OfAConfigurationThatCantBeRun()
    {
        string id = bundle.NewId(), other = Directory.CreateDirectory(Path.Combine(bundle.Work, "empty")).FullName;
        bundle.Configure("true");
        Says($"runc create failed: {NoSocket}", "create", "--console-socket", "/nowhere", id);
        Says($"runc create failed: JSON specification file {other}/config.json not found", "create", "-b", other, id);
        Says($"runc run failed: unable to start container process: JSON specification file {other}/other.json not found", "run", "-f", other + "/other.json", id);
        Says(
            $"runc run failed: unable to start container process: JSON specification file {other}/config.json not found (a bundle is a directory with config.json and the root filesystem; `ocirun spec` or New-OciBundle makes one)",
            "run", "-f", other + "/config.json", id);
        bundle.Configure(config => config["linux"]!["cgroupsPath"] = "a:b:c", "true");
        Says(
            "runc create failed: linux.cgroupsPath \"a:b:c\" is of systemd's form slice:prefix:name, and the cgroup manager is cgroupfs (/linux/cgroupsPath: "
            + "use the systemd manager (--systemd-cgroup), let the engine use cgroupfs (Docker: --exec-opt native.cgroupdriver=cgroupfs), or give a path such as /web/1)",
            "create", id);
        bundle.Configure(config => config["linux"]!["cgroupsPath"] = "/a/b", "true");
        Says(
            "runc create failed: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/a/b\" instead (/linux/cgroupsPath: "
            + "use the cgroupfs manager (without --systemd-cgroup), or give for example system.slice:runc:web1)",
            "--systemd-cgroup", "create", id);
        bundle.Configure(config => config["linux"]!["resources"]!["memory"] = new JsonObject { ["limit"] = 4096 }, "true");
        Says("runc create failed: container init was OOM-killed (memory limit too low?)", "create", id);
    }

    [OcirunFact]
    public void OfADirectoryWithoutAState()
    {
        string id = bundle.NewId();
        Directory.CreateDirectory(Path.Combine(bundle.Root, id));
        Says($"the state of container {id} is incomplete or unreadable (a forced delete clears it)", "state", id);
        bundle.Good("delete", "-f", id);
    }

    /// <summary>Lines that callers compare as a whole end as runc's: what to do is one before.</summary>
    [OcirunFact]
    public void HintsOfThemAreInTheLog()
    {
        bundle.Configure(config => config["process"]!["terminal"] = true, "sh");
        string log = Path.Combine(bundle.Work, "hints.log");
        Assert.Equal(1, bundle.Run("--debug", "--log", log, "--log-format", "json", "create", bundle.NewId()).ExitCode);
        IEnumerable<(string?, string?)> lines = File.ReadLines(log).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("level").GetString(), line.GetProperty("msg").GetString()));
        Assert.Equal([("info", "pass a console socket, or set process.terminal to false"), ("error", "runc create failed: " + NoTerminal)], lines.TakeLast(2));
    }

    private void Says(string line, string verb, params string[] arguments) => Says(1, line, verb, arguments);

    private void Says(int code, string line, string verb, string[] arguments)
    {
        Result result = bundle.Run([verb, .. arguments]);
        Assert.Equal((code, line), (result.ExitCode, result.Message));
    }
}
