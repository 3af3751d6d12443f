BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Suspend-OciContainer' {
    It 'ChangesTheStatus' {
        $container = Start-Script 'sleep 300'
        (Suspend-OciContainer $container.Id -PassThru).Status | Should -Be 'Paused'
        (Get-OciContainer $container.Id).Status | Should -Be 'Paused'
    }

    It 'IsSilentWithoutPassThru' {
        $container = Start-Script 'sleep 300'
        Suspend-OciContainer $container.Id | Should -BeNullOrEmpty
    }

    It 'UnknownIdIsNotFound' {
        { Suspend-OciContainer (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.SuspendOciContainerCommand'
    }

    It 'WhatIfChangesNothing' {
        $container = Start-Script 'sleep 300'
        Suspend-OciContainer $container.Id -WhatIf
        (Get-OciContainer $container.Id).Status | Should -Be 'Running'
    }

    It 'WhatIfOfAnUnknownIdIsNotFound' {
        { Suspend-OciContainer (New-Id) -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.SuspendOciContainerCommand'
    }

    It 'PausedIsContainerPausedAndNamed' {
        $container = Start-Script 'sleep 300' | Suspend-OciContainer -PassThru
        $failure = $null
        Suspend-OciContainer $container.Id -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'ContainerPaused,OciRuntime.PowerShell.Commands.SuspendOciContainerCommand'
        $failure[0].Exception.Message | Should -Match $container.Id
    }
}
