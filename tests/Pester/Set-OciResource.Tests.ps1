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

    # New-OciSpec has some of the same parameters, and Set-OciContainerResource all of them.
    It 'HasNoParameterThatSetsNothing' {
        $own = (Get-Command Set-OciResource).Parameters.Values | Where-Object Name -NotIn (@('Spec', 'Resource') + [System.Management.Automation.Cmdlet]::CommonParameters)
        $own.Count | Should -BeGreaterThan 14
        $limits = [OciRuntime.PowerShell.Commands.SetOciContainerResourceCommand].GetMethod('Limits', [System.Reflection.BindingFlags] 'NonPublic, Instance')
        # 500 CPUs are a quota, and idle is 1.
        $set = ':(500|50000000|"0"|1)[,}]'
        $text = { param($resources) $resources | Select-Object -ExcludeProperty Devices | ConvertTo-Json -Depth 5 -Compress }
        & $text (New-OciSpec).Linux.Resources | Should -Not -Match $set
        foreach ($parameter in $own) {
            $value = @{ CpuSet = '0'; MemoryNode = '0'; CpuIdle = $true }[$parameter.Name] ?? 500
            $given = @{ $parameter.Name = $value }
            & $text (New-OciSpec | Set-OciResource @given).Linux.Resources | Should -Match $set -Because $parameter.Name
            if ((Get-Command New-OciSpec).Parameters.ContainsKey($parameter.Name)) {
                & $text (New-OciSpec @given).Linux.Resources | Should -Match $set -Because "New-OciSpec -$($parameter.Name)"
            }
            $cmdlet = [OciRuntime.PowerShell.Commands.SetOciContainerResourceCommand]::new()
            $cmdlet.($parameter.Name) = $value
            & $text $limits.Invoke($cmdlet, @()) | Should -Match $set -Because "Set-OciContainerResource -$($parameter.Name)"
        }
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
