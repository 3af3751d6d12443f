using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary><c>mounts add</c> and <c>mounts remove</c>, crun's words; what the mounts are like is in LiveMountTests of Core.</summary>
public sealed class MountsTests : IClassFixture<Bundle>
{
    private const string Tmpfs = """[{ "destination": "/added", "type": "tmpfs", "source": "tmpfs", "options": ["size=1m"] }]""";

    private readonly Bundle _bundle;

    public MountsTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void AFileSaysWhatIsAddedAndRemoved()
    {
        string id = _bundle.StartSleeper(), file = Path.Combine(_bundle.Work, "mounts.json");
        string mounts = _bundle.Good("exec", id, "cat", "/proc/self/mountinfo"), state = _bundle.Good("state", id);
        Directory.CreateDirectory(Path.Combine(_bundle.Path, "volume"));
        File.WriteAllText(Path.Combine(_bundle.Path, "volume", "file"), "below the bundle\n");
        // The root is read-only: /tmp is there.
        File.WriteAllText(file, """[{ "destination": "/tmp", "type": "bind", "source": "volume", "options": ["bind", "ro"] }]""");
        Assert.Empty(_bundle.Good("mounts", "add", id, file));
        Assert.Equal("below the bundle\n", _bundle.Good("exec", id, "cat", "/tmp/file"));
        Assert.Equal(state, _bundle.Good("state", id));
        Assert.Empty(_bundle.Good("mounts", "remove", id, file));
        Assert.Equal(mounts, _bundle.Good("exec", id, "cat", "/proc/self/mountinfo"));
    }

    [Fact]
    public void MistakesAreErrorsThatNameThem()
    {
        string id = _bundle.StartSleeper(), file = Path.Combine(_bundle.Work, "bad.json");
        void Fails(string expected, string json, params string[] arguments)
        {
            File.WriteAllText(file, json);
            Result result = _bundle.Run(arguments);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        }
        Fails("mounts must be an array", "{}", "mounts", "add", id, file);
        Fails("/mounts/0/destination", "[{}]", "mounts", "add", id, file);
        Fails("1:3: not valid JSON", "[{", "mounts", "add", id, file);
        Fails("read-only file system", Tmpfs, "mounts", "add", id, file);
        Fails("nothing is mounted there", """[{ "destination": "/bin" }]""", "mounts", "remove", id, file);
        Fails("unknown command move", Tmpfs, "mounts", "move", id, file);
        Fails("container does not exist", Tmpfs, "mounts", "add", "nobody", file);
        Fails("requires exactly 3 argument(s)", Tmpfs, "mounts", "add", id);
        _bundle.Good("kill", id, "KILL");
        _bundle.Await(id, "stopped");
        Fails("container not running", Tmpfs, "mounts", "add", id, file);
    }
}

/// <summary>The same for a user who is not root.</summary>
public sealed class RootlessMountsTests : RootlessTest
{
    [Fact]
    public void OfACreatedAndOfARunningContainer()
    {
        Configure("sleep 100");
        File.WriteAllText(Work("bundle/mounts.json"), """
            [
                { "destination": "/mnt", "type": "tmpfs", "source": "tmpfs" },
                { "destination": "/mnt/bin", "type": "bind", "source": "rootfs/bin", "options": ["rbind", "ro"] }
            ]
            """);
        Good("create", Id);
        Good("mounts", "add", Id, "mounts.json");
        Good("mounts", "remove", Id, "mounts.json");
        Good("start", Id);
        Good("mounts", "add", Id, "mounts.json");
        Assert.Equal("0\n/mnt/bin/busybox\n", Good("exec", Id, "sh", "-c", "touch /mnt/made; stat -c %u /mnt/made; ls /mnt/bin/busybox"));
        Good("mounts", "remove", Id, "mounts.json");
        Assert.Equal("0\n", Good("exec", Id, "sh", "-c", "grep -c /mnt /proc/self/mountinfo || true"));
    }
}
