<#
.SYNOPSIS
    Makes the picture of the README: a real pwsh in a real terminal, its screen as an SVG for light and dark pages.
.DESCRIPTION
    Needs the built module, root, tmux and busybox-static. tmux has the terminal; what is typed is in $Lines.
.EXAMPLE
    dotnet pwsh tools/Capture/New-Capture.ps1 docs/images/terminal.svg
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Path
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../Build/Pwsh.ps1"
$repository = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
$columns, $rows = 104, 40

$Lines = @(
    'New-OciBundle ./web -Busybox -Spec (New-OciSpec sh, -c, "echo ready; exec sleep 300" -Memory 64m) | New-OciContainer web | Start-OciContainer'
    'Get-OciContainer'
    '"from the pipeline" | Invoke-OciContainerCommand web tr a-z A-Z'
    'Get-OciContainerLog web'
    'Get-OciContainer | Where-Object Status -eq Running | Stop-OciContainer -Timeout 1 -PassThru | Remove-OciContainer'
    'Invoke-OciContainer job ./web -Command sh, -c, "exit 3"; $LASTEXITCODE'
    'Start-OciContainer web'
)

function Wait-Screen([string] $Pattern) {
    $end = [DateTime]::UtcNow.AddSeconds(60)
    do {
        $screen = ((tmux -S $socket capture-pane -p) -join "`n").TrimEnd()
        if ($screen -match $Pattern) { return }
        [System.Threading.Thread]::Sleep(50)
    } while ([DateTime]::UtcNow -lt $end)
    throw "'$Pattern' did not come:`n$screen"
}

# The screen with its colours: SGR sequences (ECMA-48, 8.3.117), as tmux writes them.
function ConvertTo-Svg([string[]] $Screen) {
    $height = 20 * $Screen.Count + 28
    $width = 8.4 * $columns + 32
    @"
<svg xmlns="http://www.w3.org/2000/svg" width="$width" height="$height" viewBox="0 0 $width $height" role="img" aria-label="A PowerShell session that runs containers">
<style>
  text { font: 14px ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; fill: #24292f; }
  .back { fill: #f6f8fa; stroke: #d0d7de; }
  .bold { font-weight: bold; }
  .c1, .c9 { fill: #b31d28; } .c2, .c10 { fill: #116329; } .c3, .c11 { fill: #7d4e00; } .c4, .c12 { fill: #0550ae; }
  .c5, .c13 { fill: #6639ba; } .c6, .c14 { fill: #1b7c83; } .c8 { fill: #57606a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .back { fill: #0d1117; stroke: #30363d; }
    .c1, .c9 { fill: #ff7b72; } .c2, .c10 { fill: #7ee787; } .c3, .c11 { fill: #f2cc60; } .c4, .c12 { fill: #79c0ff; }
    .c5, .c13 { fill: #d2a8ff; } .c6, .c14 { fill: #76e3ea; } .c8 { fill: #8b949e; }
  }
</style>
<rect class="back" x="0.5" y="0.5" width="$($width - 1)" height="$($height - 1)" rx="8"/>
"@
    $y = 28
    foreach ($line in $Screen) {
        $colour, $bold = $null, $false
        $spans = foreach ($part in [regex]::Split($line, '(\e\[[\d;]*m)')) {
            if ($part -match '^\e\[([\d;]*)m$') {
                foreach ($code in $Matches[1].Split(';')) {
                    switch -Regex ($code) {
                        '^0?$' { $colour, $bold = $null, $false }
                        '^1$' { $bold = $true }
                        '^22$' { $bold = $false }
                        '^39$' { $colour = $null }
                        '^3[0-7]$' { $colour = [int] $code - 30 }
                        '^9[0-7]$' { $colour = [int] $code - 82 }
                    }
                }
            }
            elseif ($part) {
                $class = @(if ($null -ne $colour) { "c$colour" }; if ($bold) { 'bold' }) -join ' '
                $text = [System.Security.SecurityElement]::Escape($part)
                $class ? "<tspan class=`"$class`">$text</tspan>" : $text
            }
        }
        if ($spans) { "<text x=`"16`" y=`"$y`">$(-join $spans)</text>" }
        $y += 20
    }
    '</svg>'
}

$work = [System.IO.Directory]::CreateTempSubdirectory('oci-capture-').FullName
$socket = "$work/tmux"
try {
    @"
Import-Module '$repository/out/OciRuntime'
`$PSDefaultParameterValues['*-Oci*:Root'] = '$work/root'
Set-PSReadLineOption -PredictionSource None -HistorySaveStyle SaveNothing
Set-Location '$work'
function prompt { 'PS> ' }
"@ | Set-Content "$work/profile.ps1"
    tmux -u -S $socket -f /dev/null new-session -d -x $columns -y $rows env TERM=xterm-256color $($Pwsh[0]) @($Pwsh | Select-Object -Skip 1) -NoProfile -NoLogo -NoExit -File "$work/profile.ps1"
    Wait-Screen '^PS> *$'
    foreach ($line in $Lines) {
        tmux -S $socket send-keys -l -- $line
        tmux -S $socket send-keys Enter
        [System.Threading.Thread]::Sleep(300)
        Wait-Screen '(?m)^PS> *\z'
    }
    $screen = (tmux -S $socket capture-pane -e -p) -join "`n"
    $text = $screen.TrimEnd() -replace '\n(\e\[[\d;]*m)*PS> *(\e\[[\d;]*m)*$'
    $null = New-Item -ItemType Directory -Force ([System.IO.Path]::GetDirectoryName([System.IO.Path]::GetFullPath($Path)))
    ConvertTo-Svg $text.Replace($work, '/home/me').Split("`n") | Set-Content $Path
}
finally {
    tmux -S $socket kill-server
    Import-Module "$repository/out/OciRuntime"
    Get-OciContainer -Root "$work/root" | Remove-OciContainer -Force
    [System.IO.Directory]::Delete($work, $true)
}
