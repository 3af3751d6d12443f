BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Remove-OciContainer' {
    It 'RemovesWhatHasStopped' {
        $container = Start-Script 'exit 0'
        $null = Wait-OciContainer $container.Id -Timeout 30
        Get-OciContainer $container.Id | Remove-OciContainer
        Get-OciContainer "$($container.Id)*" | Should -BeNullOrEmpty
        Get-CgroupOf $container.Id | Should -BeNullOrEmpty
    }

    It 'RunningNeedsForce' {
        $container = Start-Script 'sleep 300'
        $failure = $null
        Remove-OciContainer $container.Id -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'ContainerRunning,OciRuntime.PowerShell.Commands.RemoveOciContainerCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
        Remove-OciContainer $container.Id -Force
        Get-OciContainer "$($container.Id)*" | Should -BeNullOrEmpty
    }

    It 'UnknownIdIsNotFound' {
        { Remove-OciContainer (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.RemoveOciContainerCommand'
    }

    It 'WildcardsRemoveSeveral' {
        $name = New-Id
        $null = 1..3 | ForEach-Object { New-OciContainer "$name-$_" $fixture.Bundle }
        Remove-OciContainer "$name-*" -Force
        Get-OciContainer "$name-*" | Should -BeNullOrEmpty
    }

    It 'WhatIfRemovesNothing' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        Remove-OciContainer $container.Id -Force -WhatIf
        (Get-OciContainer $container.Id).Status | Should -Be 'Created'
    }

    It 'TheBundleStays' {
        New-OciContainer (New-Id) $fixture.Bundle | Remove-OciContainer -Force
        [System.IO.File]::Exists("$($fixture.Bundle)/rootfs/bin/busybox") | Should -BeTrue
    }

    It 'ForceOfAnUnknownIdIsNotFound' {
        { Remove-OciContainer (New-Id) -Force -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.RemoveOciContainerCommand'
        { Remove-OciContainer (New-Id) -Force -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.RemoveOciContainerCommand'
    }

    It 'ForceClearsABrokenOne' {
        $id = New-Id
        $null = [System.IO.Directory]::CreateDirectory("$($fixture.Root)/$id")
        (Get-OciContainer $id).Status | Should -Be 'Broken'
        (Get-OciContainer $id).Created | Should -BeNullOrEmpty
        { Remove-OciContainer $id -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerBroken,OciRuntime.PowerShell.Commands.RemoveOciContainerCommand'
        Remove-OciContainer $id -Force
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
    }
}
