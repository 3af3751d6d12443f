using System.Management.Automation;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>Output, input, exit code and errors of processes in the foreground.</summary>
public sealed class ForegroundTests : IClassFixture<BundleFixture>
{
    private const string Script = "Invoke-OciContainer $id -Bundle $bundle -Command sh, -c,";

    private readonly BundleFixture _fixture;

    public ForegroundTests(BundleFixture fixture) => _fixture = fixture;

    [ContainerFact]
    public void OutputIsStringsAndTheExitCodeIsKept()
    {
        using PowerShellHost shell = Open();
        Assert.Equal(["one", "two äöü", "3"], Texts(shell, Script + "'echo one; printf \"two äöü\"; exit 3'; $LASTEXITCODE"));
    }

    [ContainerFact]
    public void ErrorLinesAreRecordsThatEndNothing()
    {
        using PowerShellHost shell = Open();
        ScriptResult result = shell.Run("$ErrorActionPreference = 'Stop'; " + Script + "'echo bad >&2; echo good'; $ErrorActionPreference");
        Assert.Equal(["Stop", "good"], result.Output.Select(line => line.ToString()).Order(StringComparer.Ordinal));
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("ContainerStandardError,OciRuntime.PowerShell.Commands.InvokeOciContainerCommand", error.FullyQualifiedErrorId);
        Assert.Equal("bad", error.ToString());
    }

    [ContainerFact]
    public void AnExplicitErrorActionIsObeyed()
    {
        using PowerShellHost shell = Open();
        ScriptResult result = shell.Run(Script + "'echo bad >&2; sleep 100' -ErrorAction Stop; 'not here'");
        Assert.Empty(result.Output);
        Assert.Empty(shell.Get("Get-OciContainer $id*"));
    }

    [ContainerFact]
    public void ErrorOnExitStopsWithThePreference()
    {
        using PowerShellHost shell = Open();
        ScriptResult result = shell.Run("$ErrorActionPreference = 'Stop'; " + Script + "'echo bad >&2; exit 4' -ErrorOnExit; 'not here'");
        Assert.Empty(result.Output);
        Assert.Contains(result.Errors, error => error.FullyQualifiedErrorId.StartsWith("NonZeroExitCode,", StringComparison.Ordinal));
        Assert.Equal(4, shell.Get("$LASTEXITCODE")[0].BaseObject);
    }

    [ContainerFact]
    public void InputIsLinesOrBytes()
    {
        using PowerShellHost shell = Open();
        Assert.Equal(["1", "b", "c"], Texts(shell, "1, 'b', 'c' | Invoke-OciContainer $id -Bundle $bundle -Command cat"));
        Assert.Equal(["68 69"], Texts(shell, "[byte[]](0x68, 0x69) | Invoke-OciContainer $id -Bundle $bundle -Command sh, -c, 'od -An -tx1'").Select(line => line.Trim()));
        Assert.Equal(["0"], Texts(shell, "Invoke-OciContainer $id -Bundle $bundle -Command wc, -c"));
    }

    // Neither side reads before it has written: only relays that wait for neither get through.
    [ContainerFact]
    public void MuchInputAndOutputDoNotBlockEachOther()
    {
        using PowerShellHost shell = Open();
        Assert.Equal(["20000", "19999"], Texts(shell,
            "$x = 0..19999 | ForEach-Object { \"$_\" } | Invoke-OciContainer $id -Bundle $bundle -Command cat; $x.Count; $x[-1]"));
    }

    [ContainerFact]
    public void AnEarlyEndOfThePipelineRemovesTheContainer()
    {
        using PowerShellHost shell = Open();
        Assert.Equal(["enough y"], Texts(shell, "try { Invoke-OciContainer $id -Bundle $bundle -Command yes | ForEach-Object { throw \"enough $_\" } } catch { \"$_\" }"));
        Assert.Empty(shell.Get("Get-OciContainer $id*"));
    }

    [ContainerFact]
    public void WhatCannotStartIsAnErrorWithAShellsExitCode()
    {
        using PowerShellHost shell = Open();
        ScriptResult result = shell.Run("Invoke-OciContainer $id -Bundle $bundle -Command /no/such; $LASTEXITCODE; Invoke-OciContainer $id -Bundle $bundle -Command /tmp; $LASTEXITCODE");
        Assert.Equal([127, 126], result.Output.Select(code => code.BaseObject));
        Assert.Equal(["CommandNotFound", "CommandNotExecutable"], result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal([ErrorCategory.ObjectNotFound, ErrorCategory.PermissionDenied], result.Errors.Select(error => error.CategoryInfo.Category));
        Assert.Empty(shell.Get("Get-OciContainer $id*"));
    }

    [ContainerFact]
    public void KeptContainersKnowTheirExitCode()
    {
        using PowerShellHost shell = Open();
        Assert.Equal([5], shell.Get(Script + "'exit 5' -Keep; (Get-OciContainer $id).ExitCode").Select(code => code.BaseObject));
        shell.Get("Remove-OciContainer $id");
    }

    [ContainerFact]
    public void ATerminalWithoutAConsoleGivesLines()
    {
        using PowerShellHost shell = Open();
        Assert.Equal(["/dev/pts/0"], Texts(shell, "Invoke-OciContainer $id -Bundle $bundle -Command tty -Tty"));
    }

    [ContainerFact]
    public void BundlesComeThroughThePipeline()
    {
        using PowerShellHost shell = Open();
        Assert.Equal(["hi"], Texts(shell, "New-OciBundle (Join-Path $work b1) -Command echo, hi | Invoke-OciContainer"));
    }

    [ContainerFact]
    public void ContainersOfThePipelineRunACommandEach()
    {
        using PowerShellHost shell = Open();
        Assert.Equal(["hi", "hi", "0"], Texts(shell, """
            "$id-a", "$id-b" | New-OciContainer -Bundle $bundle | Start-OciContainer
            Get-OciContainer "$id-*" | Invoke-OciContainerCommand -Command echo, hi
            $LASTEXITCODE
            Remove-OciContainer "$id-*" -Force
            """));
    }

    [ContainerFact]
    public void ManyStopTogether()
    {
        using PowerShellHost shell = Open();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        // sleep as pid 1 ignores SIGTERM, so each needs its whole timeout.
        Assert.Equal(["Stopped 137", "Stopped 137", "Stopped 137"], Texts(shell, """
            "$id-a", "$id-b", "$id-c" | New-OciContainer -Bundle $bundle | Start-OciContainer -PassThru | Stop-OciContainer -Timeout 1s -PassThru |
                ForEach-Object { "$($_.Status) $($_.ExitCode)" }
            Remove-OciContainer "$id-*"
            """));
        Assert.InRange(watch.ElapsedMilliseconds, 1000, 2500);
    }

    private PowerShellHost Open()
    {
        PowerShellHost shell = _fixture.Open();
        shell.Runspace.SessionStateProxy.SetVariable("id", _fixture.NewId());
        return shell;
    }

    private static string[] Texts(PowerShellHost shell, string script) => [.. shell.Get(script).Select(line => line.ToString())];
}
