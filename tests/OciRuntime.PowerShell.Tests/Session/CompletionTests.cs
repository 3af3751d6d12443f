using System.Diagnostics;
using System.Management.Automation;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Session;

public sealed class CompletionTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public CompletionTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerFact]
    public void IdsFitTheStatus()
    {
        using PowerShellHost shell = _fixture.Open();
        string created = _fixture.NewId(), running = _fixture.NewId();
        shell.Get("$null = New-OciContainer $created $bundle; New-OciContainer $running $bundle | Start-OciContainer", ("created", created), ("running", running));
        Assert.Equal([created], Complete(shell, $"Start-OciContainer -Root {_fixture.Root} -Id {_fixture.Prefix}"));
        Assert.Equal([running], Complete(shell, $"Suspend-OciContainer -Root {_fixture.Root} -Id {_fixture.Prefix}"));
        Assert.Equal(new[] { created, running }.Order(), Complete(shell, $"Remove-OciContainer -Root {_fixture.Root} -Id {_fixture.Prefix}").Order());
        shell.Get("Remove-OciContainer $created, $running -Force");
    }

    [Fact]
    public void IdsOfAMissingRootAreNone()
    {
        using var shell = new PowerShellHost();
        Assert.Empty(Complete(shell, "Start-OciContainer -Root /nowhere/at/all -Id x"));
    }

    [Theory]
    [InlineData("Send-OciContainerSignal x -Signal HU", "HUP")]
    [InlineData("Stop-OciContainer x -Signal SIGKI", "KILL")]
    [InlineData("New-OciSpec -Capability net_ra", "CAP_NET_RAW")]
    [InlineData("New-OciSpec -Namespace net", "network")]
    [InlineData("New-OciSpec -Mount /a:/b:noex", "/a:/b:noexec")]
    [InlineData("New-OciSpec -Mount '/a:/b:ro,nosu", "/a:/b:ro,nosuid")]
    [InlineData("New-OciSpec -Mount tmpfs:/t:", "tmpfs:/t:tmpcopyup")]
    [InlineData("Get-OciContainer -Status Runn", "Running")]
    public void WordsOfAList(string line, string expected)
    {
        using var shell = new PowerShellHost();
        Assert.Contains(Complete(shell, line), word => word.Trim('\'').EndsWith(expected, StringComparison.Ordinal));
    }

    [ContainerFact]
    public void IdsAreThoseOfTheSessionsRoot()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("$null = New-OciContainer $id $bundle", ("id", id));
        Assert.Equal([id], Complete(shell, $"Start-OciContainer {id[..^1]}"));
        shell.Get("$PSDefaultParameterValues.Clear()");
        Assert.Empty(Complete(shell, $"Start-OciContainer {id[..^1]}"));
        // From the session's location, which is not the process's directory.
        shell.Runspace.SessionStateProxy.Path.SetLocation(_fixture.Work);
        Assert.Equal([id], Complete(shell, $"Start-OciContainer -Root ./root {id[..^1]}"));
        shell.Get("Remove-OciContainer $id -Force -Root $root");
    }

    // A line that nothing fits is completed with nothing, or files, and never an error.
    [Theory]
    [InlineData("Start-OciContainer -Root (throw) x")]
    [InlineData("Start-OciContainer -Root /etc/passwd x")]
    [InlineData("Start-OciContainer -Root env: x")]
    [InlineData("Start-OciContainer -Root nodrive:/x y")]
    [InlineData("Start-OciContainer -Root '' no-such-container")]
    [InlineData("New-OciSpec -Mount ::::")]
    [InlineData("Send-OciContainerSignal x -Signal (")]
    public void NonsenseIsNoError(string line)
    {
        using var shell = new PowerShellHost();
        Complete(shell, line);
        Assert.Empty(shell.Get("$Error").Select(error => error.ToString()));
    }

    [ContainerFact]
    public void IdsTakeLessThanTwentyMilliseconds()
    {
        using PowerShellHost shell = _fixture.Open();
        string line = $"Remove-OciContainer -Root {_fixture.Root} -Id x";
        Complete(shell, line);
        long best = Enumerable.Range(0, 5).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Complete(shell, line);
            return watch.ElapsedMilliseconds;
        });
        Assert.InRange(best, 0, 20);
    }

    private static string[] Complete(PowerShellHost shell, string line)
    {
        using var pipeline = System.Management.Automation.PowerShell.Create(shell.Runspace);
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, pipeline).CompletionMatches.Select(match => match.CompletionText)];
    }
}
