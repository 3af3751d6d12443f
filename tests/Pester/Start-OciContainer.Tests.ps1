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

    It 'OneThatIsRemovedInTheMeantimeIsNoErrorOfAWildcard' {
        $name = New-Id
        $null = 1..3 | ForEach-Object { New-OciContainer "$name-$_" $fixture.Bundle }
        $failure = $null
        # The first that comes out is started; the second is removed before its turn.
        $output = Start-OciContainer "$name-*" -PassThru -Verbose -ErrorVariable failure 4>&1 | ForEach-Object {
            $_
            if ($_ -is [OciRuntime.Core.State.OciContainer] -and $_.Id -eq "$name-1") { Remove-OciContainer "$name-2" }
        }
        $failure | Should -BeNullOrEmpty
        @($output | Where-Object { $_ -is [OciRuntime.Core.State.OciContainer] }).Id | Should -Be "$name-1", "$name-3"
        @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] -and $_.Message -like "*$name-2*removed*" }).Count | Should -Be 1
    }
}
