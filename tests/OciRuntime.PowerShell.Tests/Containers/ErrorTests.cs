using System.Management.Automation;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>What users see of errors: one record an item, an id that stays, the right category, what can be done.</summary>
public sealed class ErrorTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public ErrorTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerTheory]
    [InlineData("Spec (New-OciSpec no-such-program)", "CommandNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Spec (New-OciSpec /etc)", "CommandNotExecutable", ErrorCategory.PermissionDenied)]
    [InlineData("Spec (New-OciSpec -RootfsPath nowhere)", "RootfsNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Spec (New-OciSpec -Namespace nett)", "InvalidSpec", ErrorCategory.InvalidData)]
    [InlineData("Spec (New-OciSpec -Mount /nowhere:/x)", "FileNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Spec (New-OciSpec -Mount @{ Destination = '/x'; Type = 'nofs'; Source = 'nofs' })", "SystemCallFailed", ErrorCategory.NotImplemented)]
    [InlineData("Spec (New-OciSpec -CpuSet 4000)", "SystemCallFailed", ErrorCategory.InvalidArgument)]
    [InlineData("Spec (New-OciSpec -Memory 4k)", "OomKilled", ErrorCategory.LimitsExceeded)]
    [InlineData("Root /etc/passwd", "SystemCallFailed", ErrorCategory.InvalidArgument)]
    [InlineData("Root env:", "InvalidArgument", ErrorCategory.InvalidArgument)]
    [InlineData("Bundle /nowhere", "BundleNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("ConsoleSocket /nowhere -Spec (New-OciSpec -Terminal)", "FileNotFound", ErrorCategory.ObjectNotFound)]
    public void CreateSaysWhatIsWrong(string arguments, string id, ErrorCategory category)
    {
        using PowerShellHost shell = _fixture.Open();
        string container = _fixture.NewId();
        ScriptResult result = shell.Run($"$bundleArgument = if ('{arguments[..4]}' -ne 'Bund') {{ @{{ Bundle = $bundle }} }} else {{ @{{}} }}; New-OciContainer $id @bundleArgument -{arguments}", ("id", container));
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal($"{id},OciRuntime.PowerShell.Commands.NewOciContainerCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal(container, error.TargetObject);
        Assert.DoesNotContain('\n', error.ToString());
        Assert.Empty(shell.Get("Get-OciContainer \"$id*\""));
        Assert.Empty(Leftovers.Of(container, _fixture.Work, _fixture.Root));
    }

    [ContainerFact]
    public void JsonErrorsHaveThePlace()
    {
        using PowerShellHost shell = _fixture.Open();
        string bad = Path.Combine(_fixture.Work, "bad");
        Directory.CreateDirectory(bad);
        foreach ((string json, string place) in (ReadOnlySpan<(string, string)>)[
            ("{ \"ociVersion\": \"1.0.0\",\n", "config.json:2:1: not valid JSON"),
            ("", "config.json:1:1: not valid JSON"),
            ("[]", "config.json: expected an object, found an array"),
            ("{ \"ociVersion\": \"1.0.0\", \"process\": { \"args\": \"sh\" } }", "/process/args: expected an array, found the string \"sh\"")])
        {
            File.WriteAllText(Path.Combine(bad, "config.json"), json);
            foreach (string command in (ReadOnlySpan<string>)["New-OciContainer x $work/bad", "Invoke-OciContainer -Bundle $work/bad", "Get-OciLaunchPlan -Bundle $work/bad", "Import-OciSpec $work/bad"])
            {
                ErrorRecord error = Assert.Single(shell.Run(command).Errors);
                Assert.StartsWith("InvalidSpec,", error.FullyQualifiedErrorId);
                Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
                Assert.Contains(place, error.ToString());
            }
        }
    }

    [ContainerFact]
    public void AHintIsARecommendation()
    {
        using PowerShellHost shell = _fixture.Open();
        ErrorRecord error = Assert.Single(shell.Run("New-OciContainer $id $bundle -Spec (New-OciSpec no-such-program)", ("id", _fixture.NewId())).Errors);
        Assert.Contains("PATH", error.ErrorDetails.RecommendedAction);
    }

    [ContainerFact]
    public void AKilledHelperIsAProtocolError()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        const string Kill = "kill -9 $(sed -n 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p')";
        ErrorRecord error = Assert.Single(shell.Run("""
            $spec = New-OciSpec true
            $spec.Hooks = [OciRuntime.Core.Spec.OciHooks]::new()
            $hook = [OciRuntime.Core.Spec.OciHook]::new()
            $hook.Path = '/bin/sh'
            $hook.Args = [string[]]('sh', '-c', $kill)
            $spec.Hooks.CreateRuntime = [OciRuntime.Core.Spec.OciHook[]]$hook
            New-OciContainer $id $bundle -Spec $spec
            """, ("id", id), ("kill", Kill)).Errors);
        Assert.StartsWith("HelperDied,", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ProtocolError, error.CategoryInfo.Category);
        Assert.Empty(Leftovers.Of(id, _fixture.Work, _fixture.Root));
    }
}
