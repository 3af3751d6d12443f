using System.Management.Automation;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>A disk that is full: a clear error of the right category, nothing left behind, nothing lost.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly BundleFixture _fixture = new();
    private readonly PowerShellHost? _shell;

    public FullDiskTests()
    {
        if (Requirements.Missing is not null)
            return;
        Directory.CreateDirectory(Disk);
        Assert.Equal(0, Programs.Run("/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", Disk).ExitCode);
        _shell = _fixture.Open();
        _shell.Runspace.SessionStateProxy.SetVariable("full", Disk);
    }

    private PowerShellHost Shell => _shell!;

    private string Disk => Path.Combine(_fixture.Work, "disk");

    public void Dispose()
    {
        if (_shell is not null)
        {
            _shell.Get("Get-OciContainer -Root $full/root | Remove-OciContainer -Force");
            _shell.Dispose();
            Programs.Run("/bin/umount", Disk);
        }
        _fixture.Dispose();
    }

    [ContainerFact]
    public void NoContainerIsMade()
    {
        Fill();
        ErrorRecord error = Refused("New-OciContainer $id $bundle -Root $full/root");
        Assert.StartsWith("LimitsExceeded,", error.FullyQualifiedErrorId);
        Assert.Contains($"{Disk}/root/", error.ToString());
        Assert.Contains("no space left on device", error.ToString());
        Assert.Empty(Shell.Get("Get-OciContainer -Root $full/root"));
        Assert.Empty(Leftovers.Of(_fixture.Prefix, _fixture.Work + "/bundle", _fixture.Root));
    }

    [ContainerFact]
    public void APidFileThatDoesNotFitUndoesTheContainer()
    {
        Fill();
        Assert.StartsWith("LimitsExceeded,", Refused("New-OciContainer $id $bundle -PidFile $full/pid").FullyQualifiedErrorId);
        Assert.Empty(Shell.Get("Get-OciContainer"));
        Assert.DoesNotContain(Directory.EnumerateFiles(Disk), file => file.Contains("pid", StringComparison.Ordinal));
    }

    [ContainerFact]
    public void ALogThatFillsItKeepsTheExitCode()
    {
        string id = _fixture.NewId();
        Assert.Equal([5, 5], Shell.Get("""
            $spec = New-OciSpec sh, -c, 'i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done; exit 5'
            (New-OciContainer $id $bundle -Root $full/root -Spec $spec | Start-OciContainer -PassThru | Wait-OciContainer -Timeout 30).ExitCode
            (Get-OciContainer $id -Root $full/root).ExitCode
            """, ("id", id)).Select(code => code.BaseObject));
        Assert.NotEmpty(Shell.Get("Get-OciContainerLog $id -Root $full/root -Tail 1"));
        Shell.Get("Remove-OciContainer $id -Root $full/root");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Disk, "root")));
    }

    [ContainerFact]
    public void AConfigurationThatDoesNotFitKeepsTheOldOne()
    {
        string file = Path.Combine(Disk, "old.json");
        File.WriteAllText(file, "mine");
        Fill();
        Assert.StartsWith("LimitsExceeded,", Refused("New-OciSpec | Export-OciSpec $full/old.json").FullyQualifiedErrorId);
        Assert.Equal("mine", File.ReadAllText(file));
        Refused("New-OciSpec | Export-OciSpec $full/new.json");
        Assert.Equal(["fill", "old.json"], Directory.EnumerateFiles(Disk).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [ContainerFact]
    public void ABundleThatDoesNotFitIsNotThere()
    {
        Assert.StartsWith("LimitsExceeded,", Refused("New-OciBundle $full/bundle -Busybox").FullyQualifiedErrorId);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Disk));
    }

    private void Fill()
    {
        try
        {
            File.WriteAllBytes(Path.Combine(Disk, "fill"), new byte[1 << 20]);
        }
        catch (IOException)
        {
            // That is the point.
        }
    }

    private ErrorRecord Refused(string script)
    {
        ScriptResult result = Shell.Run(script, ("id", _fixture.NewId()));
        Assert.Empty(result.Output);
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal(ErrorCategory.LimitsExceeded, error.CategoryInfo.Category);
        return error;
    }
}
