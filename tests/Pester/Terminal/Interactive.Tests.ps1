BeforeDiscovery {
    $tmux = Get-Command tmux -ErrorAction Ignore
}

BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    . "$PSScriptRoot/Terminal.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Terminal' -Skip:(-not $tmux) {
    BeforeEach {
        $terminal = New-Terminal $fixture
        $settings = Get-PromptSetting $terminal
    }

    AfterEach { Remove-Terminal $terminal }

    It 'CompletionMenuOffersTheIdsThatFit' {
        $first = (New-OciContainer (New-Id one) $fixture.Bundle).Id
        $second = (New-OciContainer (New-Id two) $fixture.Bundle).Id
        $running = (New-OciContainer (New-Id run) $fixture.Bundle | Start-OciContainer -PassThru).Id
        Send-Text $terminal "Start-OciContainer $($fixture.Prefix)"
        Send-Key $terminal Tab
        Wait-Terminal $terminal "^$first +$second"
        Get-Text $terminal | Should -Not -Match $running
        Send-Key $terminal Right
        Wait-Terminal $terminal "^$Prompt Start-OciContainer $second"
        Send-Key $terminal Enter, Enter
        Wait-Until { (Get-OciContainer $second).Status -eq 'Running' } | Should -BeTrue
        Wait-Prompt $terminal
        (Get-OciContainer $first).Status | Should -Be 'Created'
    }

    It 'InterruptOfInvokeLeavesNothing' {
        $id = New-Id
        Send-Line $terminal "Invoke-OciContainer $id `$bundle -Command sh, -c, 'echo up; sleep 300'"
        Wait-Terminal $terminal '^up$'
        Send-Key $terminal C-c
        Wait-Prompt $terminal
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-Leftover $id $fixture.Work | Should -BeNullOrEmpty
    }

    It 'InterruptOfWaitLeavesTheContainer' {
        $id = (Start-Script 'sleep 300').Id
        Send-Line $terminal "'wait' + 'ing'; Wait-OciContainer $id"
        Wait-Terminal $terminal '^waiting$'
        Send-Key $terminal C-c
        Wait-Prompt $terminal
        (Get-OciContainer $id).Status | Should -Be 'Running'
    }

    It 'InterruptOfStopLeavesTheContainer' {
        $id = (Start-Script 'trap "touch /tmp/told" TERM; touch /tmp/listens; while :; do sleep 0.1; done').Id
        Wait-Until { Test-Path "$($fixture.Bundle)/rootfs/tmp/listens" } | Should -BeTrue
        Send-Line $terminal "Stop-OciContainer $id -Timeout 300"
        Wait-Until { Test-Path "$($fixture.Bundle)/rootfs/tmp/told" } | Should -BeTrue
        Send-Key $terminal C-c
        Wait-Prompt $terminal
        (Get-OciContainer $id).Status | Should -Be 'Running'
    }

    It 'InterruptOfFollowEndsTheOutputOnly' {
        $id = (Start-Script 'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.2; done').Id
        Send-Line $terminal "Get-OciContainerLog $id -Follow | ForEach-Object Line"
        Wait-Terminal $terminal '^line 3$'
        Send-Key $terminal C-c
        Wait-Prompt $terminal
        (Get-OciContainer $id).Status | Should -Be 'Running'
    }

    It 'TtyRunsVi' {
        Send-Line $terminal 'Invoke-OciContainer -Bundle $bundle -Command vi, /tmp/written -Tty'
        Wait-Terminal $terminal '^~$'
        Send-Text $terminal 'ihello from vi'
        Wait-Terminal $terminal '^hello from vi$'
        Send-Key $terminal Escape
        Wait-Terminal $terminal '^- /tmp/written'
        Send-Text $terminal ':wq'
        Wait-Terminal $terminal '^:wq$'
        Send-Key $terminal Enter
        Wait-Prompt $terminal
        Get-Content "$($fixture.Bundle)/rootfs/tmp/written" | Should -Be 'hello from vi'
        Get-PromptSetting $terminal | Should -Be $settings
    }

    It 'TtyRunsTop' {
        Send-Line $terminal 'Invoke-OciContainer -Bundle $bundle -Command top -Tty'
        Wait-Terminal $terminal '^Mem: '
        Wait-Terminal $terminal 'COMMAND'
        Send-Text $terminal q
        Wait-Prompt $terminal
        Get-PromptSetting $terminal | Should -Be $settings
    }

    It 'TtyFollowsTheSizeAndPassesTheInterrupt' {
        Send-Line $terminal "Invoke-OciContainer -Bundle `$bundle -Command sh, -c, 'trap `"stty size`" WINCH; stty size; while :; do sleep 0.1; done' -Tty"
        Wait-Terminal $terminal '^40 120$'
        tmux -S $terminal.Socket resize-window -x 100 -y 30
        Wait-Terminal $terminal '^30 100$'
        tmux -S $terminal.Socket resize-window -x 120 -y 40
        Wait-Terminal $terminal '^40 120\n(.*\n)*30 100\n(.*\n)*40 120'
        Send-Key $terminal C-c
        Wait-Prompt $terminal
        Send-Line $terminal '"code $LASTEXITCODE"'
        Wait-Terminal $terminal '^code 130$'
        Wait-Prompt $terminal
        Get-PromptSetting $terminal | Should -Be $settings
    }

    It 'TtyEndsWithExitAndItsCode' {
        Send-Line $terminal 'Invoke-OciContainer -Bundle $bundle -Command sh -Tty'
        Wait-Terminal $terminal '^/ # *\z'
        Send-Text $terminal 'exit 7'
        Send-Key $terminal Enter
        Wait-Prompt $terminal
        Send-Line $terminal '"code $LASTEXITCODE"'
        Wait-Terminal $terminal '^code 7$'
        Wait-Prompt $terminal
        Get-PromptSetting $terminal | Should -Be $settings
    }

    It 'TtyOfACommandInAContainer' {
        $id = (Start-Script 'sleep 300').Id
        Send-Line $terminal "Invoke-OciContainerCommand $id sh -Tty"
        Wait-Terminal $terminal '^/ # *\z'
        Send-Text $terminal 'tty; exit 3'
        Send-Key $terminal Enter
        Wait-Terminal $terminal '^/dev/pts/\d+$'
        Wait-Prompt $terminal
        Send-Line $terminal '"code $LASTEXITCODE"'
        Wait-Terminal $terminal '^code 3$'
        Wait-Prompt $terminal
        Get-PromptSetting $terminal | Should -Be $settings
    }

    It 'ExitLeavesItAsItWas' {
        Send-Line $terminal 'exit'
        Wait-Terminal $terminal '^sh# *\z'
        Get-TerminalSetting $terminal | Should -Be $terminal.Settings
    }
}
