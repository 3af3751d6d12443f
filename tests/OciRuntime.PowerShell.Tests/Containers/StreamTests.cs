using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>What goes to the verbose, debug and warning streams.</summary>
public sealed class StreamTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public StreamTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerFact]
    public void VerboseHasALineAStep()
    {
        using PowerShellHost shell = _fixture.Open();
        string[] lines = Messages(shell, "$plan = Get-OciLaunchPlan $id $bundle; New-OciContainer $id $bundle -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }");
        Assert.Contains(lines, line => line.StartsWith("mount /proc proc", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("oci-init", StringComparison.Ordinal));
        Assert.True(lines.Length >= (int)shell.Get("$plan.Count")[0].BaseObject, string.Join('\n', lines));
    }

    [ContainerFact]
    public void DebugShowsTheProtocolAndTheTimeline()
    {
        using PowerShellHost shell = _fixture.Open();
        string[] lines = Messages(shell, "$container = New-OciContainer $id $bundle -Debug 5>&1; $container | Where-Object { $_ -is [System.Management.Automation.DebugRecord] }");
        string pid = shell.Get("$container | Where-Object Id | ForEach-Object Pid")[0].ToString();
        Assert.Contains(lines, line => line.StartsWith("oci-init <- PROGRAM, descriptors: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"oci-init -> CLONED process {pid}, supervisor ", StringComparison.Ordinal));
        Assert.Contains("oci-init -> READY", lines);
        Assert.Contains(lines, line => line.TrimStart().Contains(" ns mount /proc", StringComparison.Ordinal));
        // The engine asks after each verbose line with -Debug.
        Assert.Empty(shell.Screen.Questions);
        Assert.Equal(["oci-init <- START", "oci-init -> STARTING"], Messages(shell, "Start-OciContainer $id -Debug 5>&1"));
    }

    [ContainerFact]
    public void NothingIsSaidUnasked()
    {
        using PowerShellHost shell = _fixture.Open();
        Assert.Empty(shell.Run("$null = New-OciContainer $id $bundle; Start-OciContainer $id; Stop-OciContainer $id -Force; Remove-OciContainer $id", ("id", _fixture.NewId())).Text);
    }

    private string[] Messages(PowerShellHost shell, string script) => [.. shell.Get(script, ("id", Id(shell))).Select(record => record.ToString())];

    // One id a session.
    private string Id(PowerShellHost shell) => shell.Runspace.SessionStateProxy.GetVariable("id") as string ?? _fixture.NewId();
}
