using System.Diagnostics;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Shell;

/// <summary>oci-pwsh as a process: arguments, output, exit codes.</summary>
public sealed class ShellTests
{
    [Theory]
    [InlineData("1", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'no'", 1)]
    [InlineData("/bin/false", 1)]
    [InlineData("/bin/false; 1", 0)]
    [InlineData("Get-Command no-such-command", 1)]
    [InlineData("1/0; 'after'", 0)]
    public void CommandExitCode(string command, int expected) => Assert.Equal(expected, Run("-NoProfile", "-Command", command).ExitCode);

    [Fact]
    public void CommandJoinsItsArguments() => Assert.Equal("3\n", Run("-c", "1", "+", "2").Output);

    [Fact]
    public void DashReadsTheCommandFromStandardInput() => Assert.Equal("5\n", Programs.Run(Repository.Shell, "2 + 3", ["-Command", "-"]).Output);

    [Fact]
    public void StandardInputIsAScript()
    {
        ProgramResult result = Programs.Run(Repository.Shell, "'read'\nexit 4\n", []);
        Assert.Equal("read\n", result.Output);
        Assert.Equal(4, result.ExitCode);
    }

    [Theory]
    [InlineData("exit 9", 9)]
    [InlineData("/bin/false", 0)]
    [InlineData("throw 'no'", 1)]
    [InlineData("if (", 1)]
    [InlineData("'fine'", 0)]
    public void FileExitCode(string script, int expected)
    {
        using var file = new ScriptFile(script);
        Assert.Equal(expected, Run("-File", file.Path).ExitCode);
    }

    [Fact]
    public void FileTakesParametersAndArguments()
    {
        using var file = new ScriptFile("param([string] $Name, [switch] $Force)\n\"$Name|$Force|$($args -join ',')|$PSScriptRoot\"");
        ProgramResult result = Run(file.Path, "-Name", "a b", "-Force:$true", "x", "$y", "it's");
        Assert.Equal($"a b|True|x,$y,it's|{Path.GetDirectoryName(file.Path)}\n", result.Output);
    }

    [Fact]
    public void MissingFileIs64()
    {
        ProgramResult result = Run("-File", "/nowhere/x.ps1");
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("/nowhere/x.ps1", result.Error);
    }

    [Fact]
    public void UnknownParameterIs64() => Assert.Equal(64, Run("-NoSuchParameter").ExitCode);

    [Fact]
    public void ErrorsGoToStandardErrorInOneLine()
    {
        ProgramResult result = Run("-c", "Get-OciContainer no-such-container -Root /nowhere/at/all; 'after'");
        Assert.Equal("after\n", result.Output);
        Assert.StartsWith("Get-OciContainer: ", result.Error);
        Assert.DoesNotContain("\e", result.Error);
    }

    [Fact]
    public void ErrorOfAScriptHasItsPosition()
    {
        using var file = new ScriptFile("'one'\nGet-OciContainer no-such-container -Root /nowhere/at/all");
        ProgramResult result = Run("-File", file.Path);
        Assert.Contains($"{file.Path}:2", result.Error);
        Assert.Equal("one\n", result.Output);
    }

    [Fact]
    public void ModuleIsReady() => Assert.Equal($"{Path.Combine(Repository.Module, "OciRuntime.PowerShell.dll")}\n", Run("-c", "(Get-Command New-OciSpec).ImplementingType.Assembly.Location").Output);

    [Fact]
    public void OutputIsPlainWhenRedirected()
    {
        string text = Run("-c", "New-OciSpec; Get-Command New-OciSpec").Output;
        Assert.Contains("OciVersion", text);
        Assert.DoesNotContain("\e", text);
    }

    [Fact]
    public void VersionAndHelp()
    {
        Assert.Matches(@"^oci-pwsh \d+\.\d+\.\d+ \(PowerShell engine 7\.6\.\d+\)\n$", Run("-Version").Output);
        Assert.Contains("-Command", Run("-Help").Output);
    }

    [Fact]
    public void InterruptStopsThePipeline()
    {
        using Process process = Programs.Start(Repository.Shell, "-c", "try { 'ready'; while ($true) { [Threading.Thread]::Sleep(20) } } finally { [Console]::Out.WriteLine('cleaned') }");
        Assert.Equal("ready", Programs.Line(process));
        Programs.Run("/bin/kill", "-INT", process.Id.ToString());
        Assert.Equal("cleaned", Programs.Line(process));
        Assert.True(process.WaitForExit(10000));
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void StandInsServeEverydayScripts()
    {
        using var file = new ScriptFile("""
            $directory = Join-Path ([System.IO.Path]::GetTempPath()) "oci-pwsh-$PID"
            $null = New-Item -ItemType Directory $directory
            'b', 'a' | Set-Content (Join-Path $directory f)
            (Get-Content (Join-Path $directory f) | Sort-Object) -join ','
            [pscustomobject]@{ A = 1; B = @(1, 2) } | Select-Object B, A | ConvertTo-Json -Compress
            Remove-Item $directory -Recurse
            Test-Path $directory
            """);
        ProgramResult result = Run("-File", file.Path);
        Assert.Equal("a,b\n{\"B\":[1,2],\"A\":1}\nFalse\n", result.Output);
        Assert.Empty(result.Error);
    }

    private static ProgramResult Run(params string[] arguments) => Programs.Run(Repository.Shell, arguments);

    private sealed class ScriptFile : IDisposable
    {
        public ScriptFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"oci-pwsh-{Guid.NewGuid():n}.ps1");

        public void Dispose() => File.Delete(Path);
    }
}
