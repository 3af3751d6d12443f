BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Resume-OciContainer' {
    It 'ChangesTheStatus' {
        $container = Start-Script 'sleep 300'
        Suspend-OciContainer $container.Id
        (Resume-OciContainer $container.Id -PassThru).Status | Should -Be 'Running'
        (Get-OciContainer $container.Id).Status | Should -Be 'Running'
    }

    It 'IsSilentWithoutPassThru' {
        $container = Start-Script 'sleep 300'
        Suspend-OciContainer $container.Id
        Resume-OciContainer $container.Id | Should -BeNullOrEmpty
    }

    It 'UnknownIdIsNotFound' {
        { Resume-OciContainer (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.ResumeOciContainerCommand'
    }

    It 'WhatIfChangesNothing' {
        $container = Start-Script 'sleep 300'
        Suspend-OciContainer $container.Id
        Resume-OciContainer $container.Id -WhatIf
        (Get-OciContainer $container.Id).Status | Should -Be 'Paused'
    }

    It 'WhatIfOfAnUnknownIdIsNotFound' {
        { Resume-OciContainer (New-Id) -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.ResumeOciContainerCommand'
    }
}
