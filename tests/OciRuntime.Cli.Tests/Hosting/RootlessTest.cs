using System.Text.Json.Nodes;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>
/// ocirun as somebody who is not root and has no capability: the user games, whose bundle and state it is. Subordinate ids are those of
/// an /etc/subuid that only these processes see.
/// </summary>
public abstract class RootlessTest : IDisposable
{
    private protected const uint Uid = 5, Gid = 60; // games, on every Debian

    private readonly TemporaryDirectory _work = new();

    private protected RootlessTest()
    {
        Id = "rootless-" + Guid.NewGuid().ToString("n")[..8];
        if (Ocirun.Missing is not null)
            return;
        try
        {
            Prepare();
        }
        catch
        {
            // Nobody disposes what was not constructed.
            _work.Dispose();
            throw;
        }
    }

    private protected string Id { get; }

    /// <summary>Shell that runs as root in the mount namespace of every ocirun, before it; $1 is the work directory.</summary>
    private protected string Before { get; set; } = "true";

    private protected string Work(string name) => _work[name];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        using (_work) // after a failure, too
        {
            if (!Directory.Exists(_work["run"]))
                return;
            try
            {
                As("delete", "-f", Id);
                Assert.Equal("", As("list", "-q").Output);
                Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(_work.Path, StringComparison.Ordinal));
            }
            catch
            {
                LastResort.Clear(Id);
                throw;
            }
        }
    }

    /// <summary>Mappings of the own id and of a thousand of the user's subordinate ones.</summary>
    private protected static void WithRange(JsonNode config)
    {
        foreach ((string name, uint id) in (ValueTuple<string, uint>[])[("uidMappings", Uid), ("gidMappings", Gid)])
        {
            config["linux"]![name] = new JsonArray(
                new JsonObject { ["containerID"] = 0, ["hostID"] = id, ["size"] = 1 },
                new JsonObject { ["containerID"] = 1, ["hostID"] = 100_000, ["size"] = 1000 });
        }
        AddCapability(config, "CAP_CHOWN");
    }

    private protected static void AddCapability(JsonNode config, string name)
    {
        foreach (string set in (string[])["bounding", "effective", "permitted"])
            config["process"]!["capabilities"]![set]!.AsArray().Add(name);
    }

    private protected static void AddMount(JsonNode config, string source, string destination, params string[] options) => config["mounts"]!.AsArray().Add(new JsonObject
    {
        ["source"] = source,
        ["destination"] = destination,
        ["options"] = new JsonArray([.. options.Select(option => (JsonNode)option)]),
    });

    private protected void Configure(string script, Action<JsonNode>? change = null)
    {
        string path = _work["bundle/config.json"];
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("sh", "-c", script);
        config["root"]!["readonly"] = false;
        change?.Invoke(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private void Prepare()
    {
        Directory.CreateDirectory(_work["run"]);
        BusyboxRoot.Make(_work["bundle/rootfs"]);
        // The command may lie where others can't go.
        File.Copy(Ocirun.Path, _work["ocirun"]);
        File.WriteAllText(_work["subids"], "games:100000:65536\n");
        Machine.Run("chown", "-R", $"{Uid}:{Gid}", _work.Path);
        Good("spec", "--rootless");
    }

    private protected string Status() => JsonNode.Parse(Good("state", Id))!["status"]!.GetValue<string>();

    private protected void Await(string status)
    {
        for (int i = 0; i < 250 && Status() != status; i++)
            Thread.Sleep(20);
        Assert.Equal(status, Status());
    }

    /// <summary>What the container printed; its failure fails the test.</summary>
    private protected string[] Lines() => Good("run", Id).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private protected string Good(params string[] arguments)
    {
        Result result = As(arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"ocirun {string.Join(' ', arguments)}: {result.Error}");
    }

    private protected Result As(params string[] arguments) => Ocirun.RunAs("unshare", _work.Path, Command(arguments));

    /// <summary>Arguments of unshare(1) that lead to an ocirun of the user's.</summary>
    private protected string[] Command(params string[] arguments)
    {
        string script = $"""
            mount --bind "$1/subids" /etc/subuid && mount --bind "$1/subids" /etc/subgid && cd "$1/bundle" || exit 99
            {Before} || exit 98
            export HOME="$1" XDG_RUNTIME_DIR="$1/run"
            shift
            exec setpriv --reuid={Uid} --regid={Gid} --clear-groups "$0" "$@"
            """;
        return ["--mount", "--propagation", "private", "sh", "-c", script, _work["ocirun"], _work.Path, .. arguments];
    }
}
