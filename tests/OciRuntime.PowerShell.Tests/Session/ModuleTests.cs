using System.Management.Automation;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Session;

public sealed class ModuleTests
{
    [Fact]
    public void IsTheStagedOne()
    {
        using var shell = new PowerShellHost();
        var command = (CmdletInfo)Assert.Single(shell.Get("Get-Command Get-OciContainer")).BaseObject;
        Assert.Equal(Path.Combine(Repository.Module, "OciRuntime.PowerShell.dll"), command.ImplementingType.Assembly.Location);
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "OciRuntime.PowerShell.dll")));
    }

    [Fact]
    public void ExportsWhatTheManifestLists()
    {
        using var shell = new PowerShellHost();
        object listed = shell.Get("(Test-ModuleManifest $path).ExportedCmdlets.Keys", ("path", Path.Combine(Repository.Module, "OciRuntime.psd1")))
            .Select(name => name.ToString()).Order().ToArray();
        Assert.Equal(listed, shell.Get("(Get-Command -Module OciRuntime).Name").Select(name => name.ToString()).Order().ToArray());
    }

    [Fact]
    public void EveryCmdletOfTheAssemblyIsExported()
    {
        using var shell = new PowerShellHost();
        var command = (CmdletInfo)shell.Get("Get-Command Get-OciContainer")[0].BaseObject;
        IEnumerable<string> made = command.ImplementingType.Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes(typeof(CmdletAttribute), inherit: false).Cast<CmdletAttribute>())
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}");
        Assert.Equal(made.Order(), shell.Get("(Get-Command -Module OciRuntime).Name").Select(name => name.ToString()).Order());
    }

    [Fact]
    public void VerbsAreApprovedAndNounsStartWithOci()
    {
        using var shell = new PowerShellHost();
        string[] verbs = [.. typeof(PSObject).Assembly.GetTypes()
            .Where(type => type.IsPublic && type.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields()).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];
        Assert.All(shell.Get("Get-Command -Module OciRuntime"), command =>
        {
            var info = (CmdletInfo)command.BaseObject;
            Assert.Contains(info.Verb, verbs);
            Assert.StartsWith("Oci", info.Noun);
        });
    }

    [Fact]
    public void BringsNoForeignAssembly() => Assert.Equal(
        ["OciRuntime.Core.dll", "OciRuntime.PowerShell.dll"],
        Directory.EnumerateFiles(Repository.Module, "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName).Order());

    [Fact]
    public void AutoloadsFromTheModulePath()
    {
        using var shell = new PowerShellHost(import: false);
        string? path = Environment.GetEnvironmentVariable("PSModulePath");
        Environment.SetEnvironmentVariable("PSModulePath", $"{Path.GetDirectoryName(Repository.Module)}:{path}");
        try
        {
            Assert.Equal("sh", Assert.Single(shell.Get("(New-OciSpec).Process.Args")).ToString());
        }
        finally
        {
            Environment.SetEnvironmentVariable("PSModulePath", path);
        }
    }
}
