# Runs these files with Pester; the last line is their counts. Names choose files: Get-OciContainer, Terminal/*. -Test chooses tests of theirs.
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(ValueFromRemainingArguments)]
    [string[]] $Name = @('*'),

    # Only the tests with such names: with "*" a pattern of the whole name, with the names of what the test stands in before it.
    [Parameter()]
    [string] $Test,

    # Where to write each test's result, for the test matrix.
    [Parameter()]
    [string] $Results
)
$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/Requirements.ps1"
if ($Missing) {
    "skipped: $Missing"
    '0 passed, 0 failed, 1 skipped'
    exit
}
Import-Module "$PSScriptRoot/../../out/Pester"
$files = Get-ChildItem $PSScriptRoot -Recurse -Filter *.Tests.ps1 | ForEach-Object FullName | Sort-Object
$chosen = $files | Where-Object {
    $file = [System.IO.Path]::GetRelativePath($PSScriptRoot, $_)
    $Name | Where-Object { $file -like "$_.Tests.ps1" }
}
if (-not $chosen) { throw "no file of tests is named $Name" }

$configuration = New-PesterConfiguration
$configuration.Run.Path = $chosen
$configuration.Run.PassThru = $true
if ($Test) { $configuration.Filter.FullName = $Test }
$configuration.Output.Verbosity = 'Detailed'
if ([Console]::IsOutputRedirected) { $configuration.Output.RenderMode = 'Plaintext' }
$run = Invoke-Pester -Configuration $configuration
if ($Test -and $run.NotRunCount -eq $run.TotalCount) { throw "no test is named $Test" }

# A block fails when what its tests share does: BeforeAll, or the look for leftovers in AfterAll.
$failed = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
if ($Results) {
    foreach ($test in $run.Tests) {
        $group = [System.IO.Path]::GetFileName($test.ScriptBlock.File) -replace '\.Tests\.ps1$'
        $outcome = $test.Result -in 'Passed', 'Skipped' ? $test.Result : 'Failed'
        $reason = "$($test.ErrorRecord | Select-Object -First 1)" -replace '\r?\n', '\n' -replace "`t", ' '
        "Pester`t$group`t$($test.Name)`t$($outcome.ToLowerInvariant())`t$([int]$test.Duration.TotalMilliseconds)`t$reason" | Add-Content "$Results/pester.tsv"
    }
    if ($failed -gt $run.FailedCount) { "count`tPester`tfailed`t$($failed - $run.FailedCount)" | Add-Content "$Results/pester.tsv" }
}
"$($run.PassedCount) passed, $failed failed, $($run.SkippedCount + $run.InconclusiveCount + $run.NotRunCount) skipped"
exit [int]($failed -gt 0)
