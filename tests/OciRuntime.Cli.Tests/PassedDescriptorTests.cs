using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>
/// What a container inherits by --preserve-fds and LISTEN_FDS is what the caller passed: with fewer open than named, the numbers would be
/// those of the runtime's own sockets, pipes and directories.
/// </summary>
public sealed class PassedDescriptorTests : IDisposable
{
    // Not the container's: 3 to 9 are open one by one in the tests.
    private const string CloseAll = "exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-; ";
    private const string Look = "ls /proc/self/fd | tr '\\n' ' '; echo L=$LISTEN_FDS; for i in 3 4 5; do cat <&$i; done 2>/dev/null";

    private readonly Bundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    /// <summary>Every hole: the first, one in the middle, the last, and a count that no process has.</summary>
    [Theory]
    [InlineData("", 7, 3)]
    [InlineData("", 1, 3)]
    [InlineData("exec 3</dev/null 4</dev/null 6</dev/null 7</dev/null; ", 5, 5)]
    [InlineData("exec 4</dev/null; ", 2, 3)]
    [InlineData("exec 3</dev/null 4</dev/null; ", 3, 5)]
    [InlineData("exec 3</dev/null; ", int.MaxValue, 4)]
    public void WhatWasNotPassedIsRefused(string open, int count, int missing)
    {
        _bundle.Configure("sh", "-c", Look);
        string words = $"--preserve-fds {count}: descriptor {missing} was not open when ocirun was started, so it was not passed";
        foreach (string verb in (string[])["run", "create"])
        {
            Result result = Shell(CloseAll + open, verb, "--preserve-fds", $"{count}", _bundle.NewId());
            Assert.Equal((1, $"runc {verb} failed: {words}"), (result.ExitCode, result.Message));
            Assert.Empty(result.Output);
        }
        string id = _bundle.StartSleeper();
        Result exec = Shell(CloseAll + open, "exec", "--preserve-fds", $"{count}", id, "sh", "-c", Look);
        Assert.Equal((255, $"exec failed: {words}"), (exec.ExitCode, exec.Message));
    }

    [Fact]
    public void ListenFdsThatWereNotPassedAreRefused()
    {
        _bundle.Configure("sh", "-c", Look);
        string id = _bundle.NewId();
        const string Words = "LISTEN_FDS 7: descriptor 3 was not open when ocirun was started, so it was not passed";
        Assert.Equal("runc run failed: " + Words, Shell(CloseAll + Listen(7), "run", id).Message);
        Assert.Equal("runc create failed: " + Words, Shell(CloseAll + Listen(7), "create", id).Message);
        Assert.Equal("exec failed: " + Words, Shell(CloseAll + Listen(7), "exec", _bundle.StartSleeper(), "true").Message);
        // Together they count on.
        _bundle.Configure("sh", "-c", Look);
        Assert.Equal(
            "runc run failed: --preserve-fds 2: descriptor 5 was not open when ocirun was started, so it was not passed",
            Shell(CloseAll + "exec 3</dev/null 4</dev/null; " + Listen(1), "run", "--preserve-fds", "2", id).Message);
    }

    /// <summary>More than one message of the kernel's holds, with numbers that the container's own limit does not reach.</summary>
    [Theory]
    [InlineData(300, 1024)]
    [InlineData(2000, 2100)]
    public void ThousandsArrive(int count, ulong limit)
    {
        _bundle.Configure(
            config => config["process"]!["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = limit, ["hard"] = limit }),
            "sh", "-c", $"ls /proc/self/fd | wc -l; readlink /proc/self/fd/3; readlink /proc/self/fd/{count + 2}; ulimit -n");
        string[] files = [Path.Combine(_bundle.Work, "first"), Path.Combine(_bundle.Work, "last")];
        foreach (string file in files)
            File.WriteAllText(file, "");
        string open = $"ulimit -Sn $(ulimit -Hn); for ((i = 3; i < {count + 2}; i++)); do eval \"exec $i<{files[0]}\"; done; eval \"exec {count + 2}<{files[1]}\"; ";
        Result result = Ocirun.RunAs("/bin/bash", _bundle.Path, "-c", open + "exec \"$0\" \"$@\"", Ocirun.Path, "--root", _bundle.Root, "run", "--preserve-fds", $"{count}", _bundle.NewId());
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal($"{count + 4}\n{files[0]}\n{files[1]}\n{limit}\n", result.Output);
    }

    [Fact]
    public void WhatWasPassedArrives()
    {
        _bundle.Configure("sh", "-c", Look);
        string files = "";
        for (int fd = 3; fd <= 5; fd++)
        {
            string path = Path.Combine(_bundle.Work, $"file{fd}");
            File.WriteAllText(path, $"{fd}\n");
            files += $"exec {fd}<{path}; ";
        }
        // The directory that ls reads takes the next number.
        const string Three = "0 1 2 3 4 5 6 L=\n3\n4\n5\n", Two = "0 1 2 3 4 5 L=1\n3\n4\n";
        Assert.Equal(Three, Shell(CloseAll + files, "run", "--preserve-fds", "3", _bundle.NewId()).Output);
        Assert.Equal(Two, Shell(CloseAll + files + Listen(1), "run", "--preserve-fds", "1", _bundle.NewId()).Output);
        // More than the count are the caller's own business, and LISTEN_FDS of another process is nobody's.
        Assert.Equal("0 1 2 3 L=\n", Shell(CloseAll + files + "export LISTEN_FDS=2 LISTEN_PID=1; ", "run", _bundle.NewId()).Output);
        string id = _bundle.StartSleeper();
        Assert.Equal(Three, Shell(CloseAll + files, "exec", "--preserve-fds", "3", id, "sh", "-c", Look).Output);
        Assert.Equal(Two, Shell(CloseAll + files + Listen(2), "exec", id, "sh", "-c", Look).Output.Replace("L=2", "L=1", StringComparison.Ordinal));
    }

    /// <summary>Descriptors of the caller above and between the passed ones, as a shell or a CI agent leaves them, do not reach a container.</summary>
    [Fact]
    public void WhatWasNotNamedStaysOut()
    {
        _bundle.Configure("sh", "-c", Look);
        Assert.Equal("0 1 2 3 L=\n", Shell("exec 3</ 4</ 9</; ", "run", _bundle.NewId()).Output);
        Assert.Equal("0 1 2 3 4 L=\n", Shell("exec 3</dev/null 4</ 9</; ", "run", "--preserve-fds", "1", _bundle.NewId()).Output);
    }

    private static string Listen(int count) => $"export LISTEN_FDS={count} LISTEN_PID=$$; ";

    private Result Shell(string before, params string[] arguments) =>
        Ocirun.RunAs("/bin/sh", _bundle.Path, ["-c", before + "exec \"$@\"", "sh", Ocirun.Path, "--root", _bundle.Root, .. arguments]);
}
