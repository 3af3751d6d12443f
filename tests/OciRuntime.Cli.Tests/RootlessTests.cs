using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>
/// ocirun as somebody who is not root and has no capability: the user games, whose bundle and state it is. Subordinate ids are those of
/// an /etc/subuid that only these processes see.
/// </summary>
public sealed class RootlessTests : IDisposable
{
    private const uint Uid = 5, Gid = 60; // games, on every Debian

    private readonly TemporaryDirectory _work = new();
    private readonly string _id = "rootless-" + Guid.NewGuid().ToString("n")[..8];

    public RootlessTests()
    {
        if (Ocirun.Missing is not null)
            return;
        foreach (string directory in (string[])["run", "bundle/rootfs/bin", "bundle/rootfs/dev", "bundle/rootfs/proc", "bundle/rootfs/sys", "bundle/rootfs/tmp"])
            Directory.CreateDirectory(_work[directory]);
        File.Copy("/bin/busybox", _work["bundle/rootfs/bin/busybox"]);
        foreach (string applet in (string[])["sh", "id", "cat", "ls", "touch", "sleep", "stat", "chown", "hostname", "mount", "grep"])
            File.CreateSymbolicLink(_work["bundle/rootfs/bin/" + applet], "busybox");
        // The command may lie where others can't go.
        File.Copy(Ocirun.Path, _work["ocirun"]);
        File.WriteAllText(_work["subids"], "games:100000:65536\n");
        Machine.Run("chown", "-R", $"{Uid}:{Gid}", _work.Path);
        As("spec", "--rootless");
    }

    public void Dispose()
    {
        if (Directory.Exists(_work["run"]))
        {
            As("delete", "-f", _id);
            Assert.Equal("", As("list", "-q").Output);
            Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(_work.Path, StringComparison.Ordinal));
        }
        _work.Dispose();
    }

    [OcirunFact]
    public void TheDefaultOfSpecRootlessRuns()
    {
        Configure("id -u; id -g; cat /proc/self/uid_map; ls /dev; ls -d /sys/kernel; hostname; touch /tmp/made");
        Result result = As("run", _id);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = result.Output.Split('\n');
        Assert.Equal(["0", "0"], lines[..2]);
        Assert.Equal($"0 {Uid} 1", string.Join(' ', lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Subset(lines.ToHashSet(), new HashSet<string> { "null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "/sys/kernel" });
        // A file that root of the container makes is the user's.
        Assert.Equal($"{Uid} {Gid}", Machine.Run("stat", "-c", "%u %g", _work["bundle/rootfs/tmp/made"]).Trim());
    }

    [OcirunFact]
    public void CreateStartExecKillDelete()
    {
        Configure("sleep 100");
        Good("create", _id);
        Assert.Equal("created", Status());
        Good("start", _id);
        Assert.Equal("running", Status());
        Assert.Equal("0\n", Good("exec", _id, "id", "-u"));
        Good("kill", _id, "KILL");
        for (int i = 0; i < 250 && Status() != "stopped"; i++)
            Thread.Sleep(20);
        Assert.Equal("stopped", Status());
        Good("delete", _id);
    }

    [OcirunFact]
    public void LimitsAreRefusedWithAReasonOrIgnoredWhenNobodyCanSetThem()
    {
        Configure("id -u", config => config["linux"]!["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 64 << 20 } });
        Result result = As("run", _id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("cgroup", result.Error, StringComparison.Ordinal);
    }

    [RootlessToolsFact]
    public void SubordinateIdsAreMappedByNewuidmap()
    {
        Configure("cat /proc/self/uid_map; cat /proc/self/gid_map; touch /tmp/made; chown 7:8 /tmp/made", WithRange);
        Result result = As("run", _id);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal([$"0 {Uid} 1", "1 100000 1000", $"0 {Gid} 1", "1 100000 1000"], lines);
        Assert.Equal("100006 100007", Machine.Run("stat", "-c", "%u %g", _work["bundle/rootfs/tmp/made"]).Trim());
    }

    [RootlessToolsFact]
    public void IdsOfOthersAreRefusedInTheToolsWords()
    {
        Configure("id", config =>
        {
            WithRange(config);
            config["linux"]!["uidMappings"]![1]!["hostID"] = 200_000;
        });
        Result result = As("run", _id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/linux/uidMappings", result.Error, StringComparison.Ordinal);
        Assert.Contains("newuidmap: uid range", result.Error, StringComparison.Ordinal);
    }

    private static void WithRange(JsonNode config)
    {
        foreach ((string name, uint id) in (ValueTuple<string, uint>[])[("uidMappings", Uid), ("gidMappings", Gid)])
        {
            config["linux"]![name] = new JsonArray(
                new JsonObject { ["containerID"] = 0, ["hostID"] = id, ["size"] = 1 },
                new JsonObject { ["containerID"] = 1, ["hostID"] = 100_000, ["size"] = 1000 });
        }
        foreach (string set in (string[])["bounding", "effective", "permitted"])
            config["process"]!["capabilities"]![set]!.AsArray().Add("CAP_CHOWN");
    }

    private void Configure(string script, Action<JsonNode>? change = null)
    {
        string path = _work["bundle/config.json"];
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("sh", "-c", script);
        config["root"]!["readonly"] = false;
        change?.Invoke(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private string Status() => JsonNode.Parse(Good("state", _id))!["status"]!.GetValue<string>();

    private string Good(params string[] arguments)
    {
        Result result = As(arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"ocirun {string.Join(' ', arguments)}: {result.Error}");
    }

    private Result As(params string[] arguments)
    {
        string script = $"""
            mount --bind "$1/subids" /etc/subuid && mount --bind "$1/subids" /etc/subgid && cd "$1/bundle" || exit 99
            export HOME="$1" XDG_RUNTIME_DIR="$1/run"
            shift
            exec setpriv --reuid={Uid} --regid={Gid} --clear-groups "$0" "$@"
            """;
        return Ocirun.RunAs("unshare", _work.Path, ["--mount", "--propagation", "private", "sh", "-c", script, _work["ocirun"], _work.Path, .. arguments]);
    }
}

/// <summary>A fact for ocirun with newuidmap and newgidmap.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootlessToolsFactAttribute : FactAttribute
{
    public RootlessToolsFactAttribute() => Skip = Ocirun.Missing ?? (Machine.FindProgram("newuidmap") is null ? "newuidmap is not installed" : null);
}
