BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture

    # A file of the container's cgroup: [controller, v1 name, v2 name].
    function Get-Limit([string] $Id, [string] $Controller, [string] $V1, [string] $V2) {
        $paths = (Get-OciContainer $Id).CgroupPaths
        $file = if ([System.IO.File]::Exists('/sys/fs/cgroup/cgroup.controllers')) { "$($paths['unified'])/$V2" } else { "$($paths[$Controller])/$V1" }
        [System.IO.File]::ReadAllText($file).Trim()
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Set-OciContainerResource' {
    It 'LimitsAreInTheKernel' {
        $container = Start-Script 'sleep 300'
        Set-OciContainerResource $container.Id -Memory 64m -MemoryReservation 24MB -Pids 17 -CpuShares 2048 -CpuSet 0
        Get-Limit $container.Id memory memory.limit_in_bytes memory.max | Should -Be '67108864'
        Get-Limit $container.Id memory memory.soft_limit_in_bytes memory.low | Should -Be '25165824'
        Get-Limit $container.Id pids pids.max pids.max | Should -Be '17'
        Get-Limit $container.Id cpuset cpuset.cpus cpuset.cpus | Should -Be '0'
        Set-OciContainerResource $container.Id -Pids -1
        Get-Limit $container.Id pids pids.max pids.max | Should -Be 'max'
    }

    It 'CpuTimeTakesCpusAndDurations' {
        $container = Start-Script 'sleep 300'
        Set-OciContainerResource $container.Id -Cpus 0.5
        Get-Limit $container.Id cpu cpu.cfs_quota_us cpu.max | Should -BeLike '50000*'
        Set-OciContainerResource $container.Id -CpuQuota 20ms -CpuPeriod 40000
        Get-Limit $container.Id cpu cpu.cfs_quota_us cpu.max | Should -BeLike '20000*'
        Set-OciContainerResource $container.Id -CpuQuota unlimited
        Get-Limit $container.Id cpu cpu.cfs_quota_us cpu.max | Should -Match '^(max|-1)'
        { Set-OciContainerResource $container.Id -Cpus 1 -CpuQuota 1000 -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,OciRuntime.PowerShell.Commands.SetOciContainerResourceCommand'
    }

    It 'ResourceTakesATableOfTheRuntimeSpec' {
        $container = Start-Script 'sleep 300'
        Set-OciContainerResource $container.Id -Resource @{ pids = @{ limit = 19 }; memory = @{ limit = 67108864 } } -Memory 96m
        Get-Limit $container.Id pids pids.max pids.max | Should -Be '19'
        Get-Limit $container.Id memory memory.limit_in_bytes memory.max | Should -Be '100663296'
        { Set-OciContainerResource $container.Id -Resource @{ pids = 5 } } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,OciRuntime.PowerShell.Commands.SetOciContainerResourceCommand'
    }

    It 'ContainersComeByThePipeline' {
        $first = Start-Script 'sleep 300'
        $second = Start-Script 'sleep 300'
        $changed = $first, $second | Set-OciContainerResource -Pids 23 -PassThru
        $changed.Id | Should -Be @($first.Id, $second.Id)
        Get-Limit $second.Id pids pids.max pids.max | Should -Be '23'
    }

    It 'IsSilentWithoutPassThru' {
        $container = Start-Script 'sleep 300'
        Set-OciContainerResource $container.Id -Pids 9 | Should -BeNullOrEmpty
    }

    It 'ARefusedLimitChangesNothing' {
        $container = Start-Script 'sleep 300'
        Set-OciContainerResource $container.Id -Pids 31
        { Set-OciContainerResource $container.Id -Pids 32 -CpuSet 8000 -ErrorAction Stop } | Should -Throw
        Get-Limit $container.Id pids pids.max pids.max | Should -Be '31'
    }

    It 'UnknownIdIsNotFound' {
        { Set-OciContainerResource (New-Id) -Pids 5 -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.SetOciContainerResourceCommand'
    }

    It 'WhatIfChangesNothing' {
        $container = Start-Script 'sleep 300'
        Set-OciContainerResource $container.Id -Pids 5 -WhatIf
        Get-Limit $container.Id pids pids.max pids.max | Should -Be 'max'
    }

    It 'WhatIfOfAnUnknownIdIsNotFound' {
        { Set-OciContainerResource (New-Id) -Pids 5 -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.SetOciContainerResourceCommand'
    }

    # Only cgroup v2 takes a limit that is below what is in use, so elsewhere it is seen in what the container keeps.
    It 'CheckBeforeUpdateReachesTheRuntime' {
        $container = Start-Script 'sleep 300'
        Set-OciContainerResource $container.Id -Memory 64m
        $kept = "$($fixture.Root)/$($container.Id)/config.json"
        (Get-Content $kept | ConvertFrom-Json).linux.resources.memory.checkBeforeUpdate | Should -BeNullOrEmpty
        Set-OciContainerResource $container.Id -Memory 96m -CheckBeforeUpdate
        (Get-Content $kept | ConvertFrom-Json).linux.resources.memory.checkBeforeUpdate | Should -BeTrue
        if ([System.IO.File]::Exists('/sys/fs/cgroup/cgroup.controllers')) {
            { Set-OciContainerResource $container.Id -Memory 8k -CheckBeforeUpdate -ErrorAction Stop } | Should -Throw -ErrorId 'ResourceBusy,*'
        }
    }

    It 'ResourceOfTheUserIsNotChanged' {
        $container = Start-Script 'sleep 300'
        $resource = [OciRuntime.Core.Spec.OciResources]::new()
        $resource.Memory = [OciRuntime.Core.Spec.OciMemory]::new()
        $resource.Memory.Limit = 64MB
        Set-OciContainerResource $container.Id -Resource $resource -Memory 96m -Pids 20 -CpuShares 512
        $resource.Memory.Limit | Should -Be 64MB
        $resource.Pids | Should -BeNullOrEmpty
        $resource.Cpu | Should -BeNullOrEmpty
    }

    It 'PartOfAByteIsRefused: <_>' -ForEach '1.5', '0.5', '-0.5' {
        $container = Start-Script 'sleep 300'
        $before = Get-Limit $container.Id memory memory.limit_in_bytes memory.max
        { Set-OciContainerResource $container.Id -Memory $_ } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
        Get-Limit $container.Id memory memory.limit_in_bytes memory.max | Should -Be $before
    }
}
