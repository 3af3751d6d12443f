using System.Text.Json.Nodes;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>A busybox bundle with ocirun's own default configuration, and a state root. Disposing fails when something is left.</summary>
public sealed class Bundle : IDisposable
{
    private readonly TemporaryDirectory _work = new();

    public Bundle()
    {
        Prefix = "cli-" + Guid.NewGuid().ToString("n")[..8] + "-";
        if (Ocirun.Missing is not null)
            return;
        BusyboxRoot.Make(System.IO.Path.Combine(Path, "rootfs"));
    }

    public string Prefix { get; }

    public string Work => _work.Path;

    public string Path => _work["bundle"];

    public string Root => _work["root"];

    public string ConfigPath => System.IO.Path.Combine(Path, "config.json");

    public string NewId() => Prefix + Guid.NewGuid().ToString("n")[..8];

    /// <summary>Writes config.json anew: no terminal, and this command.</summary>
    public void Configure(params string[] args) => Configure(_ => { }, args);

    /// <summary>The same, changed further.</summary>
    public void Configure(Action<JsonNode> change, params string[] args)
    {
        File.Delete(ConfigPath);
        Result made = Ocirun.Run(Path, "spec");
        if (made.ExitCode != 0)
            throw new InvalidOperationException(made.Error);
        JsonNode config = JsonNode.Parse(File.ReadAllText(ConfigPath))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray([.. args.Select(arg => (JsonNode)arg)]);
        change(config);
        File.WriteAllText(ConfigPath, config.ToJsonString());
    }

    /// <summary>Runs ocirun in the bundle, on this state root.</summary>
    internal Result Run(params string[] arguments) => Ocirun.Run(Path, ["--root", Root, .. arguments]);

    /// <summary>The same; failure fails the test.</summary>
    public string Good(params string[] arguments)
    {
        Result result = Run(arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"ocirun {string.Join(' ', arguments)}: exit code {result.ExitCode}: {result.Error}");
    }

    /// <summary>A container whose process sleeps.</summary>
    public string StartSleeper()
    {
        string id = NewId();
        Configure("sleep", "300");
        Good("run", "-d", id);
        return id;
    }

    /// <summary>The directory of a container in the hierarchy of a controller.</summary>
    public string Cgroup(string id, string controller)
    {
        JsonNode paths = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(Root, id, "state.json")))!["cgroupPaths"]!;
        return (paths[controller] ?? paths["unified"] ?? paths[""])!.GetValue<string>();
    }

    /// <summary>Waits for a status that must come.</summary>
    public void Await(string id, string status)
    {
        for (int i = 0; i < 500; i++)
        {
            if (JsonNode.Parse(Good("state", id))!["status"]!.GetValue<string>() == status)
                return;
            Thread.Sleep(20);
        }
        throw new TimeoutException($"container {id} is not {status}: {Good("state", id)}");
    }

    public void Dispose()
    {
        using (_work) // after a failure, too
        {
            try
            {
                if (Directory.Exists(Root))
                {
                    foreach (string id in Good("list", "-q").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                        Good("delete", "-f", id);
                }
                AssertNothingIsLeft();
            }
            catch
            {
                LastResort.Clear(Prefix);
                throw;
            }
        }
    }

    private void AssertNothingIsLeft()
    {
        IReadOnlyList<string> left = Leftovers.Of(Prefix, Work, Root);
        // Detached processes are adopted by the machine's init, which reaps them in its own time.
        for (int i = 0; i < 250 && left.Count > 0; i++)
        {
            Thread.Sleep(20);
            left = Leftovers.Of(Prefix, Work, Root);
        }
        if (left.Count > 0)
            throw new InvalidOperationException("left behind:\n" + string.Join('\n', left));
    }
}
