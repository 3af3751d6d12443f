BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Stop-OciContainer' {
    It 'TermEndsAProcessThatHandlesIt' {
        $container = Start-Script 'trap "exit 9" TERM; touch /tmp/ready; while :; do sleep 0.05; done'
        Wait-Until { [System.IO.File]::Exists("$($fixture.Bundle)/rootfs/tmp/ready") } | Should -BeTrue
        Stop-OciContainer $container.Id -Timeout 20
        (Get-OciContainer $container.Id).ExitCode | Should -Be 9
    }

    It 'KillsAfterTheTimeout' {
        $container = Start-Script 'sleep 300'
        (Stop-OciContainer $container.Id -Timeout 100ms -PassThru).Status | Should -Be 'Stopped'
        (Get-OciContainer $container.Id).ExitCode | Should -Be 137
    }

    It 'ForceKillsAtOnce' {
        $container = Start-Script 'trap "" TERM; sleep 300'
        $container | Stop-OciContainer -Force -Timeout 30
        (Wait-OciContainer $container.Id).Signal | Should -Be 9
    }

    It 'StoppedAlreadyIsNoError' {
        $container = Start-Script 'exit 0'
        $null = Wait-OciContainer $container.Id -Timeout 30
        Stop-OciContainer $container.Id -ErrorAction Stop
        (Get-OciContainer $container.Id).ExitCode | Should -Be 0
    }

    It 'WhatIfStopsNothing' {
        $container = Start-Script 'sleep 300'
        Stop-OciContainer $container.Id -WhatIf
        (Get-OciContainer $container.Id).Status | Should -Be 'Running'
    }

    It 'WhatIfOfAnUnknownIdIsNotFound' {
        { Stop-OciContainer (New-Id) -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.StopOciContainerCommand'
    }

    # sleep as pid 1 ignores SIGTERM, so each needs its whole timeout; one after another they would end two timeouts apart.
    It 'ManyStopTogether' {
        $id = New-Id
        $running = "$id-a", "$id-b", "$id-c" | New-OciContainer -Bundle $fixture.Bundle | Start-OciContainer -PassThru
        $stopped = $running | Stop-OciContainer -Timeout 3s -PassThru
        $stopped | ForEach-Object { "$($_.Status) $($_.ExitCode)" } | Should -Be 'Stopped 137', 'Stopped 137', 'Stopped 137'
        $ends = $stopped.ExitedAt | Sort-Object
        ($ends[-1] - $ends[0]).TotalSeconds | Should -BeLessThan 3
    }

    It 'StopSignalOfTheImageIsTheDefault' {
        $id = New-Id
        $null = New-OciContainer $id $fixture.Bundle -Annotation @{ 'org.opencontainers.image.stopSignal' = 'SIGUSR1' } -Command sh, -c, 'trap "exit 41" USR1; trap "exit 42" TERM; echo ready; while :; do sleep 0.05; done' |
            Start-OciContainer
        Wait-Until { Get-OciContainerLog $id } | Should -BeTrue
        (Stop-OciContainer $id -Timeout 20 -PassThru).ExitCode | Should -Be 41
    }

    It 'SignalThatWasNamedWins' {
        $id = New-Id
        $null = New-OciContainer $id $fixture.Bundle -Annotation @{ 'org.opencontainers.image.stopSignal' = 'SIGUSR1' } -Command sh, -c, 'trap "exit 41" USR1; trap "exit 42" TERM; echo ready; while :; do sleep 0.05; done' |
            Start-OciContainer
        Wait-Until { Get-OciContainerLog $id } | Should -BeTrue
        (Stop-OciContainer $id -Signal TERM -Timeout 20 -PassThru).ExitCode | Should -Be 42
    }
}
