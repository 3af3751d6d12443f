<#
.SYNOPSIS
    The project's tasks for people with pwsh; build.sh is the same without.
.EXAMPLE
    ./build.ps1 Test
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Clean', 'Install')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    [Parameter(ValueFromRemainingArguments)]
    [string[]] $Arguments = @()
)

$ErrorActionPreference = 'Stop'
$env:CONFIGURATION = $Configuration
& (Join-Path $PSScriptRoot 'build.sh') $Task.ToLowerInvariant() @Arguments
exit $LASTEXITCODE
