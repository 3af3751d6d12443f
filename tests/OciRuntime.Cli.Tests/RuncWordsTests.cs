using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>The lines of failures that runc knows too, whole: the core says the same in other words.</summary>
public sealed class RuncWordsTests(Bundle bundle) : IClassFixture<Bundle>
{
    private const string NoTerminal = "cannot allocate tty if runc will detach without setting console socket";
    private const string NoSocket = "cannot use console socket if runc will not detach or allocate tty";

    [Fact]
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

    [Fact]
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

    [Fact]
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
            "runc create failed: linux.cgroupsPath \"a:b:c\" has systemd's form slice:prefix:name, but the cgroup manager is cgroupfs (/linux/cgroupsPath: "
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

    [Fact]
    public void OfPartsOfAConfigurationThatDoNotGoTogether()
    {
        Refuses("/ociVersion: unknown version specified: expected 1.x, found \"2.0.0\"", config => config["ociVersion"] = "2.0.0");
        Refuses("/process: process property must not be empty", config => config["process"] = null);
        const string AddUts = " (add {\"type\": \"uts\"} to /linux/namespaces, or remove ";
        Refuses("/hostname: unable to set hostname without a private UTS namespace" + AddUts + "hostname)", config => Drop(config, "uts")["hostname"] = "h");
        Refuses("/domainname: unable to set domainname without a private UTS namespace" + AddUts + "domainname)", config => (Drop(config, "uts")["hostname"], config["domainname"]) = (null, "d"));
        Refuses("/linux/uidMappings: user namespace mappings specified, but user namespace isn't enabled in the config", config => config["linux"]!["uidMappings"] = Json("""[{"containerID":0,"hostID":0,"size":1}]"""));
        const string Offsets = """{"monotonic":{"secs":1}}""";
        Refuses("/linux/timeOffsets: time namespace offsets specified, but time namespace isn't enabled in the config", config => Drop(config, "time")["linux"]!["timeOffsets"] = Json(Offsets));
        Refuses("/linux/timeOffsets: both a time namespace path and time offsets are specified; only one is possible", config =>
        {
            Drop(config, "time")["linux"]!["timeOffsets"] = Json(Offsets);
            config["linux"]!["namespaces"]!.AsArray().Add(Json("""{"type":"time","path":"/proc/self/ns/time"}"""));
        });
        Refuses("/linux/maskedPaths: unable to restrict sys entries without a private MNT namespace", config => Drop(config, "mount")["linux"]!["maskedPaths"] = Json("""["/a"]"""));
        Refuses("/linux/netDevices: unable to move network devices without a network namespace", config => Drop(config, "network")["linux"]!["netDevices"] = Json("""{"a0":{}}"""));
        Refuses("/linux/resources/memory/swap: memory+swap limit should be >= memory limit 7000, found 5000", config => config["linux"]!["resources"]!["memory"] = Json("""{"limit":7000,"swap":5000}"""));
        Refuses("/mounts/0: id-mapped mounts must have both uid and gid mappings specified", config => config["mounts"]![0]!["uidMappings"] = Json("""[{"containerID":0,"hostID":0,"size":1}]"""));
        Refuses("/mounts/0: id-mapped mounts are only supported for bind-mounts", config => config["mounts"]![0]!["options"] = Json("""["idmap"]"""));
        Refuses("/linux/sysctl/kernel.msgmax: sysctl \"kernel.msgmax\" is not allowed in the hosts ipc namespace", config => Sysctl(Drop(config, "ipc"), "kernel.msgmax"));
        Refuses("/linux/sysctl/net~1ipv4~1a.b: sysctl \"net.ipv4.a/b\" not allowed in host network namespace", config => Sysctl(Drop(config, "network"), "net/ipv4/a.b"));
        Refuses("/linux/sysctl/user.max_a: setting ucounts without a user namespace not allowed: user.max_a", config => Sysctl(Drop(config, "user"), "user.max_a"));
        Refuses("/linux/sysctl/kernel.hostname: sysctl \"kernel.hostname\" is not allowed as it conflicts with the OCI \"hostname\" field", config => Sysctl(config, "kernel.hostname"));
        Refuses("/linux/sysctl/vm.swappiness: sysctl \"vm.swappiness\" is not in a separate kernel namespace", config => Sysctl(config, "vm.swappiness"));
    }

    /// <summary>What shows only when the machine is looked at: the lines have no name of a file.</summary>
    [Fact]
    public void OfAConfigurationThatDoesNotGoWithTheMachine()
    {
        Plans(
            "\"/proc/a\" cannot be mounted because it is inside /proc ("
            + "cpuinfo, diskstats, meminfo, stat, swaps, uptime, loadavg, slabinfo, sys/kernel/ns_last_pid and sys/crypto/fips_enabled may be)",
            config => config["mounts"]![0]!["destination"] = "/proc/a");
        const string OfTheHost = "the namespace that linux.namespaces joins is the host's)";
        Plans("unable to set hostname without a private UTS namespace (the uts " + OfTheHost[4..], config => Join(config, "uts")["hostname"] = "not-the-hosts");
        Plans(": sysctl \"kernel.msgmax\" is not allowed in the hosts ipc namespace (" + OfTheHost, config => Sysctl(Join(config, "ipc"), "kernel.msgmax"));
        bundle.Configure(config => config["linux"]!["cgroupsPath"] = "other:a:b", "true");
        Says("runc create failed: linux.cgroupsPath: invalid slice name: other (/linux/cgroupsPath: a name such as machine.slice, or a-b.slice inside of a.slice)", "--systemd-cgroup", "create", bundle.NewId());
    }

