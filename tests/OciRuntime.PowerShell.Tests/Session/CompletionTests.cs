using System.Diagnostics;
using System.Management.Automation;
using OciRuntime.PowerShell.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Session;

[Needs(Containers = true)]
public sealed class CompletionTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public CompletionTests(BundleFixture fixture) => _fixture = fixture;

    [Fact]
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
