using System.Management.Automation.Language;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Pester;

public sealed class PesterFileTests
{
    [Fact]
    public void EveryCmdletHasAFile()
    {
        using var shell = new PowerShellHost();
        IEnumerable<string> cmdlets = shell.Get("(Get-Command -Module OciRuntime).Name").Select(name => name.ToString());
        Assert.DoesNotContain(cmdlets, name => !File.Exists(Path.Combine(Repository.PesterDirectory, name + ".Tests.ps1")));
    }

    [Fact]
    public void EveryFileNamesACmdlet()
    {
        using var shell = new PowerShellHost();
        IEnumerable<string> cmdlets = shell.Get("(Get-Command -Module OciRuntime).Name").Select(name => name.ToString());
        Assert.Empty(PesterFiles.Files.Select(file => Path.GetFileName(file).Replace(".Tests.ps1", string.Empty)).Except(cmdlets));
    }

    [Fact]
    public void EveryScriptParses()
    {
        foreach (string file in Scripts())
        {
            PesterFiles.Parse(file, out ParseError[] errors);
            Assert.Empty(errors.Select(error => $"{file}: {error}"));
        }
    }

    [Fact]
    public void EveryTestAssertsSomething()
    {
        foreach (string file in PesterFiles.Files)
        {
            CommandAst[] tests = [.. PesterFiles.Tests(file)];
            Assert.NotEmpty(tests);
            Assert.Empty(tests
                .Where(test => test.FindAll(ast => ast is CommandAst command && command.GetCommandName() == "Should", searchNestedScriptBlocks: true).Any() is false)
                .Select(test => $"{file}: {PesterFiles.NameOf(test)}"));
            Assert.Equal(tests.Length, tests.Select(PesterFiles.NameOf).Distinct().Count());
        }
    }

    private static IEnumerable<string> Scripts() => new[] { "tests", "samples", "." }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.ps1", folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
        .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal));
}
