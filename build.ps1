<#
.SYNOPSIS
    The project's tasks.
.DESCRIPTION
    Build      the module (out/OciRuntime) and the command (out/bin/ocirun)
    Demo       a container from a PowerShell pipeline
    Test       every test, as CI runs them
    Pester     the tests of the cmdlets alone, or the files that are named: Get-OciContainer, Terminal/*
    Vm         the tests in qemu: v2, v1 and systemd, or the kinds that are named, of these, systemd-v1 and selinux
    Matrix     docs/test-matrix.md from the last run of the tests
    Bench      timings beside crun and runc
    Arm64      the command for arm64, out/arm64/bin/ocirun
    Package    the module as a package for Publish-PSResource, in out/package
    Install    into ${PREFIX:-/usr/local}, below $DESTDIR
    Clean      remove what was built
    Help       this list
.EXAMPLE
    ./build.ps1 Test
.EXAMPLE
    ./build.sh test
    The same from sh; it brings PowerShell along.
#>
#Requires -Version 7.6
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Demo', 'Test', 'Pester', 'Vm', 'Matrix', 'Bench', 'Arm64', 'Package', 'Install', 'Clean', 'Help')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = $env:CONFIGURATION ? $env:CONFIGURATION : 'Release',

    [Parameter(Position = 1, ValueFromRemainingArguments)]
    [string[]] $Arguments = @()
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version 3
Set-Location $PSScriptRoot
. ./tools/Build/Pwsh.ps1
. ./tools/Build/Requirements.ps1
. ./tools/Build/Artifacts.ps1
. ./tools/Build/Suites.ps1

try {
    switch ($Task) {
        'Build' { Build-Module; Build-Command }
        'Demo' {
            if (-not [Environment]::IsPrivilegedProcess) { throw 'run the demo as root' }
            Install-Missing @{ busybox = 'busybox-static' }
            Build-Module
            Write-Heading demo
            Invoke-Pwsh -File samples/Demo.ps1
        }
        'Test' { Test-Everything }
        'Pester' {
            Install-Missing $TestPrograms
            Build-Module
            Invoke-Pwsh -File tests/Pester/Invoke-Tests.ps1 @Arguments
        }
        'Vm' {
            Build-Module
            Build-Command
            Test-Guest $Arguments
        }
        'Matrix' {
            if (-not (Test-Path out/test-matrix.md)) { throw 'run ./build.sh test first' }
            Copy-Item out/test-matrix.md docs/test-matrix.md
        }
        'Bench' {
            Install-Missing @{ busybox = 'busybox-static'; crun = 'crun'; runc = 'runc' }
            Build-Module
            Build-Command
            $env:OCI_PSHOME = $PSHOME
            dotnet run --project tests/Bench -c Release --no-build -- @Arguments
        }
        'Arm64' { Build-Arm64 }
        'Package' {
            Build-Module
            New-Package out/package
        }
        'Install' { Install-Artifact }
        'Clean' { Clear-Artifact }
        'Help' { (Get-Help $PSCommandPath).Description.Text }
    }
}
catch {
    [Console]::Error.WriteLine("build.ps1: $_")
    exit 1
}
