# What every test file starts with: the module, a state root of its own, and a bundle made from busybox.
# Runs under Pester 5 in pwsh, and in the xunit suite, which hosts the engine with fewer cmdlets: so .NET for files.

function New-Fixture {
    $repository = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
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
    Get-OciContainer | Remove-OciContainer -Force
    $global:PSDefaultParameterValues.Remove('*-Oci*:Root')
    [System.IO.Directory]::Delete($Fixture.Work, $true)
    $left = @(Get-ProcessOf $Fixture.Prefix) + @(Get-MountOf $Fixture.Work) + @(Get-CgroupOf $Fixture.Prefix)
    if ($left) { throw "left behind: $($left -join ', ')" }
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

function Get-ProcessOf([string] $Text) {
    foreach ($directory in [System.IO.Directory]::GetDirectories('/proc')) {
        if ([System.IO.Path]::GetFileName($directory) -notmatch '^\d+$') { continue }
        try { $cgroup = [System.IO.File]::ReadAllText("$directory/cgroup") } catch { continue }
        if ($cgroup.Contains($Text)) { "process $directory" }
    }
}

function Get-MountOf([string] $Path) {
    foreach ($line in [System.IO.File]::ReadAllLines('/proc/self/mountinfo')) {
        if ($line.Contains(" $Path/")) { "mount $line" }
    }
}

function Get-CgroupOf([string] $Prefix) {
    foreach ($hierarchy in @('/sys/fs/cgroup') + [System.IO.Directory]::GetDirectories('/sys/fs/cgroup')) {
        [System.IO.Directory]::GetDirectories($hierarchy, "$Prefix*")
    }
}
