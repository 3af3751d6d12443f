# A pwsh with PSReadLine in a real terminal: tmux has the screen and the keyboard. Everything waits for text on the screen, up to a deadline.

$Prompt = 'PS>'

# A shell in a terminal of 120 x 40, and a pwsh that it starts, at its prompt.
function New-Terminal($Fixture) {
    $socket = "$($Fixture.Work)/tmux"
    @"
Import-Module '$repository/out/OciRuntime'
`$PSDefaultParameterValues['*-Oci*:Root'] = '$($Fixture.Root)'
`$bundle = '$($Fixture.Bundle)'
Set-PSReadLineOption -EditMode Emacs -PredictionSource None -HistorySaveStyle SaveNothing
Set-PSReadLineKeyHandler Tab MenuComplete
`$PSStyle.OutputRendering = 'PlainText'
function prompt { '$Prompt ' }
"@ | Set-Content "$($Fixture.Work)/profile.ps1"
    tmux -u -S $socket -f /dev/null new-session -d -x 120 -y 40 env "PS1=sh# " ENV= sh -i
    $terminal = [pscustomobject]@{ Socket = $socket; Device = tmux -S $socket display-message -p '#{pane_tty}'; Settings = $null }
    Wait-Terminal $terminal '^sh# *$'
    $terminal.Settings = Get-TerminalSetting $terminal
    Send-Text $terminal "$($Pwsh -join ' ') -NoProfile -NoLogo -NoExit -File $($Fixture.Work)/profile.ps1"
    Send-Key $terminal Enter
    Wait-Prompt $terminal
    $terminal
}

function Remove-Terminal($Terminal) {
    if (-not $Terminal) { return }
    tmux -S $Terminal.Socket kill-server
    Remove-Item $Terminal.Socket -ErrorAction Ignore
}

# The lines on the screen, without the empty ones below.
function Get-Text($Terminal) { ((tmux -S $Terminal.Socket capture-pane -p) -join "`n").TrimEnd() }

function Wait-Terminal($Terminal, [string] $Pattern) {
    $end = [DateTime]::UtcNow.AddSeconds(60)
    while (-not [regex]::IsMatch((Get-Text $Terminal), "(?m)$Pattern")) {
        if ([DateTime]::UtcNow -gt $end) { throw "'$Pattern' did not come:`n$(Get-Text $Terminal)" }
        [System.Threading.Thread]::Sleep(50)
    }
}

# The last line is the prompt, and nothing is typed after it.
function Wait-Prompt($Terminal) { Wait-Terminal $Terminal "^$Prompt *\z" }

function Send-Text($Terminal, [string] $Text) { tmux -S $Terminal.Socket send-keys -l -- $Text }

# Keys have tmux's names: Enter, C-c, Escape.
function Send-Key($Terminal, [string[]] $Keys) { tmux -S $Terminal.Socket send-keys @Keys }

# Types a line on a screen that has nothing else.
function Send-Line($Terminal, [string] $Line) {
    Send-Key $Terminal C-l
    Send-Text $Terminal $Line
    Send-Key $Terminal Enter
}

# What stty(1) says of the terminal: modes, and characters.
function Get-TerminalSetting($Terminal) { stty -g -F $Terminal.Device }

# The same at the prompt, where PSReadLine has modes of its own once it reads keys: it does when it shows one.
function Get-PromptSetting($Terminal) {
    Send-Text $Terminal '#'
    Wait-Terminal $Terminal "^$Prompt #\z"
    Send-Key $Terminal BSpace
    Wait-Prompt $Terminal
    do {
        $settings = Get-TerminalSetting $Terminal
        [System.Threading.Thread]::Sleep(50)
    } while ((Get-TerminalSetting $Terminal) -ne $settings)
    $settings
}
