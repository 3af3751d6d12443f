using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

public sealed class FormatTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public FormatTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerFact]
    public void TableHasOneLineAContainer()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = Make(shell);
        string[] lines = shell.Show("Get-OciContainer $id").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Matches(@"^Id\s+Status\s+Pid\s+Exit\s+Created\s+Command$", lines[0]);
        Assert.Matches($@"^{id}\s+Created\s+\d+\s+\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\s+sleep 300$", lines[2]);
        Assert.Equal(3, lines.Length);
    }

    [ContainerFact]
    public void ListHasTheRest()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = Make(shell);
        string text = shell.Show("Get-OciContainer $id | Format-List");
        Assert.Matches($@"(?m)^Bundle\s+: {_fixture.Bundle}\s*$", text);
        Assert.Matches(@"(?m)^Supervised\s+: True\s*$", text);
    }

    [ContainerFact]
    public void RuncViewIsRuncsList()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = Make(shell);
        string[] lines = shell.Show("Get-OciContainer $id | Format-Table -View runc").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Matches(@"^ID\s+PID\s+STATUS\s+BUNDLE\s+CREATED\s+OWNER$", lines[0]);
        Assert.Matches($@"^{id}\s+\d+\s+created\s+\S+\s+\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ\s+root$", lines[2]);
    }

    [ContainerFact]
    public void DockerViewIsDockersList()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = Make(shell);
        string[] lines = shell.Show("Get-OciContainer $id | Start-OciContainer -PassThru | Format-Table -View docker").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Matches(@"^CONTAINER ID\s+COMMAND\s+CREATED\s+STATUS$", lines[0]);
        Assert.Matches($@"^{id}\s+""sleep 300""\s+\d+ seconds ago\s+Up \d+ seconds$", lines[2]);
    }

    [ContainerFact]
    public void DockerViewTellsHowItEnded()
    {
        using PowerShellHost shell = _fixture.Open();
        const string Make = "New-OciContainer $id $bundle -Spec (New-OciSpec sh, -c, 'exit 3') | Start-OciContainer -PassThru | Wait-OciContainer | Get-OciContainer | Format-Table -View docker";
        Assert.Matches(@"Exited \(3\) \d seconds? ago", shell.Show(Make, ("id", _fixture.NewId())));
        Assert.Matches(@"(?m)Created\s*$", shell.Show("New-OciContainer $id $bundle | Format-Table -View docker", ("id", _fixture.NewId())));
    }

    [ContainerFact]
    public void ViewsFitAnOrdinaryTerminal()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = Make(shell);
        shell.Runspace.SessionStateProxy.SetVariable("size", new System.Management.Automation.Host.Size(80, 25));
        shell.Get("$Host.UI.RawUI.BufferSize = $size");
        foreach ((string view, string title) in (ReadOnlySpan<(string, string)>)[("runc", "CREATED"), ("docker", "STATUS"), ("OciContainer", "Command")])
        {
            string[] lines = shell.Show($"Get-OciContainer $id | Format-Table -View {view}").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.EndsWith(title, lines[0]);
            Assert.Equal(3, lines.Length);
        }
    }

    [ContainerFact]
    public void ExitRecordAndPlanHaveTables()
    {
        using PowerShellHost shell = _fixture.Open();
        string exit = shell.Show("New-OciContainer $id $bundle -Spec (New-OciSpec sh, -c, 'exit 3') | Start-OciContainer -PassThru | Wait-OciContainer", ("id", _fixture.NewId()));
        Assert.Matches(@"(?m)^Id\s+ExitCode\s+Signal\s+OomKilled\s+ExitedAt\s*$", exit);
        Assert.Matches($@"(?m)^{_fixture.Prefix}\w+\s+3\s+False\s+\d{{4}}-", exit);
        Assert.Matches(@"(?m)^\s*Index\s+Name\s+SpecPointer\s+What\s*$", shell.Show("Get-OciLaunchPlan x $bundle"));
    }

    private string Make(PowerShellHost shell)
    {
        string id = _fixture.NewId();
        shell.Get("$null = New-OciContainer $id $bundle", ("id", id));
        return id;
    }
}
