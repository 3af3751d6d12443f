using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary><c>events</c>: the lines that callers of runc parse.</summary>
public sealed class EventTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public EventTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void StatisticsAreOneLineWithTheNamesOfRunc()
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => Limits(config, 64 << 20), "sleep", "300");
        _bundle.Good("run", "-d", id);
        string text = _bundle.Good("events", "--stats", id);
        Assert.StartsWith($$"""{"type":"stats","id":"{{id}}","data":{"cpu":""", text);
        Assert.Equal(1, text.Count(c => c == '\n'));
        JsonObject data = JsonNode.Parse(text)!["data"]!.AsObject();
        // rdma is where the machine has a device.
        Assert.Equal(["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces"], data.Select(pair => pair.Key).Where(name => name != "rdma"));
        Assert.Null(data["network_interfaces"]); // only a loopback is in it
        Assert.True(data["cpu"]!["usage"]!["total"]!.GetValue<ulong>() > 0);
        Assert.Equal(64ul << 20, data["memory"]!["usage"]!["limit"]!.GetValue<ulong>());
        Assert.True(data["memory"]!["swap"]!["usage"]!.GetValue<ulong>() >= data["memory"]!["usage"]!["usage"]!.GetValue<ulong>() / 2);
        Assert.Equal((1ul, 20ul), (data["pids"]!["current"]!.GetValue<ulong>(), data["pids"]!["limit"]!.GetValue<ulong>()));
        Assert.NotEmpty(data["memory"]!["raw"]!.AsObject());
    }

    // The same configuration under both: whatever runc names is there, of the same kind.
    [Fact, Needs(Program = "runc")]
    public void NothingThatRuncNamesIsMissing()
    {
        string ours = _bundle.NewId(), theirs = _bundle.NewId(), root = Path.Combine(_bundle.Work, "runc");
        _bundle.Configure(config => Limits(config, 64 << 20), "sleep", "300");
        _bundle.Good("run", "-d", ours);
        JsonNode own = JsonNode.Parse(_bundle.Good("events", "--stats", ours))!;
        Result made = Ocirun.RunAs("runc", _bundle.Path, "--root", root, "run", "-d", theirs);
        Assert.True(made.ExitCode == 0, made.Error);
        try
        {
            JsonNode peer = JsonNode.Parse(Ocirun.RunAs("runc", _bundle.Path, "--root", root, "events", "--stats", theirs).Output)!;
            // Zero is left out, so what either has depends on the moment; empty objects, and those of nothing but zeros, are those of runc before 1.3.
            JsonObject memory = peer["data"]!["memory"]!.AsObject();
            foreach (string name in memory.Where(pair => pair.Value is JsonObject counter && counter.All(number => number.Value!.ToJsonString() == "0")).Select(pair => pair.Key).ToArray())
                memory.Remove(name);
            IEnumerable<string> missing = Leaves(peer, "").Except(Leaves(own, ""));
            Assert.Equal([], missing.Where(name => !name.Contains("blkio", StringComparison.Ordinal) && Path.GetFileName(name.Split(' ')[0]) is not ("usage" or "cache")));
        }
        finally
        {
            Ocirun.RunAs("runc", _bundle.Path, "--root", root, "delete", "-f", theirs);
        }
    }

    [Fact, Needs(Program = "ip")]
    public void InterfacesOfTheContainerAreCounted()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sleep", "300");
        _bundle.Good("run", "-d", id);
        int pid = JsonNode.Parse(_bundle.Good("state", id))!["pid"]!.GetValue<int>();
        using (Process made = Process.Start("nsenter", ["-t", $"{pid}", "-n", "ip", "link", "add", "eth7", "type", "veth", "peer", "name", "eth8"]))
        {
            made.WaitForExit();
            Assert.Equal(0, made.ExitCode);
        }
        JsonArray interfaces = JsonNode.Parse(_bundle.Good("events", "--stats", id))!["data"]!["network_interfaces"]!.AsArray();
        Assert.Equal(["eth7", "eth8"], interfaces.Select(one => one!["Name"]!.GetValue<string>()).Order());
        Assert.Equal(
            ["Name", "RxBytes", "RxPackets", "RxErrors", "RxDropped", "TxBytes", "TxPackets", "TxErrors", "TxDropped"], interfaces[0]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void LinesComeAtTheIntervalUntilTheContainerHasEnded()
    {
        string id = _bundle.StartSleeper();
        using var stream = new Stream(_bundle, "--interval", "50ms", id);
        stream.Await(lines => lines.Length >= 3);
        _bundle.Good("kill", id, "KILL");
        Assert.Equal(0, stream.End());
        Assert.All(stream.Lines, line => Assert.Equal("stats", line["type"]!.GetValue<string>()));
    }

    [Fact]
    public void TheFirstLineComesAfterAnInterval()
    {
        string id = _bundle.StartSleeper();
        using var stream = new Stream(_bundle, "--interval=1h", id);
        stream.AwaitWatching();
        _bundle.Good("kill", id, "KILL");
        Assert.Equal(0, stream.End());
        Assert.Empty(stream.Lines);
    }

    [Fact]
    public void MemoryThatRunsOutIsTold()
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => Limits(config, 16 << 20), "sleep", "300");
        _bundle.Good("run", "-d", id);
        using var stream = new Stream(_bundle, "--interval", "1h", id);
        stream.AwaitWatching();
        // A child dies of it, the container goes on.
        _bundle.Run("exec", id, "sh", "-c", "busybox head -c 100m /dev/zero | busybox tail > /dev/null");
        stream.Await(lines => lines.Length >= 1);
        JsonNode oom = stream.Lines[0];
        Assert.Equal($$"""{"type":"oom","id":"{{id}}"}""", oom.ToJsonString());
        _bundle.Good("kill", id, "KILL");
        Assert.Equal(0, stream.End());
    }

    [Fact]
    public void MistakesAreRuncs()
    {
        string id = _bundle.NewId();
        Assert.Equal((1, "container does not exist"), Said(_bundle.Run("events", id)));
        _bundle.Configure("true");
        _bundle.Good("run", "-d", id);
        _bundle.Await(id, "stopped");
        Assert.Equal((1, $"container with id {id} is not running"), Said(_bundle.Run("events", id)));
        Assert.Equal((1, $"container with id {id} is not running"), Said(_bundle.Run("events", "--stats", id)));
        Assert.Equal((1, "duration interval must be greater than 0"), Said(_bundle.Run("events", "--interval", "0", id)));
        Assert.Equal((1, "duration interval must be greater than 0"), Said(_bundle.Run("events", "--interval=-5s", id)));
        Assert.Equal((1, "invalid value \"5\" for flag -interval: parse error"), Said(_bundle.Run("events", "--interval", "5", id)));
        Assert.Equal((1, "ocirun: \"events\" requires exactly 1 argument(s)"), Said(_bundle.Run("events")));
    }

    private static (int Code, string Message) Said(Result result) => (result.ExitCode, result.Message);

    private static void Limits(JsonNode config, long memory)
    {
        JsonNode resources = config["linux"]!["resources"]!;
        resources["memory"] = new JsonObject { ["limit"] = memory };
        resources["pids"] = new JsonObject { ["limit"] = 20 };
    }

    private static IEnumerable<string> Leaves(JsonNode? node, string path) => node is JsonObject table
        ? table.SelectMany(pair => Leaves(pair.Value, $"{path}/{pair.Key}"))
        : [$"{path} {(node is null ? JsonValueKind.Null : node.GetValueKind())}"];

    /// <summary>A running <c>events</c> and what it has printed.</summary>
    private sealed class Stream : IDisposable
    {
        private readonly TemporaryDirectory _files = new();
        private readonly Process _process;

        public Stream(Bundle bundle, params string[] arguments) =>
            _process = Ocirun.Start(Ocirun.Path, bundle.Path, _files["out"], _files["err"], ["--root", bundle.Root, "events", .. arguments]);

        // The shell makes the file.
        public JsonNode[] Lines => !File.Exists(_files["out"]) ? [] : [.. File.ReadAllText(_files["out"]).Split('\n')[..^1].Select(line => JsonNode.Parse(line)!)];

        public void Await(Func<JsonNode[], bool> enough)
        {
            for (int i = 0; i < 1500 && !enough(Lines); i++)
            {
                Assert.False(_process.HasExited, "events has ended");
                Thread.Sleep(20);
            }
            Assert.True(enough(Lines));
        }

        // What tells it that memory ran out is there.
        public void AwaitWatching()
        {
            for (int i = 0; i < 1500 && !Descriptors().Any(target => target.Contains("[eventfd]", StringComparison.Ordinal) || target.Contains("inotify", StringComparison.Ordinal)); i++)
                Thread.Sleep(20);
        }

        private List<string> Descriptors() => [.. Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Select(path => new FileInfo(path).LinkTarget ?? string.Empty)];

        public int End()
        {
            Assert.True(_process.WaitForExit(30_000));
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
            _files.Dispose();
        }
    }
}
