BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciContainerLog' {
    It 'HasBothStreams' {
        $container = Start-Script 'echo out; echo err >&2'
        $null = Wait-OciContainer $container.Id -Timeout 30
        $records = @(Get-OciContainerLog $container.Id)
        $records.Count | Should -Be 2
        @($records | Where-Object Line -eq err)[0].Stream | Should -Be 'stderr'
        @($records | Where-Object Line -eq out)[0].Stream | Should -Be 'stdout'
    }

    It 'TailTakesTheLastLines' {
        $container = Start-Script 'for i in 1 2 3 4 5; do echo $i; done'
        $null = Wait-OciContainer $container.Id -Timeout 30
        (Get-OciContainerLog $container.Id -Tail 2).Line | Should -Be @('4', '5')
    }

    It 'FollowEndsWithTheContainer' {
        $container = Start-Script 'echo first; sleep 0.3; echo last'
        (Get-OciContainerLog $container.Id -Follow).Line | Should -Be @('first', 'last')
    }

    It 'UnknownIdIsNotFound' {
        { Get-OciContainerLog (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.GetOciContainerLogCommand'
    }
}