    [Fact]
    public void OfWordsThatCriuDoesNotKnow()
    {
        string id = bundle.StartSleeper();
        Says("invalid manage-cgroups-mode value: hard is not soft, full, strict or ignore", "checkpoint", "--manage-cgroups-mode", "hard", id);
        Says("invalid network-lock value: hard is not iptables, nftables or skip", "checkpoint", "--network-lock", "hard", id);
        bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void OfWhatIsOnlyWarnedOf()
    {
        bundle.Configure(config => (config["process"]!["capabilities"], config["process"]!["noNewPrivileges"]) = (Json("""{"bounding":["CAP_FANTASY","CAP_KILL"]}"""), true), "true");
        string[] unknown = ["ignoring unknown or unavailable capabilities: [CAP_FANTASY]"];
        Assert.Equal(unknown, Warnings("run", bundle.NewId()));
        Assert.Contains("warning: " + unknown[0], bundle.Good("create", "--dry-run", bundle.NewId()), StringComparison.Ordinal);
        bundle.Configure(config => Drop(config, "pid"), "true");
        string[] unbound =
        [
            "Creating a rootless container with no cgroup and no private pid namespace. "
            + "Such configuration is strongly discouraged (as it is impossible to properly kill all container's processes)",
        ];
        Assert.Contains("warning: " + unbound[0], bundle.Good("--rootless", "true", "--cgroup-manager", "disabled", "create", "--dry-run", bundle.NewId()), StringComparison.Ordinal);
    }

    [Fact]
    public void OfADirectoryWithoutAState()
    {
        string id = bundle.NewId();
        Directory.CreateDirectory(Path.Combine(bundle.Root, id));
        Says($"the state of container {id} is incomplete or unreadable (a forced delete clears it)", "state", id);
        bundle.Good("delete", "-f", id);
    }

    /// <summary>Lines that callers compare as a whole end as runc's: what to do is one before.</summary>
    [Fact]
    public void HintsOfThemAreInTheLog()
    {
        bundle.Configure(config => config["process"]!["terminal"] = true, "sh");
        string log = Path.Combine(bundle.Work, "hints.log");
        Assert.Equal(1, bundle.Run("--debug", "--log", log, "--log-format", "json", "create", bundle.NewId()).ExitCode);
        IEnumerable<(string?, string?)> lines = File.ReadLines(log).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("level").GetString(), line.GetProperty("msg").GetString()));
        Assert.Equal([("info", "pass a console socket, or set process.terminal to false"), ("error", "runc create failed: " + NoTerminal)], lines.TakeLast(2));
    }

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private static JsonNode Drop(JsonNode config, string type)
    {
        JsonArray namespaces = config["linux"]!["namespaces"]!.AsArray();
        foreach (JsonNode? ns in namespaces.Where(ns => ns!["type"]!.GetValue<string>() == type).ToList())
            namespaces.Remove(ns);
        return config;
    }

    private static JsonNode Join(JsonNode config, string type)
    {
        Drop(config, type)["linux"]!["namespaces"]!.AsArray().Add(Json($$"""{"type":"{{type}}","path":"/proc/self/ns/{{type}}"}"""));
        return config;
    }

    private static void Sysctl(JsonNode config, string name) => config["linux"]!["sysctl"] = new JsonObject { [name] = "1" };

    private string[] Warnings(params string[] arguments)
    {
        Result result = bundle.Run(arguments);
        Assert.Equal(0, result.ExitCode);
        return [.. Regex.Matches(result.Error, "level=warning msg=\"(.*)\"").Select(match => match.Groups[1].Value)];
    }

    private void Refuses(string problem, Action<JsonNode> change)
    {
        bundle.Configure(change, "true");
        Says("runc create failed: config.json: " + problem, "create", bundle.NewId());
    }

    private void Plans(string problem, Action<JsonNode> change)
    {
        bundle.Configure(change, "true");
        Result result = bundle.Run("create", bundle.NewId());
        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith(problem, result.Message, StringComparison.Ordinal);
        Assert.StartsWith("runc create failed: /", result.Message, StringComparison.Ordinal);
    }

    private void Says(string line, string verb, params string[] arguments) => Says(1, line, verb, arguments);

    private void Says(int code, string line, string verb, string[] arguments)
    {
        Result result = bundle.Run([verb, .. arguments]);
        Assert.Equal((code, line), (result.ExitCode, result.Message));
    }
}
