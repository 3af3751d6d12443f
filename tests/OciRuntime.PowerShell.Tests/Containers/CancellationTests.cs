using System.Diagnostics;
using OciRuntime.PowerShell.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>Ctrl+C at different moments: the pipeline ends soon and leaves nothing.</summary>
[Needs(Containers = true)]
public sealed class CancellationTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public CancellationTests(BundleFixture fixture) => _fixture = fixture;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(300)]
    public void InvokeLeavesNothing(int milliseconds)
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Runspace.SessionStateProxy.SetVariable("id", id);
        Assert.InRange(StopAfter(shell, "Invoke-OciContainer $id -Bundle $bundle", milliseconds), 0, 5000);
        Assert.Empty(shell.Get("Get-OciContainer \"$id*\""));
        Assert.Empty(Leftovers.Of(id, _fixture.Work, _fixture.Root));
    }

    [Fact]
    public void WaitStopsAndTheContainerGoesOn()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("New-OciContainer $id $bundle | Start-OciContainer", ("id", id));
        Assert.InRange(StopAfter(shell, "Wait-OciContainer $id", 200), 0, 2000);
        Assert.Equal("Running", shell.Get("(Get-OciContainer $id).Status")[0].ToString());
    }

    [Fact]
    public void ExecStopsAndTheContainerGoesOn()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("New-OciContainer $id $bundle | Start-OciContainer", ("id", id));
        Assert.InRange(StopAfter(shell, "Invoke-OciContainerCommand $id sleep, 200", 200), 0, 3000);
        Assert.Equal("Running", shell.Get("(Get-OciContainer $id).Status")[0].ToString());
        Assert.DoesNotContain("sleep 200", shell.Get("Invoke-OciContainerCommand $id -Command ps").Select(line => line.ToString()));
    }

    private static long StopAfter(PowerShellHost shell, string script, int milliseconds)
    {
        using System.Management.Automation.PowerShell pipeline = shell.Pipeline(script);
        pipeline.BeginInvoke();
        Thread.Sleep(milliseconds);
        var watch = Stopwatch.StartNew();
        pipeline.Stop();
        return watch.ElapsedMilliseconds;
    }
}
