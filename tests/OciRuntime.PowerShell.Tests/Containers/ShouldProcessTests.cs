using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

public sealed class ShouldProcessTests : IClassFixture<BundleFixture>
{
    private const int Yes = 0, No = 2;

    private readonly BundleFixture _fixture;

    public ShouldProcessTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerFact]
    public void WhatIfShowsThePlan()
    {
        using PowerShellHost shell = _fixture.Open();
        ScriptResult result = shell.Run("New-OciContainer $id $bundle -WhatIf", ("id", _fixture.NewId()));
        Assert.Empty(result.Output);
        Assert.Contains("What if", result.Text);
        Assert.Contains("[/mounts/0]", result.Text);
        Assert.Contains("[/process/args]", result.Text);
    }

    [ContainerFact]
    public void WhatIfOfAStartShowsThePlan()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        Assert.Contains("/mounts/0", shell.Run("$null = New-OciContainer $id $bundle; Start-OciContainer $id -WhatIf", ("id", id)).Text);
        Assert.Contains("/mounts/0", shell.Run("Invoke-OciContainer -Bundle $bundle -WhatIf").Text);
    }

    [ContainerFact]
    public void WhatIfOfAStartShowsThePlanOfTheContainer()
    {
        using PowerShellHost shell = _fixture.Open();
        ScriptResult result = shell.Run("$null = New-OciContainer $id $bundle -Spec (New-OciSpec -Hostname its-own); Start-OciContainer $id -WhatIf", ("id", _fixture.NewId()));
        Assert.Empty(result.Errors);
        Assert.Contains("its-own [/hostname]", result.Text);
    }

    [ContainerFact]
    public void ConfirmAsksAndNoDoesNothing()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("$null = New-OciContainer $id $bundle", ("id", id));
        shell.Screen.Choices.Enqueue(No);
        shell.Run("Remove-OciContainer $id -Force -Confirm");
        Assert.Contains(id, Assert.Single(shell.Screen.Questions));
        Assert.Single(shell.Get("Get-OciContainer $id"));
    }

    [ContainerFact]
    public void ConfirmAsksAndYesDoesIt()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("$null = New-OciContainer $id $bundle", ("id", id));
        shell.Screen.Choices.Enqueue(Yes);
        shell.Run("Remove-OciContainer $id -Confirm -Force");
        Assert.Empty(shell.Get("Get-OciContainer \"$id*\""));
    }

    [ContainerFact]
    public void NothingAsksByItself()
    {
        using PowerShellHost shell = _fixture.Open();
        shell.Get("New-OciContainer $id $bundle | Start-OciContainer -PassThru | Stop-OciContainer -Force -PassThru | Remove-OciContainer", ("id", _fixture.NewId()));
        Assert.Empty(shell.Screen.Questions);
    }
}
