# A real container from a PowerShell pipeline. Runs in PowerShell 7.6, as root.
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../out/OciRuntime"

$id = "demo-$PID"
$work = "/tmp/$id"
$limit = 64MB
$script = @'
echo "hello from $(hostname), pid $$"
cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max
while [ ! -e /tmp/go ]; do sleep 0.1; done
exit 7
'@

try {
    "--- a bundle from Debian's busybox"
    $spec = New-OciSpec -Args '/bin/sh', '-c', $script -Hostname demo -Memory $limit
    $bundle = New-OciBundle -Path $work -Busybox -Spec $spec
    $bundle | Out-Host

    '--- created'
    $bundle | New-OciContainer -Id $id | Out-Host
    '--- running'
    Start-OciContainer $id -PassThru | Out-Host
    Invoke-OciContainerCommand $id -Command touch, /tmp/go
    '--- stopped'
    $exit = Wait-OciContainer $id -Timeout 30
    Get-OciContainer $id | Out-Host
    '--- its output'
    $lines = @(Get-OciContainerLog $id | ForEach-Object Line)
    $lines
    "--- exit code $($exit.ExitCode)"
    if ($exit.ExitCode -ne 7) { throw "the exit code is $($exit.ExitCode), not 7" }
    if ($lines[1] -ne "$limit") { throw "the memory limit inside is $($lines[1]), not $limit" }
    Get-OciContainer $id | Remove-OciContainer
    if (Get-OciContainer "$id*") { throw 'the container is still listed' }
    '--- removed'
}
finally {
    Get-OciContainer "$id*" | Remove-OciContainer -Force
    [System.IO.Directory]::Delete($work, $true)
}
