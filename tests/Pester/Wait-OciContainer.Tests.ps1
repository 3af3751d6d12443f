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

    It 'StatusIsWaitedFor' {
        $container = Start-Script 'sleep 300'
        $module = (Get-Module OciRuntime).Path
        $root = $fixture.Root
        $id = $container.Id
        $job = Start-ThreadJob { Import-Module $using:module; Start-Sleep -Milliseconds 200; Suspend-OciContainer $using:id -Root $using:root }
        try {
            $paused = Wait-OciContainer $container.Id -Status Paused, Stopped -Timeout 20
            $paused.Id | Should -Be $container.Id
            $paused.Status | Should -Be 'Paused'
            $failure = $null
            Wait-OciContainer $container.Id -Status Running -Timeout 50ms -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'Timeout,*'
        }
        finally { $job | Wait-Job | Remove-Job -Force }
    }

    It 'AnyEndsWithTheFirst' {
        $long = Start-Script 'sleep 300'
        $short = Start-Script 'exit 5'
        $exit = $long, $short | Wait-OciContainer -Any -Timeout 20
        $exit.Id | Should -Be $short.Id
        $exit.ExitCode | Should -Be 5
        $failure = $null
        $long | Wait-OciContainer -Any -Timeout 50ms -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'Timeout,*'
    }
}
