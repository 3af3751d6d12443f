BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Wait-OciContainer' {
    It 'ReturnsTheExitCode' {
        (Start-Script 'exit 42' | Wait-OciContainer -Timeout 30).ExitCode | Should -Be 42
    }

    It 'SignalIsTold' {
        $container = Start-Script 'sleep 300'
        Send-OciContainerSignal $container.Id KILL
        $record = Wait-OciContainer $container.Id -Timeout 30
        $record.Signal | Should -Be 9
        $record.ExitCode | Should -Be 137
    }

    It 'TimeoutIsAnErrorAndItGoesOn' {
        $container = Start-Script 'sleep 300'
        $failure = $null
        Wait-OciContainer $container.Id -Timeout 100ms -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -Be 'Timeout,OciRuntime.PowerShell.Commands.WaitOciContainerCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
        (Get-OciContainer $container.Id).Status | Should -Be 'Running'
    }

    It 'StoppedReturnsAtOnceAndAgain' {
        $container = Start-Script 'exit 5'
        (Wait-OciContainer $container.Id -Timeout 30).ExitCode | Should -Be 5
        (Wait-OciContainer $container.Id -Timeout 1).ExitCode | Should -Be 5
    }

    It 'UnknownIdIsNotFound' {
        { Wait-OciContainer (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.WaitOciContainerCommand'
    }
}
