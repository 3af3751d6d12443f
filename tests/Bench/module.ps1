# What someone at a prompt waits for, timed in one PowerShell: lines "what<TAB>milliseconds".
param(
    [Parameter(Mandatory)][string] $Module,
    # State root with containers; without one only the import is timed.
    [string] $Root,
    [int] $Containers,
    [int] $Rounds = 1
)
$ErrorActionPreference = 'Stop'

function Measure-Call([string] $What, [scriptblock] $Call) {
    $begin = [System.Diagnostics.Stopwatch]::GetTimestamp()
    $result = & $Call
    $time = [System.Diagnostics.Stopwatch]::GetElapsedTime($begin).TotalMilliseconds
    [Console]::WriteLine([string]::Format([cultureinfo]::InvariantCulture, "{0}`t{1}", $What, $time))
    $result
}

# As at a prompt, which has PSReadLine: PowerShell's own way to a module with a manifest and formats is warm.
Import-Module PSReadLine
$null = Measure-Call 'import' { Import-Module $Module }
if (-not $Root) { return }
$line = "Get-OciContainer -Root $Root "
for ($round = 0; $round -le $Rounds; $round++) {
    # The first one is thrown away, as everywhere.
    $listed = Measure-Call ($round ? 'list' : 'first list') { @(Get-OciContainer -Root $Root).Count }
    $completed = Measure-Call ($round ? 'completion' : 'first completion') { [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.Count }
    if ($listed -ne $Containers -or $completed -ne $Containers) { throw "$listed were listed and $completed completed, of $Containers" }
}
