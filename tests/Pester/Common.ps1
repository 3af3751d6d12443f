# What every test file starts with: the module, a state root of its own, and a bundle made from busybox.

. "$PSScriptRoot/../../tools/Build/Pwsh.ps1"
$repository = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")

function New-Fixture {
    if (-not (Get-Module OciRuntime)) { Import-Module "$repository/out/OciRuntime" }
    $name = 'pst-' + [guid]::NewGuid().ToString('n').Substring(0, 8)
    $work = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), $name)
    $fixture = [pscustomobject]@{
        Work = $work
        Root = "$work/root"
        Bundle = "$work/bundle"
        Prefix = "$name-"
        Ocirun = "$repository/out/bin/ocirun"
    }
    foreach ($directory in 'bin', 'dev', 'etc', 'proc', 'sys', 'tmp') { $null = [System.IO.Directory]::CreateDirectory("$work/bundle/rootfs/$directory") }
    [System.IO.File]::Copy('/bin/busybox', "$work/bundle/rootfs/bin/busybox")
    foreach ($applet in & /bin/busybox --list) {
        if ($applet -ne 'busybox') { $null = [System.IO.File]::CreateSymbolicLink("$work/bundle/rootfs/bin/$applet", '/bin/busybox') }
    }
    New-OciSpec sleep, 300 | Export-OciSpec -Bundle $fixture.Bundle
    $global:PSDefaultParameterValues['*-Oci*:Root'] = $fixture.Root
    $fixture
}

# Removes every container of the fixture and its files. What is left afterwards is a failure.
function Remove-Fixture($Fixture) {
    if (-not $Fixture) { return }
    try {
        Get-OciContainer | Remove-OciContainer -Force
        $left = Get-Leftover $Fixture.Prefix $Fixture.Work
        if ($left) { throw "left behind: $($left -join ', ')" }
    }
    catch {
        Clear-Cgroup $Fixture.Prefix
        throw
    }
    finally {
        $global:PSDefaultParameterValues.Remove('*-Oci*:Root')
        [System.IO.Directory]::Delete($Fixture.Work, $true)
    }
}

# What a failure has left, without the cmdlets, which may be what has failed.
function Clear-Cgroup([string] $Prefix) {
    foreach ($cgroup in Get-CgroupOf $Prefix) {
        if (Test-Path "$cgroup/freezer.state") { 'THAWED' | Set-Content "$cgroup/freezer.state" }
        if (Test-Path "$cgroup/cgroup.freeze") { '0' | Set-Content "$cgroup/cgroup.freeze" }
        Get-Content "$cgroup/cgroup.procs" | ForEach-Object { Stop-Process -Id $_ -Force -ErrorAction Ignore }
        $null = Wait-Until { try { [System.IO.Directory]::Delete($cgroup); $true } catch { $false } }
    }
}

# A new id in every call; ids of a fixture share its prefix, so that leftovers can be told.
function New-Id([string] $Name = 'c') { "$($fixture.Prefix)$Name-" + [guid]::NewGuid().ToString('n').Substring(0, 6) }

# A running container of a shell script.
function Start-Script([string] $Script) {
    New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec sh, -c, $Script) | Start-OciContainer -PassThru
}

# Waits until a condition holds; false after ten seconds.
function Wait-Until([scriptblock] $Condition) {
    $end = [DateTime]::UtcNow.AddSeconds(10)
    while (-not (& $Condition)) {
        if ([DateTime]::UtcNow -gt $end) { return $false }
        [System.Threading.Thread]::Sleep(20)
    }
    $true
}

# The errors of a script, whether they end it or not.
function Get-Failure([scriptblock] $Script) {
    $ErrorActionPreference = 'Continue'
    try { & $Script 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } }
    catch { $_ }
}

# What a script's output looks like on a screen, a line each, without empty ones.
function Get-Screen([scriptblock] $Script, [int] $Width = 160) {
    & $Script | Out-String -Width $Width -Stream | ForEach-Object { ($_ -replace '\e\[[\d;]*m').Trim() } | Where-Object { $_ }
}

# What processes, mounts and cgroups have in their names.
function Get-Leftover([string] $Prefix, [string] $Path) { @(Get-ProcessOf $Prefix) + @(Get-MountOf $Path) + @(Get-CgroupOf $Prefix) }

# A zombie of another parent is for that parent to wait for: ocirun leaves a detached process to its adopter.
function Get-ProcessOf([string] $Text) {
    foreach ($directory in [System.IO.Directory]::GetDirectories('/proc')) {
        if ([System.IO.Path]::GetFileName($directory) -notmatch '^\d+$') { continue }
        try {
            if (-not [System.IO.File]::ReadAllText("$directory/cgroup").Contains($Text)) { continue }
            # proc(5), /proc/pid/stat: the state and the parent follow the command in parentheses.
            $state, $parent = ([System.IO.File]::ReadAllText("$directory/stat") -replace '^.*\) ').Split(' ')[0, 1]
        }
        catch { continue }
        if ($state -notin 'Z', 'X' -or $parent -eq $PID) { "process $directory" }
    }
}

function Get-MountOf([string] $Path) {
    foreach ($line in [System.IO.File]::ReadAllLines('/proc/self/mountinfo')) {
        if ($line.Contains(" $Path/")) { "mount $line" }
    }
}

function Get-CgroupOf([string] $Prefix) {
    $near = [System.IO.EnumerationOptions]@{ RecurseSubdirectories = $true; MaxRecursionDepth = 4; IgnoreInaccessible = $true }
    [System.IO.Directory]::GetDirectories('/sys/fs/cgroup', "$Prefix*", $near)
}
