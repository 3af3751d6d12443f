using System.Text.RegularExpressions;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>
/// Every option of every command, as its help lists them, with values that are no such thing: each run ends, with success or one line
/// of words for people, and nothing of the machine is changed by it.
/// </summary>
public sealed partial class OptionValueTests : IDisposable
{
    // An empty one is no number, for runc neither.
    private static readonly string[] s_numbers = ["preserve-fds", "additional-gids", "blkio-weight", "pids-limit"];

    private readonly Bundle _bundle = new();
    private string? _running;
    private string? _configured;

    public void Dispose() => _bundle.Dispose();

    public static TheoryData<string> Commands => new("create", "delete", "exec", "features", "kill", "list", "pause", "ps", "resume", "run", "spec", "start", "state", "update");

    [Theory]
    [MemberData(nameof(Commands))]
    public void AnEmptyValueIsNone(string command)
    {
        foreach (string option in OptionsOf(command))
        {
            Result result = Try(command, "--" + option, "");
            if (Array.IndexOf(s_numbers, option) >= 0)
                Assert.Equal((1, $"invalid value \"\" for flag -{option}: parse error"), (result.ExitCode, result.Message));
            else
                Assert.True(result.ExitCode == 0, $"{command} --{option} '': {result.Error}");
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void AnyOtherFileIsAnErrorInWords(string command)
    {
        OddFiles();
        foreach (string option in OptionsOf(command))
        {
            foreach (string value in OddFiles())
                AssertWords(Try(command, "--" + option, value), $"{command} --{option} {value}");
        }
        AssertSameFiles();
    }

    [Fact]
    public void GlobalOptionsToo()
    {
        foreach (string option in OptionsOf())
        {
            foreach (string command in (string[])["list", "create", "state"])
            {
                // Not where the default root is meant: that is the machine's.
                if (option != "root")
                {
                    Result empty = Try(command, [], ["--" + option, ""]);
                    Assert.True(empty.ExitCode == 0, $"--{option} '' {command}: {empty.Error}");
                }
                foreach (string value in OddFiles())
                    AssertWords(Try(command, [], ["--" + option, value]), $"--{option} {value} {command}");
            }
        }
        AssertSameFiles();
    }

    /// <summary>Rename puts a file in the place of whatever has the name, of a device as well: what is no regular file is written into.</summary>
    [Fact]
    public void APidFileTakesThePlaceOfFilesOnly()
    {
        foreach (string odd in OddFiles())
        {
            if (!Path.Exists(odd))
                continue;
            string? why = Path.GetFileName(odd) switch
            {
                "directory" => "open: is a directory",
                "fifo" => "open: no such device or address", // nobody reads it
                "full" => "write: no space left on device",
                _ => null,
            };
            foreach (string command in (string[])["create", "run", "exec"])
            {
                Result result = Try(command, "--pid-file", odd);
                Assert.Equal(why is null ? 0 : command == "exec" ? 255 : 1, result.ExitCode);
                if (why is not null)
                    Assert.EndsWith($"write the pid file {odd}: {why}", result.Message, StringComparison.Ordinal);
            }
        }
        AssertSameFiles();
        string before = Path.Combine(_bundle.Work, "pid");
        File.WriteAllText(before, "old");
        Assert.Equal(0, Try("create", "--pid-file", before).ExitCode);
        Assert.True(int.TryParse(File.ReadAllText(before), out _));
    }

    /// <summary>A pipe gets the digits, and a link stays one: /dev/stdout is a link to where standard output leads.</summary>
    [Fact]
    public void APidFileMayBeAPipeOrALink()
    {
        _bundle.Configure("true");
        string id = _bundle.NewId(), link = Path.Combine(_bundle.Work, "stdout"), file = Path.Combine(_bundle.Work, "linked");
        File.Delete(link);
        File.CreateSymbolicLink(link, "/proc/self/fd/1");
        Result piped = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", $"\"$@\" | cat", "sh", Ocirun.Path, "--root", _bundle.Root, "run", "--pid-file", link, id);
        Assert.True(int.TryParse(piped.Output, out _), piped.Output + piped.Error);
        Result redirected = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", $"\"$@\" > {file}", "sh", Ocirun.Path, "--root", _bundle.Root, "create", "--pid-file", link, id);
        Assert.True(redirected.ExitCode == 0, redirected.Error);
        Assert.True(int.TryParse(File.ReadAllText(file), out _));
        Assert.Equal("/proc/self/fd/1", new FileInfo(link).LinkTarget);
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>A configuration comes from a pipe as well, as the process substitution of a shell is one.</summary>
    [Fact]
    public void AConfigurationMayComeThroughAPipe()
    {
        _bundle.Configure("echo", "ran");
        string command = $"(sleep 0.2; cat config.json) | {Ocirun.Path} --root {_bundle.Root} run --config /proc/self/fd/0 {_bundle.NewId()}";
        Result result = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", command);
        Assert.Equal((0, "ran\n"), (result.ExitCode, result.Output));
        Result endless = _bundle.Run("run", "--config", "/dev/zero", _bundle.NewId());
        Assert.Equal((1, "runc run failed: /dev/zero:1:1: not valid JSON: expected a value, found the character U+0000"), (endless.ExitCode, endless.Message));
    }

    [Fact]
    public void AResultThatCannotBePrintedIsAnError()
    {
        string id = _bundle.StartSleeper();
        foreach (string printing in (string[])["--version", "--help", "run --help", "features", "list", "list -q", "list -f json", $"state {id}", $"ps {id}", $"ps -f json {id}", "create --dry-run x", "run --dry-run --format json x"])
        {
            Result result = Ocirun.RunAs("/bin/sh", _bundle.Path, "-c", $"{Ocirun.Path} --root {_bundle.Root} {printing} >/dev/full");
            Assert.Equal(1, result.ExitCode);
            Assert.EndsWith("write to stdout: write: no space left on device", result.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ALogThatIsFullLosesNoError()
    {
        Directory.CreateDirectory(_bundle.Root);
        Result result = _bundle.Run("--log", "/dev/full", "state", "nobody");
        Assert.Equal((1, "container does not exist\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public void ADirectoryThatIsGoneIsAnErrorInWords()
    {
        _bundle.Configure("true");
        foreach (string arguments in (string[])["list", "spec", "create x", "run --pid-file pid x", $"run -b {_bundle.Path} --pid-file pid x", "exec --pid-file pid x true", "--log log list", "--root root list"])
        {
            string gone = Path.Combine(_bundle.Work, "gone");
            Directory.CreateDirectory(gone);
            string root = arguments.StartsWith("--root", StringComparison.Ordinal) ? "" : $"--root {_bundle.Root}";
            AssertWords(Ocirun.RunAs("/bin/sh", _bundle.Work, "-c", $"cd gone; rmdir ../gone; exec {Ocirun.Path} {root} {arguments}"), arguments);
        }
    }

    private static void AssertWords(Result result, string what)
    {
        Assert.True(result.ExitCode is 0 or 1 or 255, $"{what}: exit code {result.ExitCode}: {result.Error}");
        Assert.DoesNotContain("internal error", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("errno 0", result.Error, StringComparison.Ordinal);
        if (result.ExitCode != 0)
            Assert.True(result.Error.TrimEnd('\n').Split('\n').Length is 1 or 2 && result.Error.Length > 1, $"{what}: {result.Error}");
    }

    private static List<string> OptionsOf(params string[] command) =>
        [.. Option().Matches(Ocirun.Run("/", [.. command, "--help"]).Output).Select(match => match.Groups[1].Value)];

    // Nodes of our own: what goes wrong must not go wrong with the machine's.
    private string[] OddFiles()
    {
        string odd = Path.Combine(_bundle.Work, "odd");
        if (!Directory.Exists(odd))
        {
            Directory.CreateDirectory(Path.Combine(odd, "directory"));
            Machine.Run("mkfifo", Path.Combine(odd, "fifo"));
            Machine.Run("mknod", Path.Combine(odd, "null"), "c", "1", "3");
            Machine.Run("mknod", Path.Combine(odd, "full"), "c", "1", "7");
            Machine.Run("mknod", Path.Combine(odd, "zero"), "c", "1", "5");
        }
        return Array.ConvertAll(["directory", "fifo", "null", "full", "zero", "missing/file"], name => Path.Combine(odd, name));
    }

    private void AssertSameFiles()
    {
        string odd = Path.Combine(_bundle.Work, "odd");
        Assert.Equal("directory directory\nfifo fifo\ncharacter special file full\ncharacter special file null\ncharacter special file zero\n",
            Machine.Run("sh", "-c", $"cd {odd}; for i in directory fifo full null zero; do stat -c '%F %n' $i; done"));
    }

    private Result Try(string command, params string[] options) => Try(command, options, []);

    // In a state in which the command itself succeeds.
    private Result Try(string command, string[] options, string[] global)
    {
        Configure(command is "run" ? "true" : "sleep 300");
        Directory.CreateDirectory(_bundle.Root);
        if (command is "spec")
            File.Delete(_bundle.ConfigPath);
        string id = ContainerFor(command);
        string[] arguments = command switch
        {
            "exec" => [id, "true"],
            "kill" => [id, ""],
            "features" or "list" or "spec" => [],
            _ => [id],
        };
        Result result = _bundle.Run([.. global, command, .. options, .. arguments]);
        if (id != _running && Directory.Exists(Path.Combine(_bundle.Root, id)))
            _bundle.Run("delete", "-f", id);
        if (command is "create" && global is ["--root", { Length: > 0 } root])
            _ = Ocirun.Run("/", "--root", root, "delete", "-f", id);
        return result;
    }

    private void Configure(string command)
    {
        if (_configured != command || !File.Exists(_bundle.ConfigPath))
            _bundle.Configure((_configured = command).Split(' '));
    }

    // One that runs serves every command that leaves it running; its process ignores the signal that kill sends.
    private string ContainerFor(string command)
    {
        if (command is "exec" or "state" or "ps" or "kill" or "update")
            return _running ??= _bundle.StartSleeper();
        string id = _bundle.NewId();
        if (command is "pause" or "resume")
            _bundle.Good("run", "-d", id);
        if (command is "resume")
            _bundle.Good("pause", id);
        if (command is "start" or "delete")
            _bundle.Good("create", id);
        return id;
    }

    [GeneratedRegex(@"^   --([a-z0-9-]+)(?:, -[a-z])? \S", RegexOptions.Multiline)]
    private static partial Regex Option();
}
