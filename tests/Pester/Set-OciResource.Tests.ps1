BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Set-OciResource' {
    It 'SetsWhatIsNamedAndLeavesTheRest' {
        $spec = New-OciSpec -Memory 64m -Pids 10 | Set-OciResource -Cpus 1.5 -MemoryReservation 32m -BlockIOWeight 500
        $resources = $spec.Linux.Resources
        $resources.Memory.Limit, $resources.Memory.Reservation | Should -Be 67108864, 33554432
        $resources.Pids.Limit | Should -Be 10
        $resources.Cpu.Quota, $resources.Cpu.Period | Should -Be 150000, 100000
        $resources.BlockIO.Weight | Should -Be 500
        ($spec | Set-OciResource -CpuSet 0).Linux.Resources.Cpu.Quota | Should -Be 150000
    }

    It 'TakesTables' {
        $resources = (New-OciSpec -Pids 10 | Set-OciResource -Resource @{ memory = @{ swappiness = 10 } } -Memory 1m).Linux.Resources
        $resources.Memory.Swappiness, $resources.Memory.Limit | Should -Be 10, 1048576
        $resources.Pids | Should -BeNullOrEmpty
    }

    It 'LeavesTheTableAlone' {
        $given = [OciRuntime.Core.Spec.OciResources]::new()
        $null = New-OciSpec | Set-OciResource -Resource $given -Memory 1m
        $given.Memory | Should -BeNullOrEmpty
    }

    It 'RefusesCpusBesideAQuota' {
        @(Get-Failure { New-OciSpec | Set-OciResource -Cpus 1 -CpuQuota 50ms })[0].FullyQualifiedErrorId | Should -Be 'InvalidArgument,OciRuntime.PowerShell.Commands.SetOciResourceCommand'
    }

    It 'IsTheKernels' {
        $spec = New-OciSpec sleep, 300 | Set-OciResource -Pids 17
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec $spec
        Get-Content "$($container.CgroupPaths['pids'] ?? $container.CgroupPaths[''])/pids.max" | Should -Be 17
    }
}
