# The suites of tests, one after another. Each ends with a line "N passed, N failed, N skipped", and so does the run. Results are kept in
# out/test-results, a directory a kind of host, for the test matrix.

$Results = "$PWD/out/test-results"
$Totals = @{ Passed = 0; Failed = 0; Skipped = 0 }
$Failures = [Collections.Generic.List[string]]::new()
$Clock = [Diagnostics.Stopwatch]::StartNew()
$TestPrograms = @{
    busybox = 'busybox-static'; groff = 'groff-base'; ip = 'iproute2'; newuidmap = 'uidmap'; ps = 'procps'; runc = 'runc'; strace = 'strace'; tmux = 'tmux'; xz = 'xz-utils'
    zstd = 'zstd'
}

# No suite takes as long, that of the cgroup v2 guest on a slow machine half of it; one that does hangs, and is a failure.
$SuiteMinutes = 40
$TestMinutes = 10

# The counts of a suite, and for the end of the run what its output says of each failure.
function Add-Result([string] $Name, [int] $Passed, [int] $Failed, [int] $Skipped, [object[]] $Lines) {
    $Totals.Passed += $Passed
    $Totals.Failed += $Failed
    $Totals.Skipped += $Skipped
    "-- ${Name}: $Passed passed, $Failed failed, $Skipped skipped ($([int]$Clock.Elapsed.TotalSeconds) s since the one before)"
    $Clock.Restart()
    if ($Failed -eq 0) { return }
    $Failures.Add("== failed in $Name")
    $found = $Lines | Select-String '^\s*(FAIL(ED)?|Failed|\[-\]) |^ended after' -CaseSensitive -Context 5, 20 | Select-Object -First 20
    $shown = $found ? $found.ForEach{ $_.Context.PreContext; $_.Line; $_.Context.PostContext } : @($Lines | Select-Object -Last 25)
    foreach ($text in $shown) { $Failures.Add("   $text") }
}

# Runs a program with nothing to read, both its streams in order, as it writes them; its exit code is for the caller to judge.
function Invoke-Program {
    $PSNativeCommandUseErrorActionPreference = $false
    sh -c 'exec "$@" 2>&1 </dev/null' sh timeout --kill-after=30 "$($SuiteMinutes)m" @args
    if ($LASTEXITCODE -eq 124) { "ended after $SuiteMinutes minutes" }
}

# Runs a suite whose last line is its counts, and shows it as it runs.
function Invoke-Suite([string] $Name, [string[]] $Command) {
    Write-Heading $Name
    $lines = @()
    Invoke-Program @Command | Tee-Object -Variable lines
    $status = $LASTEXITCODE
    $counts = $lines | Select-String '^(\d+) passed, (\d+) failed, (\d+) skipped$' | Select-Object -Last 1
    if (-not $counts) {
        Add-Result $Name 0 1 0 @($lines; "   (no result line, exit status $status)")
        return "   (no result line, exit status $status)"
    }
    [int] $passed, [int] $failed, [int] $skipped = $counts.Matches[0].Groups[1..3].Value
    if ($status -ne 0 -and $failed -eq 0) { $failed = 1 }
    Add-Result $Name $passed $failed $skipped $lines
    $reason = $lines | Select-String '^skipped: (.*)' | Select-Object -Last 1
    Save-Count $Name $passed $failed $skipped ($reason ? $reason.Matches[0].Groups[1].Value : '')
}

# Keeps the numbers of a suite that names no tests. The guests' lanes, the engines' suite and Pester's keep theirs themselves, unless none could run;
# the rows are about the other tests.
function Save-Count([string] $Name, [int] $Passed, [int] $Failed, [int] $Skipped, [string] $Reason) {
    if ($Name -like 'rows*' -or ($Name -match '^(vm |engines$|Pester$)' -and $Passed + $Failed -gt 0)) { return }
    "count`t$Name`tpassed`t$Passed", "count`t$Name`tfailed`t$Failed", "count`t$Name`tskipped`t$Skipped`t$Reason" | Add-Content "$Results/host/suites.tsv"
}

