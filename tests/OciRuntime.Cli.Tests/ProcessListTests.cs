using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>ocirun ps: ps(1)'s table of the container's processes, with the options that follow the id.</summary>
public sealed class ProcessListTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public ProcessListTests(Bundle bundle) => _bundle = bundle;

    [Fact, Needs(Program = "ps")]
    public void TheTableIsThatOfPs()
    {
        string id = _bundle.StartSleeper();
        int pid = JsonNode.Parse(_bundle.Good("state", id))!["pid"]!.GetValue<int>();
        string[] lines = _bundle.Good("ps", id).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal(["UID", "PID", "PPID"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]);
        Assert.Contains(pid.ToString(), lines[1], StringComparison.Ordinal);
        Assert.EndsWith("sleep 300", lines[1], StringComparison.Ordinal);
        Assert.Equal([$"PID COMMAND", $"{pid} sleep"], _bundle.Good("ps", id, "-e", "-o", "pid,comm").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()));
        Assert.Equal($"[{pid}]\n", _bundle.Good("ps", "-f", "json", id));
        Assert.Equal("couldn't find PID field in ps output", _bundle.Run("ps", id, "-e", "-o", "comm").Message);
        Result wrong = _bundle.Run("ps", id, "--nonsense");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("exit status 1", wrong.Message, StringComparison.Ordinal);
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>More than a pipe holds, and more than an error's end.</summary>
    [Fact, Needs(Program = "ps")]
    public void ALongTableIsWhole()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "for i in $(seq 44); do sleep 300 & done; wait");
        _bundle.Good("run", "-d", id);
        int count = 0;
        for (int i = 0; i < 500 && count < 45; i++)
            count = JsonNode.Parse(_bundle.Good("ps", "-f", "json", id))!.AsArray().Count;
        Assert.Equal(count + 1, _bundle.Good("ps", id, "-e", "-o", "pid,args,cgroup,environ").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void WithoutPsThePidsAreThereAsJson()
    {
        string id = _bundle.StartSleeper();
        Result result = Ocirun.RunAs(
            "unshare", _bundle.Path, "--mount", "--propagation", "private", "sh", "-c",
            "IFS=:; for i in $PATH /bin /usr/bin /usr/local/bin; do [ ! -e $i/ps ] || mount --bind /dev/null $i/ps; done; exec \"$@\"", "sh", Ocirun.Path, "--root", _bundle.Root, "ps", id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("ps", result.Message, StringComparison.Ordinal);
        Assert.Matches("^\\[[0-9]+\\]\n$", _bundle.Good("ps", "-f", "json", id));
        _bundle.Good("delete", "-f", id);
    }
}
