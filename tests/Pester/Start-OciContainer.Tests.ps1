BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Start-OciContainer' {
    It 'RunsTheProgram' {
        $container = New-OciContainer (New-Id) $fixture.Bundle | Start-OciContainer -PassThru
        $container.Status | Should -Be 'Running'
    }

    It 'IsSilentWithoutPassThru' {
        New-OciContainer (New-Id) $fixture.Bundle | Start-OciContainer | Should -BeNullOrEmpty
    }

    It 'UnknownIdIsNotFound' {
        { Start-OciContainer (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.StartOciContainerCommand'
    }

    It 'RunningIsInvalidOperation' {
        $container = Start-Script 'sleep 300'
        $failure = $null
        Start-OciContainer $container.Id -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
    }

    It 'MissingProgramIsAnError' {
        { New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec no-such-program) -ErrorAction Stop | Start-OciContainer -ErrorAction Stop } | Should -Throw
    }

    It 'WhatIfStartsNothing' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        Start-OciContainer $container.Id -WhatIf
        (Get-OciContainer $container.Id).Status | Should -Be 'Created'
    }

    It 'WildcardsStartSeveral' {
        $name = New-Id
        $null = 1..3 | ForEach-Object { New-OciContainer "$name-$_" $fixture.Bundle }
        @(Start-OciContainer "$name-*" -PassThru).Count | Should -Be 3
    }
}
