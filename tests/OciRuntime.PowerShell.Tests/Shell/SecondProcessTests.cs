using System.Diagnostics;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Shell;

/// <summary>Containers outlive the PowerShell process that made them.</summary>
public sealed class SecondProcessTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public SecondProcessTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerFact]
    public void ExitCodeAndLogAreThereAfterTheFirstProcessEnded()
    {
        string id = _fixture.NewId();
        Run($"New-OciContainer {id} {_fixture.Bundle} -Root {_fixture.Root} -Spec (New-OciSpec sh, -c, 'echo out; sleep 0.5; exit 23') | Start-OciContainer");
        Assert.Equal("23\n", Run($"(Wait-OciContainer {id} -Root {_fixture.Root} -Timeout 30).ExitCode"));
        Assert.Equal("23\n", Run($"(Get-OciContainer {id} -Root {_fixture.Root}).ExitCode"));
        Run($"Remove-OciContainer {id} -Root {_fixture.Root}");
    }

    [ContainerFact]
    public void InterruptAtThePromptDoesNotReachTheContainer()
    {
        string id = _fixture.NewId();
        using Process process = Programs.Start(Repository.Shell, "-c",
            $"New-OciContainer {id} {_fixture.Bundle} -Root {_fixture.Root} | Start-OciContainer; 'ready'; while ($true) {{ [Threading.Thread]::Sleep(20) }}");
        Assert.Equal("ready", Programs.Line(process));
        Programs.Run("/bin/kill", "-INT", process.Id.ToString());
        Assert.True(process.WaitForExit(10000));
        Assert.Equal("Running\n", Run($"(Get-OciContainer {id} -Root {_fixture.Root}).Status.ToString()"));
        Run($"Remove-OciContainer {id} -Root {_fixture.Root} -Force");
    }

    [ContainerFact]
    public void InterruptDuringInvokeLeavesNothing()
    {
        string id = _fixture.NewId();
        using Process process = Programs.Start(Repository.Shell, "-c",
            $"Invoke-OciContainer {id} -Bundle {_fixture.Bundle} -Root {_fixture.Root} -Command sh, -c, 'echo ready; sleep 300'");
        Assert.Equal("ready", Programs.Line(process));
        Programs.Run("/bin/kill", "-INT", process.Id.ToString());
        Assert.True(process.WaitForExit(10000));
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(Leftovers.Of(id, _fixture.Work, _fixture.Root));
    }

    private static string Run(string command)
    {
        ProgramResult result = Programs.Run(Repository.Shell, "-NoProfile", "-Command", command);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
