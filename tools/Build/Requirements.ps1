# What the tasks need of this machine.

function Write-Heading([string] $Text) { "`n== $Text" }

# Programs, or files with a path, and the Debian packages that bring them. What is missing is installed; with -Idle no service that comes with a
# package is started (invoke-rc.d(8)).
function Install-Missing([hashtable] $Needed, [switch] $Idle) {
    $missing = foreach ($name in $Needed.Keys) {
        $there = $name.StartsWith('/') ? (Test-Path $name) : [bool](Get-Command $name -CommandType Application -ErrorAction Ignore)
        if (-not $there) { $Needed[$name] }
    }
    $missing = @($missing | Sort-Object -Unique)
    if (-not $missing) { return }
    if (-not [Environment]::IsPrivilegedProcess -or -not (Get-Command apt-get -ErrorAction Ignore)) { throw "missing packages: $missing (install them and try again)" }
    Write-Heading "installing $missing"
    $policy = '/usr/sbin/policy-rc.d'
    $made = $Idle -and -not (Test-Path $policy)
    try {
        if ($made) {
            "#!/bin/sh`nexit 101" | Set-Content $policy
            chmod 755 $policy
        }
        apt-get update -qq
        env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends @missing >/dev/null
    }
    finally {
        if ($made) { Remove-Item $policy }
    }
}
