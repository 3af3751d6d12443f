BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Restart-OciContainer' {
    It 'MakesItAgainAsItWas' {
        $id = New-Id
        $spec = New-OciSpec sh, -c, 'echo begun; exec sleep 300' -Hostname first
        $before = New-OciContainer $id $fixture.Bundle -Spec $spec | Start-OciContainer -PassThru
        Wait-Until { Get-OciContainerLog $id } | Should -BeTrue
        $after = Restart-OciContainer $id -Force -PassThru
        $after.Status | Should -Be 'running'
        $after.Pid | Should -Not -Be $before.Pid
        $after.Supervised | Should -BeTrue
        Get-Process -Id $before.Pid -ErrorAction Ignore | Should -BeNullOrEmpty
        Invoke-OciContainerCommand $id hostname | Should -Be 'first'
        Wait-Until { Get-OciContainerLog $id } | Should -BeTrue
        @(Get-OciContainerLog $id).Line | Should -Be 'begun'
        Get-OciContainer $id | Remove-OciContainer -Force
    }

    It 'KeepsTheLimitOfTheLog' {
        $id = New-Id
        $null = New-OciContainer $id $fixture.Bundle -Spec (New-OciSpec sh, -c, 'seq 100000') -LogMaxSize 64k -LogMaxFiles 3 | Start-OciContainer
        for ($round = 0; $round -lt 2; $round++) {
            $null = Wait-OciContainer $id
            $log = Get-ChildItem "$((Get-OciContainer $id).LogPath)*" | Measure-Object Length -Sum
            $log.Count | Should -Be 3
            $log.Sum | Should -BeLessOrEqual (3 * 64KB)
            Restart-OciContainer $id
        }
    }

    It 'StartsOneThatHasStopped' {
        $id = New-Id
        New-OciContainer $id $fixture.Bundle -Spec (New-OciSpec true) | Start-OciContainer
        (Wait-OciContainer $id).ExitCode | Should -Be 0
        (Restart-OciContainer $id -PassThru).Id | Should -Be $id
        (Wait-OciContainer $id).ExitCode | Should -Be 0
    }

    It 'IsRefusedBeforeAnythingIsStopped' {
        $bundle = "$($fixture.Work)/gone"
        Copy-Item $fixture.Bundle $bundle -Recurse
        $container = New-OciContainer (New-Id) $bundle | Start-OciContainer -PassThru
        Move-Item $bundle "$bundle.away"
        @(Get-Failure { $container | Restart-OciContainer -Force })[0].FullyQualifiedErrorId | Should -Be 'RootfsNotFound,OciRuntime.PowerShell.Commands.RestartOciContainerCommand'
        (Get-OciContainer $container.Id).Status | Should -Be 'running'
    }

    It 'AMissingOneIsAnErrorAndWhatIfDoesNothing' {
        @(Get-Failure { Restart-OciContainer nobody })[0].FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        @(Get-Failure { Restart-OciContainer nobody -WhatIf })[0].FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        $container = New-OciContainer (New-Id) $fixture.Bundle | Start-OciContainer -PassThru
        $container | Restart-OciContainer -WhatIf
        (Get-OciContainer $container.Id).Pid | Should -Be $container.Pid
    }
}
