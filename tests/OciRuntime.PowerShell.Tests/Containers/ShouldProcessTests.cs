using OciRuntime.PowerShell.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>What a host is asked.</summary>
[Needs(Containers = true)]
public sealed class ShouldProcessTests : IClassFixture<BundleFixture>
{
    private const int Yes = 0, No = 2;

    private readonly BundleFixture _fixture;

    public ShouldProcessTests(BundleFixture fixture) => _fixture = fixture;

    [Fact]
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

    [Fact]
    public void ConfirmAsksAndYesDoesIt()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("$null = New-OciContainer $id $bundle", ("id", id));
        shell.Screen.Choices.Enqueue(Yes);
        shell.Run("Remove-OciContainer $id -Confirm -Force");
        Assert.Empty(shell.Get("Get-OciContainer \"$id*\""));
    }

    /// <summary>What is asked says what is lost.</summary>
    [Fact]
    public void TheQuestionNamesWhatIsLost()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("New-OciContainer $id $bundle -Spec (New-OciSpec sleep, 300) | Start-OciContainer", ("id", id));
        var asked = new List<string>();
        foreach (string command in (string[])["Stop-OciContainer $id -Confirm", "Restart-OciContainer $id -Confirm", "Checkpoint-OciContainer $id /images -Confirm", "Remove-OciContainer $id -Force -Confirm"])
        {
            shell.Screen.Choices.Enqueue(No);
            shell.Run(command);
            asked.AddRange(shell.Screen.Questions);
        }
        Assert.Equal(
            [
                $"Stop container {id} with SIGTERM: sleep 300 ends",
                $"Stop container {id}, and create and start it again: sleep 300 ends",
                $"Write container {id} to /images, and remove it: sleep 300 ends, its state and its log are lost",
                $"Kill and remove container {id}: sleep 300 ends, its state and its log are lost",
            ],
            asked);
        shell.Get("Stop-OciContainer $id -Force");
        shell.Screen.Choices.Enqueue(No);
        shell.Run("Remove-OciContainer $id -Force -Confirm");
        Assert.Equal($"Remove container {id}: its state and its log are lost", Assert.Single(shell.Screen.Questions));
    }

    [Fact]
    public void NothingAsksByItself()
    {
        using PowerShellHost shell = _fixture.Open();
        shell.Get("New-OciContainer $id $bundle | Start-OciContainer -PassThru | Stop-OciContainer -Force -PassThru | Remove-OciContainer", ("id", _fixture.NewId()));
        Assert.Empty(shell.Screen.Questions);
    }

    // The engine asks after each verbose line with -Debug.
    [Fact]
    public void DebugAsksNothing()
    {
        using PowerShellHost shell = _fixture.Open();
        shell.Get("$null = New-OciContainer $id $bundle -Debug 5>&1", ("id", _fixture.NewId()));
        Assert.Empty(shell.Screen.Questions);
    }
}
