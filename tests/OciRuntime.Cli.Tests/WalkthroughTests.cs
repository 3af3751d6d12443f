using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>The walk of runc's README, with ocirun in its place.</summary>
public sealed class WalkthroughTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public WalkthroughTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void RunOfTheDefaultSpecGivesAShell()
    {
        string id = _bundle.NewId();
        File.Delete(_bundle.ConfigPath);
        Assert.Equal(0, Ocirun.Run(_bundle.Path, "spec").ExitCode);
        using var terminal = new PseudoTerminal(_bundle.Path, 31, 97, Ocirun.Path, "--root", _bundle.Root, "run", id);
        terminal.Expect("# ");
        terminal.Type("echo $((40 + 2))-$(tty); stty size\n");
        terminal.Expect("42-/dev/pts/0");
        terminal.Expect("31 97");
        terminal.Resize(20, 60);
        terminal.Type("sleep 0.2; stty size; id -u\n");
        terminal.Expect("20 60");
        terminal.Type("exit 7\n");
        Assert.Equal(7, terminal.End());
        Assert.Empty(_bundle.Good("list", "-q"));
    }

    [Fact]
    public void CreateStartWaitDelete()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sleep", "1");
        _bundle.Good("create", id);
        Assert.Equal("created", Listed(id));
        _bundle.Good("start", id);
        Assert.Equal("running", Listed(id));
        _bundle.Await(id, "stopped");
        Assert.Equal("stopped", Listed(id));
        _bundle.Good("delete", id);
        Assert.Empty(_bundle.Good("list", "-q"));
    }

    [Fact]
    public void ASupervisorReadsThePidFileAndWaits()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "sleep 0.5; exit 9");
        string pidFile = Path.Combine(_bundle.Work, "pid");
        using (new Subreaper())
        {
            _bundle.Good("run", "-d", "--pid-file", pidFile, id);
            string text = File.ReadAllText(pidFile);
            Assert.Matches("^[1-9][0-9]*$", text);
            Assert.Equal(text, JsonNode.Parse(_bundle.Good("state", id))!["pid"]!.ToString());
            // Nothing of ours stands between: the orphan is the supervisor's child.
            Assert.Equal(9, Subreaper.Wait(int.Parse(text)));
        }
        _bundle.Good("delete", id);
        Assert.Empty(_bundle.Good("list", "-q"));
    }

    [Fact]
    public void OutputGoesToTheCallersStreams()
    {
        _bundle.Configure("sh", "-c", "echo out; echo err >&2; ls /proc/self/fd");
        Result result = _bundle.Run("run", _bundle.NewId());
        Assert.Equal(0, result.ExitCode);
        // 3 is the directory that ls itself reads.
        Assert.Equal("out\n0\n1\n2\n3\n", result.Output);
        Assert.Equal("err\n", result.Error);
    }

    private string Listed(string id) => Assert.Single(
        _bundle.Good("list").Split('\n'), line => line.StartsWith(id + " ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];
}
