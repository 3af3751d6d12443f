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

# A cgroup of the tests' own, as OwnCgroup.cs has it: a container without cgroupsPath lives below its caller's.
$joined = foreach ($line in [System.IO.File]::ReadAllLines('/proc/self/mountinfo')) {
    $fields = $line.Split(' ')
    $kind, $null, $options = $fields[($fields.IndexOf('-') + 1)..($fields.Count - 1)]
    if ($kind -notin 'cgroup', 'cgroup2' -or $fields[3] -ne '/' -or "$($fields[4])/" -notlike '/sys/fs/cgroup/*') { continue }
    $own = [System.IO.File]::ReadAllLines('/proc/self/cgroup') | ForEach-Object { , $_.Split(':', 3) } | Where-Object {
        $controllers = $_[1]
        if ($kind -eq 'cgroup2') { -not $controllers } else { $controllers -and -not ($controllers.Split(',') | Where-Object { $_ -notin $options.Split(',') }) }
    } | Select-Object -First 1
    if (-not $own) { continue }
    $cgroup = "$($fields[4])/oci-tests/own-$PID"
    if ($fields[4] -eq '/sys/fs/cgroup') { $cgroup += '/runner' }
    try {
        $parent = $fields[4]
        foreach ($part in $cgroup.Substring($parent.Length + 1).Split('/')) {
            $null = [System.IO.Directory]::CreateDirectory("$parent/$part")
            foreach ($file in 'cpuset.cpus', 'cpuset.mems') {
                if ([System.IO.File]::Exists("$parent/tasks") -and [System.IO.File]::Exists("$parent/$part/$file") -and -not [System.IO.File]::ReadAllText("$parent/$part/$file").Trim()) {
                    [System.IO.File]::WriteAllText("$parent/$part/$file", [System.IO.File]::ReadAllText("$parent/$file"))
                }
            }
            $parent += "/$part"
        }
        [System.IO.File]::WriteAllText("$cgroup/cgroup.procs", "$PID")
        @{ Cgroup = $cgroup; Former = $fields[4] + $own[2].TrimEnd('/') }
    }
    catch { Write-Verbose "$cgroup`: $_" }
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $chosen
$configuration.Run.PassThru = $true
if ($Test) { $configuration.Filter.FullName = $Test }
$configuration.Output.Verbosity = 'Detailed'
if ([Console]::IsOutputRedirected) { $configuration.Output.RenderMode = 'Plaintext' }
$run = Invoke-Pester -Configuration $configuration
if ($Test -and $run.NotRunCount -eq $run.TotalCount) { throw "no test is named $Test" }

foreach ($one in $joined) {
    [System.IO.File]::WriteAllText("$($one.Former)/cgroup.procs", "$PID")
    for ($directory = $one.Cgroup; $directory -match '/oci-tests'; $directory = [System.IO.Path]::GetDirectoryName($directory)) {
        try { [System.IO.Directory]::Delete($directory) } catch { break }
    }
}

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
