using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary><c>completion</c>: what may stand at the cursor, and the shells that ask.</summary>
public sealed class CompletionTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public CompletionTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void CommandsAreThoseOfTheHelp()
    {
        string help = Ocirun.Run("/", "--help").Output;
        string[] commands = Values("");
        Assert.Contains("create", commands);
        Assert.DoesNotContain("__complete", commands);
        Assert.All(commands.Where(name => name != "help"), name => Assert.Contains($"\n   {name} ", help));
        Assert.Equal(["state"], Values("stat"));
        Assert.Equal(["features"], Values("help", "fe"));
        Assert.Equal(["features"], Values("--debug", "--log-format", "json", "fe"));
        Assert.Empty(Values("nothing", ""));
    }

    [Fact]
    public void OptionsAreThoseOfTheCommand()
    {
        Assert.Equal(["--force", "--regex", "--help"], Values("delete", "--"));
        Assert.Equal(["--pid-file", "--pidfd-socket", "--preserve-fds"], Values("create", "--p").Order());
        Assert.Equal(["--root", "--rootless"], Values("--roo"));
        Assert.Equal(["table", "json"], Values("list", "--format", ""));
        Assert.Equal(["json"], Values("list", "-f", "j"));
        Assert.Equal(["systemd"], Values("--cgroup-manager", "s"));
        Assert.Equal(["json"], Values("--log-format", "=", "j")); // as bash parts it
        Assert.Equal(":dirs\n", Text("create", "--bundle", ""));
        Assert.Equal(":files\n", Text("--log", ""));
        Assert.Equal(":none\n", Text("run", "--preserve-fds", ""));
    }

    [Fact]
    public void IdsAreThoseInAFittingStatus()
    {
        _bundle.Configure("sleep", "300");
        string created = _bundle.NewId(), running = _bundle.StartSleeper(), paused = _bundle.StartSleeper(), stopped = _bundle.StartSleeper();
        _bundle.Good("create", created);
        _bundle.Good("pause", paused);
        _bundle.Good("kill", stopped, "KILL");
        _bundle.Await(stopped, "stopped");
        string[] Ids(params string[] words) => [.. Values(["--root", _bundle.Root, .. words, ""]).Order()];
        string[] Sorted(params string[] ids) => [.. ids.Order()];
        Assert.Equal([created], Ids("start"));
        Assert.Equal([paused], Ids("resume"));
        Assert.Equal(Sorted(created, running), Ids("pause"));
        Assert.Equal(Sorted(created, running), Ids("exec", "--tty"));
        Assert.Equal(Sorted(created, running, paused), Ids("kill"));
        Assert.Equal(Sorted(created, running, paused, stopped), Ids("delete", "--force"));
        Assert.Equal(Sorted(created, running, paused), Ids("mounts", "add"));
        Assert.Equal(["remove"], Values("mounts", "r"));
        Assert.Equal(":files\n", Text("--root", _bundle.Root, "mounts", "add", running, ""));
        Assert.Empty(Ids("create"));
        Assert.Empty(Ids("state", running));
        Assert.Equal(["SIGKILL"], Values("--root", _bundle.Root, "kill", running, "SIGKI"));
        Assert.Contains(running, Values($"--root={_bundle.Root}", "kill", _bundle.Prefix));
        Assert.Empty(Values("--root", _bundle.Root, "exec", running, "--"));
        Assert.Empty(Values("--root", "/nowhere/at/all", "kill", ""));
    }

    [Fact]
    public void BashCompletes()
    {
        string script = $$"""
            PATH={{Path.GetDirectoryName(Ocirun.Path)}}:$PATH
            source <(ocirun completion bash)
            complete -p ocirun
            COMP_WORDS=(ocirun del); COMP_CWORD=1; _ocirun; echo "${COMPREPLY[*]}"
            COMP_WORDS=(ocirun list --format ""); COMP_CWORD=3; _ocirun; echo "${COMPREPLY[*]}"
            """;
        Assert.Equal("complete -F _ocirun ocirun\ndelete\ntable json\n", Ocirun.RunAs("/bin/bash", "/", "-c", script).Output);
    }

    [Theory]
    [InlineData("bash", "complete -F _ocirun ocirun"), InlineData("fish", "complete -c ocirun"), InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName ocirun"), InlineData("zsh", "#compdef ocirun")]
    public void EachShellHasItsScript(string shell, string line) => Assert.Contains(line, Ocirun.Run("/", "completion", shell).Output);

    [Fact]
    public void OtherShellsAreAnError()
    {
        Result result = Ocirun.Run("/", "completion", "csh");
        Assert.Equal((1, "no completion for the shell \"csh\": bash, fish, pwsh, zsh"), (result.ExitCode, result.Message));
    }

    private static string Text(params string[] words)
    {
        Result result = Ocirun.Run("/", ["__complete", "--", .. words]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    private static string[] Values(params string[] words) =>
        [.. Text(words).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != ':').Select(line => line.Split('\t')[0])];
}
