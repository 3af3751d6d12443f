using System.Text.Json;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>What remoting and jobs do to objects.</summary>
public sealed class SerializationTests : IClassFixture<BundleFixture>
{
    private const string Travel = "$there = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($container));";

    private readonly BundleFixture _fixture;

    public SerializationTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerFact]
    public void DeserialisedContainersBindAgain()
    {
        using PowerShellHost shell = _fixture.Open();
        // The default root is switched off: the object has to bring its own.
        shell.Get("$container = New-OciContainer $id $bundle; $PSDefaultParameterValues.Clear()", ("id", _fixture.NewId()));
        Assert.Equal("Running", shell.Get(Travel + "($there | Start-OciContainer -PassThru).Status.ToString()")[0].ToString());
        Assert.Equal("Running", shell.Get("($there | Get-OciContainer).Status.ToString()")[0].ToString());
        shell.Get("$there | Remove-OciContainer -Force");
        Assert.Empty(shell.Get("Get-OciContainer \"$($container.Id)*\" -Root $root"));
    }

    [ContainerFact]
    public void ObjectsBringTheirOwnRoot()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("$container = New-OciContainer $id $bundle -Root $work/other", ("id", id));
        // The session's default is another root.
        Assert.Equal("Running", shell.Get("($container | Start-OciContainer -PassThru).Status.ToString()")[0].ToString());
        Assert.Equal("hi", shell.Get("$container | Invoke-OciContainerCommand -Command echo, hi")[0].ToString());
        Assert.Equal("Running", shell.Get("($container | Get-OciContainer).Status.ToString()")[0].ToString());
        Assert.Equal("Running", shell.Get(Travel + "($there | Get-OciContainer).Status.ToString()")[0].ToString());
        shell.Get("$there | Remove-OciContainer -Force");
        Assert.Empty(shell.Get("Get-OciContainer -Root $work/other"));
    }

    [ContainerFact]
    public void DeserialisedContainersShowTheSameTable()
    {
        using PowerShellHost shell = _fixture.Open();
        shell.Get("$container = New-OciContainer $id $bundle", ("id", _fixture.NewId()));
        string here = shell.Show("$container");
        Assert.Equal(here, shell.Show(Travel + "$there"));
    }

    [ContainerFact]
    public void FilteringByStatusWorksOnBoth()
    {
        using PowerShellHost shell = _fixture.Open();
        shell.Get("$container = New-OciContainer $id $bundle", ("id", _fixture.NewId()));
        Assert.Single(shell.Get("$container | Where-Object Status -eq Created"));
        Assert.Single(shell.Get(Travel + "$there | Where-Object Status -eq Created"));
    }

    [ContainerFact]
    public void TimesStayTimes()
    {
        using PowerShellHost shell = _fixture.Open();
        shell.Get("$container = New-OciContainer $id $bundle -Spec (New-OciSpec true) | Start-OciContainer -PassThru | Wait-OciContainer | Get-OciContainer", ("id", _fixture.NewId()));
        Assert.Single(shell.Get(Travel + "$there | Where-Object Created -gt ([DateTime]::Now.AddMinutes(-5)) | Where-Object ExitedAt -lt ([DateTime]::Now.AddMinutes(5))"));
        Assert.Equal([true], shell.Get("$there.Created -eq $container.Created").Select(value => value.BaseObject));
        Assert.Contains("Exited (0)", shell.Show("$there | Format-Table -View docker"));
    }

    [ContainerFact]
    public void JsonIsClean()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        string json = shell.Get("New-OciContainer $id $bundle | ConvertTo-Json -Depth 3", ("id", id))[0].ToString();
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(id, document.RootElement.GetProperty("Id").GetString());
        Assert.Equal(["sleep", "300"], document.RootElement.GetProperty("Command").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(JsonValueKind.Object, document.RootElement.GetProperty("Annotations").ValueKind);
        Assert.DoesNotContain("PSPath", json);
    }
}
