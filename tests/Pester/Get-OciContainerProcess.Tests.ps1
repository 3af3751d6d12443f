BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciContainerProcess' {
    It 'HasInit' {
        $container = Start-Script 'sleep 300 & wait'
        Wait-Until { @(Get-OciContainerProcess $container.Id).Count -eq 2 } | Should -BeTrue
        (Get-OciContainerProcess $container.Id).Pid | Should -Contain $container.Pid
    }

    It 'UnknownIdIsNotFound' {
        { Get-OciContainerProcess (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.GetOciContainerProcessCommand'
    }
}
