BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Remove-OciMount' {
    It 'TakesThemFromACopy' {
        $before = New-OciSpec | Add-OciMount tmpfs:/scratch, tmpfs:/other
        $after = $before | Remove-OciMount /scratch/, /dev/mqueue
        $after.Mounts.Destination | Should -Not -Contain '/scratch'
        $after.Mounts.Destination | Should -Not -Contain '/dev/mqueue'
        $after.Mounts.Count | Should -Be ($before.Mounts.Count - 2)
        $before.Mounts.Destination | Should -Contain '/scratch'
    }

    It 'UnmountsInAContainerThatRuns' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec sleep, 100 | Add-OciMount tmpfs:/mnt/a, tmpfs:/mnt/b) | Start-OciContainer -PassThru
        function Read-Mount { (Invoke-OciContainerCommand $container.Id cat /proc/self/mountinfo) -match ' /mnt/[ab] ' }
        @(Read-Mount).Count | Should -Be 2
        # All or none.
        (Get-Failure { $container | Remove-OciMount /mnt/a, /mnt/none }).Exception.Object | Should -Be '/mnt/none'
        $container | Remove-OciMount /mnt/a -WhatIf
        @(Read-Mount).Count | Should -Be 2
        ($container | Remove-OciMount /mnt/a -PassThru).Id | Should -Be $container.Id
        Read-Mount | Should -Match ' /mnt/b '
        Remove-OciMount /mnt/b -Container $container.Id
        Read-Mount | Should -BeNullOrEmpty
        $container | Remove-OciContainer -Force
    }

    It 'AContainerThatHasEndedHasNone' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec true) | Start-OciContainer -PassThru
        $null = $container | Wait-OciContainer
        (Get-Failure { $container | Remove-OciMount /dev/shm }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
        $container | Remove-OciContainer
    }
}
