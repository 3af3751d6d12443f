using System.Text.Json;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>Limits and settings of the caller: they mean nothing to the runtime's insides, or the error names them.</summary>
public sealed class CallerLimitsTests : IDisposable
{
    private readonly Bundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    [Theory]
    [InlineData("DOTNET_DbgEnableMiniDump=1")]
    [InlineData("DOTNET_GCHeapHardLimit=1")]
    [InlineData("DOTNET_GCHeapAffinitizeMask=0")]
    [InlineData("DOTNET_GCgen0size=ffffffffffff")]
    [InlineData("DOTNET_GCName=/nowhere.so")]
    [InlineData("COMPlus_DbgEnableMiniDump=1")]
    [InlineData("COMPlus_GCHeapHardLimit=1")]
    public void SettingsOfDotnetMeanNothing(string setting)
    {
        _bundle.Configure("echo", "ran");
        Result result = Limited($"export {setting}", "run", _bundle.NewId());
        Assert.Equal((0, "ran\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    /// <summary>A soft limit that select(2) users are given is not the runtime's, and is that of the container and of hooks all the same.</summary>
    [Fact]
    public void ASoftLimitOfOpenFilesIsForTheContainer()
    {
        string seen = Path.Combine(_bundle.Work, "hook");
        _bundle.Configure(
            config =>
            {
                config["process"]!.AsObject().Remove("rlimits");
                config["hooks"] = JsonNode.Parse($$"""{"createRuntime":[{"path":"/bin/sh","args":["sh","-c","ulimit -Sn > {{seen}}"]}]}""");
            },
            "sh", "-c", "ulimit -Sn; ulimit -Hn");
        Result result = Limited("ulimit -Sn 20; ulimit -Hn 5000", "run", _bundle.NewId());
        Assert.Equal((0, "20\n5000\n"), (result.ExitCode, result.Output));
        Assert.Equal("20\n", File.ReadAllText(seen));
        string id = _bundle.NewId();
        _bundle.Configure(config => config["process"]!.AsObject().Remove("rlimits"), "sleep", "300");
        _bundle.Good("run", "-d", id);
        Assert.Equal("20\n", Limited("ulimit -Sn 20; ulimit -Hn 5000", "exec", id, "sh", "-c", "ulimit -Sn").Output);
    }

    /// <summary>At each number of descriptors from none on it works, or the error says whose limit it was.</summary>
    [Fact]
    public void AHardLimitOfOpenFilesIsNamed()
    {
        // A hard limit of the configuration above the caller's would be an error of its own.
        string sleeper = _bundle.NewId();
        _bundle.Configure(config => config["process"]!.AsObject().Remove("rlimits"), "sleep", "300");
        _bundle.Good("run", "-d", sleeper);
        _bundle.Configure(config => config["process"]!.AsObject().Remove("rlimits"), "true");
        int failed = 0;
        for (int limit = 0; limit < 40; limit++)
        {
            string set = $"ulimit -n {limit}";
            foreach (Result result in (Result[])[Limited(set, "run", _bundle.NewId()), Limited(set, "exec", sleeper, "true"), Limited(set, "list"), Limited(set, "state", sleeper)])
            {
                if (result.ExitCode == 0)
                    continue;
                failed++;
                Assert.Contains("too many open files", result.Message, StringComparison.Ordinal);
                Assert.Contains("(ulimit -n)", result.Message, StringComparison.Ordinal);
            }
        }
        Assert.InRange(failed, 8, 120);
        Assert.Contains("the limit of open files (ulimit -n) is 3", Limited("ulimit -n 3", "run", _bundle.NewId()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TooLittleAddressSpaceIsSaid()
    {
        int failed = 0;
        // Below the size of the program itself the kernel ends it before its first instruction.
        for (int kilobytes = 8_000; kilobytes < 80_000; kilobytes += 4_000)
        {
            Result result = Limited($"ulimit -v {kilobytes}", "features");
            if (result.ExitCode == 0)
                continue;
            failed++;
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("(ENOMEM): the address space limit (ulimit -v) is too small", result.Message, StringComparison.Ordinal);
        }
        Assert.InRange(failed, 1, 17);
    }

    /// <summary>EAGAIN wherever it comes: no thread for the .NET runtime, none for signals, no process for the helper or the container.</summary>
    [Fact]
    public void NoProcessLeftIsSaid()
    {
        string sleeper = _bundle.StartSleeper();
        _bundle.Configure("true");
        string log = Path.Combine(_bundle.Work, "log.json");
        Assert.Equal(1, InPids(1, "list").ExitCode);
        Assert.Equal(255, InPids(1, "exec", sleeper, "true").ExitCode);
        for (int most = 1; most <= 6; most++)
        {
            foreach (Result result in (Result[])[InPids(most, "run", _bundle.NewId()), InPids(most, "exec", sleeper, "true")])
            {
                if (result.ExitCode == 0)
                    continue;
                Assert.True(most < 6, "six are enough");
                Assert.Contains("EAGAIN", result.Message, StringComparison.Ordinal);
                Assert.Contains("pids.max", result.Message, StringComparison.Ordinal);
            }
        }
        Result logged = InPids(1, "--log", log, "--log-format=json", "list");
        using JsonDocument line = JsonDocument.Parse(File.ReadAllText(log));
        string message = line.RootElement.GetProperty("msg").GetString()!;
        Assert.StartsWith("the .NET runtime could not start: resource temporarily unavailable (EAGAIN): pids.max", message, StringComparison.Ordinal);
        Assert.Equal(message + "\n", logged.Error);
    }

    /// <summary>A limit of file sizes is an error that undoes what was begun, not SIGXFSZ in the middle of it.</summary>
    [Fact]
    public void ALimitOfFileSizesIsNamed()
    {
        _bundle.Configure("true");
        Result result = Limited("ulimit -f 4", "run", _bundle.NewId());
        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("write: file too large (the file size limit (ulimit -f) is too small)", result.Message, StringComparison.Ordinal);
        Assert.Empty(_bundle.Good("list", "-q"));
    }

    private Result Limited(string limit, params string[] arguments) =>
        Ocirun.RunAs("/bin/sh", _bundle.Path, ["-c", limit + "; exec \"$@\"", "sh", Ocirun.Path, "--root", _bundle.Root, .. arguments]);

    private Result InPids(int most, params string[] arguments) => PidsCgroup.Run(_bundle, most, arguments);
}