# One test project. A test that hangs is ended, and is a failure.
function Invoke-Xunit([string] $Project) {
    $name = Split-Path -Leaf $Project
    Write-Heading $name
    $lines = @()
    Invoke-Program dotnet test $Project -c $Configuration --no-build --nologo --logger 'console;verbosity=minimal' --logger "trx;LogFileName=$Results/host/$name.trx" `
        --results-directory out/hangs --blame-hang-timeout "$($TestMinutes)m" --blame-hang-dump-type none | Tee-Object -Variable lines
    $status = $LASTEXITCODE
    $counts = $lines | Select-String 'Failed: *(\d+), Passed: *(\d+), Skipped: *(\d+)' | Select-Object -Last 1
    if (-not $counts) {
        Add-Result $name 0 1 0 @($lines; "   (no result line, exit status $status)")
        return "   (no result line, exit status $status)"
    }
    [int] $failed, [int] $passed, [int] $skipped = $counts.Matches[0].Groups[1..3].Value
    if ($status -ne 0 -and $failed -eq 0) { $failed = 1 }
    Add-Result $name $passed $failed $skipped $lines
}

# The tests that another kind of machine can show, in qemu. systemd-v1, selinux and engines take too long for every run.
function Invoke-Guest([string[]] $Kinds) {
    Install-Missing @{
        'qemu-system-x86_64' = 'qemu-system-x86'; busybox = 'busybox-static'; cpio = 'cpio'; depmod = 'kmod'; 'mkfs.ext4' = 'e2fsprogs'; mmdebstrap = 'mmdebstrap'
        newuidmap = 'uidmap'; ip = 'iproute2'; criu = 'criu'; 'iptables-restore' = 'iptables'
    }
    $env:OCI_PSHOME = $PSHOME
    Invoke-Suite 'guest lane' tests/Vm/selftest.sh
    $there = @()
    foreach ($kind in $Kinds) {
        Invoke-Suite "vm $kind" (@('tests/Vm/run.sh', '--profile', $kind, '--results', $Results) + $there)
        if ($kind -eq 'v2') { $there = '--passed', "$Results/v2/tests.tsv" }
    }
}

function Get-GuestKind([string[]] $Named) {
    if ($Named) { $Named }
    elseif ($env:OCI_VM_PROFILES) { -split $env:OCI_VM_PROFILES }
    else { 'v2', 'v1', 'systemd' }
}

# What this machine is, in the words of the test matrix.
function Get-HostKind {
    $layout = (Test-Path /sys/fs/cgroup/cgroup.controllers) ? 'cgroup v2' : (Test-Path /sys/fs/cgroup/unified) ? 'hybrid cgroup v1' : 'cgroup v1'
    if (Test-Path /run/systemd/system) { $layout += ', systemd' }
    $every = (1uL -shl (1 + (Get-Content /proc/sys/kernel/cap_last_cap))) - 1
    $own = (Get-Content /proc/self/status | Select-String '^CapEff:\s+(\w+)').Matches[0].Groups[1].Value
    $rights = -not [Environment]::IsPrivilegedProcess ? 'not root' : [Convert]::ToUInt64($own, 16) -eq $every ? 'all capabilities' : 'root without every capability'
    $modules = (Get-Content /sys/kernel/security/lsm -ErrorAction Ignore) ?? 'none'
    "the building machine: $layout, kernel $((uname -r).Split('.')[0..1] -join '.'), LSMs $modules, $rights"
}

# The order of what is tried at random: the commit's own, so that a run of the same commit tries the same again, and the next commit something else.
function Get-Seed {
    $PSNativeCommandUseErrorActionPreference = $false
    $commit = (Get-Command git -CommandType Application -ErrorAction Ignore) ? (git rev-parse --short=8 HEAD 2>$null) : $null
    $commit ? $commit.Substring(0, 8) : '1'
}

function Complete-Run {
    ''
    $Failures
    ''
    "$($Totals.Passed) passed, $($Totals.Failed) failed, $($Totals.Skipped) skipped"
    exit [int]($Totals.Failed -gt 0)
}

function Test-Guest([string[]] $Named) {
    $null = New-Item -ItemType Directory -Force "$Results/host"
    Invoke-Guest (Get-GuestKind $Named)
    Complete-Run
}

function Test-Everything {
    Install-Missing $TestPrograms
    Build-Module
    Build-Command
    Remove-Item $Results -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory "$Results/host"
    Get-HostKind | Set-Content "$Results/host/kind"
    Invoke-Suite native tests/native/run.sh
    foreach ($project in Get-Item tests/OciRuntime.*) { Invoke-Xunit $project }
    Invoke-Suite Pester ($Pwsh + @('-NoProfile', '-File', 'tests/Pester/Invoke-Tests.ps1', '-Results', "$Results/host"))
    Install-Missing -Idle @{ podman = 'podman'; conmon = 'conmon'; ctr = 'containerd'; dockerd = 'docker.io'; 'docker-compose' = 'docker-compose'; 'tini-static' = 'tini'; curl = 'curl' }
    Invoke-Suite engines 'tests/Engines/run.sh', '--results', "$Results/host"
    $seed = Get-Seed
    Invoke-Suite faults 'tests/Faults/run.sh', '--seconds', '120', '--seed', $seed
    Invoke-Suite storm 'tests/Faults/storm.sh', '--seconds', '20', '--seed', $seed
    Invoke-Suite fuzz 'tests/Fuzz/run.sh', '--seconds', '30', '--seed', $seed
    Install-Missing @{ 'qemu-aarch64-static' = 'qemu-user-static'; readelf = 'binutils' }
    Build-Arm64
    Invoke-Suite arm64 tests/Arm64/run.sh
    Invoke-Guest (Get-GuestKind)
    $matrix = "tools/TestMatrix/bin/$Configuration/net10.0/TestMatrix.dll"
    Invoke-Suite 'rows of docs/runtime-spec.md' 'dotnet', $matrix, $Results, '--rows', 'docs/runtime-spec.md'
    dotnet $matrix $Results out/test-matrix.md
    Complete-Run
}
