BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    function Start-Spec($Spec) { New-OciContainer (New-Id) $fixture.Bundle -Spec $Spec | Start-OciContainer -PassThru }
    function Get-Difference($Container, $Record) { @(Compare-OciContainer $Container.Id -Record $Record | ForEach-Object { "$_" }) }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciLaunchRecord' {
    It 'TellsWhatWasLaunched' {
        $container = Start-Spec (New-OciSpec sleep, 300 -Memory 64m -Pids 20 -Capability NET_RAW | Set-OciSeccomp docker)
        $record = $container | Get-OciLaunchRecord
        $record.Id, $record.Status, $record.Bundle, $record.Pid | Should -Be $container.Id, 'Running', $fixture.Bundle, $container.Pid
        foreach ($hash in 'ConfigHash', 'PlanHash', 'SeccompHash') { $record.$hash | Should -Match '^sha256:[0-9a-f]{64}$' -Because $hash }
        $config = "$($fixture.Root)/$($container.Id)/config.json"
        $record.ConfigHash | Should -Be "sha256:$((Get-FileHash $config).Hash.ToLowerInvariant())"
        $record.Namespaces.pid | Should -Be ((Get-Item "/proc/$($container.Pid)/ns/pid").Target -replace '\D')
        $record.Capabilities.Effective.Split(' ') | Should -Contain CAP_NET_RAW
        $record.SeccompFilters | Should -BeGreaterThan 0
        "$($record.Cgroups.Values)" | Should -Match $container.Id
        ($record.Limits['memory.max'] ?? $record.Limits['memory.limit_in_bytes']) | Should -Be 67108864
        $record.Limits['pids.max'] | Should -Be 20
        $record.RootMountId | Should -Be ((Get-Content "/proc/$($container.Pid)/mountinfo" | Where-Object { $_.Split(' ')[4] -eq '/' } | Select-Object -Last 1).Split(' ')[0])
        $container | Remove-OciContainer -Force
    }

    It 'TheHelperIsSealed' {
        $container = Start-Spec (New-OciSpec sleep, 300)
        $record = $container | Get-OciLaunchRecord
        if (-not $record.HelperHash) { Set-ItResult -Skipped -Because 'whoever runs the tests may not look at a process that may not be dumped'; return }
        foreach ($seal in 'SEAL', 'SHRINK', 'GROW', 'WRITE') { $record.HelperSeals.Split(' ') | Should -Contain $seal }
        # The same program for all.
        (New-OciContainer (New-Id) $fixture.Bundle | Get-OciLaunchRecord).HelperHash | Should -Be $record.HelperHash
    }

    It 'EqualsItselfLaterAndWhereverItWas: <Way>' -ForEach @(
        @{ Way = 'object'; Carry = { $_ } }
        @{ Way = 'JSON'; Carry = { $_ | ConvertTo-Json | ConvertFrom-Json } }
        @{ Way = 'a file of JSON'; Carry = { $_ | ConvertTo-Json | Set-Content "$($fixture.Work)/record.json"; "$($fixture.Work)/record.json" } }
        @{ Way = 'Clixml'; Carry = { $_ | Export-Clixml "$($fixture.Work)/record.xml"; Import-Clixml "$($fixture.Work)/record.xml" } }
    ) {
        $container = Start-Spec (New-OciSpec sleep, 300 -Memory 64m -Mount tmpfs:/scratch | Set-OciSeccomp docker)
        $record = $container | Get-OciLaunchRecord | ForEach-Object $Carry
        Get-Difference $container $record | Should -BeNullOrEmpty
        # What others mount in it, or run in it, is not of its launch.
        $null = & nsenter --target $container.Pid --mount --pid --root /bin/busybox mount -t tmpfs more /tmp
        $null = Invoke-OciContainerCommand $container.Id true
        Get-Difference $container $record | Should -BeNullOrEmpty
        $container | Remove-OciContainer -Force
    }

    It 'OfACreatedOneHoldsWhenItRuns' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        $record = $container | Get-OciLaunchRecord
        $record.Status | Should -Be Created
        $record.Capabilities.Count | Should -Be 0
        $container | Start-OciContainer
        Wait-Until { (Get-Content "/proc/$($container.Pid)/cmdline") -like '*sleep*' } | Should -BeTrue
        Get-Difference $container $record | Should -BeNullOrEmpty
        $container | Remove-OciContainer -Force
    }

    It 'AChangeIsNamed' {
        $container = Start-Spec (New-OciSpec sleep, 300 -Pids 20)
        $record = $container | Get-OciLaunchRecord
        foreach ($directory in $container.CgroupPaths.Values) {
            if (Test-Path "$directory/pids.max") { [System.IO.File]::WriteAllText("$directory/pids.max", '30') }
        }
        $found = Compare-OciContainer $container.Id -Record $record
        $found.Property, $found.Expected, $found.Actual | Should -Be 'pids.max', '20', '30'
        # The runtime's own change is one of the configuration, too.
        Set-OciContainerResource $container.Id -Pids 40
        (Compare-OciContainer $container.Id -Record $record).Property | Sort-Object | Should -Be 'configuration', 'launch plan', 'pids.max'
        $container | Remove-OciContainer -Force
    }

    It 'AnotherLaunchIsAnotherProcess' {
        $container = Start-Spec (New-OciSpec sleep, 300)
        $record = $container | Get-OciLaunchRecord
        Restart-OciContainer $container.Id -Force
        $found = (Compare-OciContainer $container.Id -Record $record).Property
        $found | Should -Contain process
        $found | Should -Not -Contain 'launch plan'
        $found | Should -Not -Contain configuration
    }

    It 'WhatIsNoRecordIsRefused' {
        $container = Start-Spec (New-OciSpec sleep, 300)
        foreach ($value in @{ Id = 'x' }, '/dev/null', '/nowhere', 7) {
            (Get-Failure { Compare-OciContainer $container.Id -Record $value }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        }
        (Get-Failure { Get-OciLaunchRecord none }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        Stop-OciContainer $container.Id -Force
        (Get-Failure { Get-OciLaunchRecord $container.Id }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
        Get-OciLaunchRecord "$($container.Id)*" | Should -BeNullOrEmpty
    }
}
