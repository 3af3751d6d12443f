BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Send-OciContainerSignal' {
    It 'NamesAndNumbersWork' {
        $container = Start-Script 'sleep 300'
        Send-OciContainerSignal $container.Id 0x9
        (Wait-OciContainer $container.Id -Timeout 30).Signal | Should -Be 9
        $other = Start-Script 'sleep 300'
        Send-OciContainerSignal $other.Id SIGKILL
        (Wait-OciContainer $other.Id -Timeout 30).Signal | Should -Be 9
    }

    It 'HandlerSeesIt' {
        $container = Start-Script 'trap "echo got; exit 4" USR1; echo ready; while :; do sleep 0.05; done'
        Wait-Until { (Get-OciContainerLog $container.Id).Line -contains 'ready' } | Should -BeTrue
        Send-OciContainerSignal $container.Id usr1
        (Wait-OciContainer $container.Id -Timeout 30).ExitCode | Should -Be 4
    }

    It 'BadSignalIsABindingError' {
        { Send-OciContainerSignal x NOSUCH } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,OciRuntime.PowerShell.Commands.SendOciContainerSignalCommand'
    }

    It 'StoppedIsInvalidOperation' {
        $container = Start-Script 'exit 0'
        $null = Wait-OciContainer $container.Id -Timeout 30
        $failure = $null
        Send-OciContainerSignal $container.Id TERM -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
    }

    It 'WhatIfOfAnUnknownIdIsNotFound' {
        { Send-OciContainerSignal (New-Id) -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.SendOciContainerSignalCommand'
    }
}
