BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Add-OciMount' {
    It 'AddsAfterWhatIsThereAndLeavesTheObjectAlone' {
        $before = New-OciSpec
        $count = $before.Mounts.Count
        $after = $before | Add-OciMount /etc:/data:ro | Add-OciMount tmpfs:/scratch
        $before.Mounts.Count | Should -Be $count
        $after.Mounts[-2, -1].Destination | Should -Be '/data', '/scratch'
        $after.Mounts[0].Destination = '/changed'
        $before.Mounts[0].Destination | Should -Not -Be '/changed'
    }

    It 'TakesParts' {
        $mount = (New-OciSpec | Add-OciMount -Source /etc -Destination /data -Option nosuid -ReadOnly).Mounts[-1]
        "$mount" | Should -Be '/etc:/data:rbind,nosuid,ro'
        $mount.Type | Should -Be 'bind'
        $mount = (New-OciSpec | Add-OciMount -Type tmpfs -Destination /scratch -Option size=1m).Mounts[-1]
        $mount.Type, $mount.Source, "$($mount.Options)" | Should -Be 'tmpfs', 'tmpfs', 'size=1m'
    }

    It 'StartsRelativeSourcesAtTheLocation' {
        Push-Location $fixture.Work
        try { (New-OciSpec | Add-OciMount -Source bundle -Destination /b).Mounts[-1].Source | Should -Be $fixture.Bundle }
        finally { Pop-Location }
    }

    Context 'OfAContainerThatRuns' {
        BeforeAll {
            $id = New-Id
            $null = New-Item -ItemType Directory "$($fixture.Work)/live"
            'from outside' | Set-Content "$($fixture.Work)/live/file"
            $running = New-OciContainer $id $fixture.Bundle -Spec (New-OciSpec sleep, 100) | Start-OciContainer -PassThru
            function Read-Mount([string] $Path) { (Invoke-OciContainerCommand $id cat /proc/self/mountinfo) -match " $Path " }
        }
        AfterAll {
            Remove-OciContainer $id -Force
        }

        It 'TakesAnIdAndMounts' {
            Add-OciMount "$($fixture.Work)/live:/mnt/live:ro", tmpfs:/mnt/scratch -Container $id | Should -BeNullOrEmpty
            Invoke-OciContainerCommand $id cat /mnt/live/file | Should -Be 'from outside'
            Read-Mount /mnt/live | Should -Match ' ro,'
            Read-Mount /mnt/scratch | Should -Match ' - tmpfs '
        }

        It 'TakesContainersOfThePipelineAndParts' {
            Push-Location $fixture.Work
            try { $passed = $running | Add-OciMount -Source live -Destination /mnt/parts -ReadOnly -PassThru }
            finally { Pop-Location }
            $passed.Id | Should -Be $id
            Invoke-OciContainerCommand $id cat /mnt/parts/file | Should -Be 'from outside'
        }

        It 'AddsAllOrNone' {
            $failure = Get-Failure { Add-OciMount tmpfs:/mnt/first, "$($fixture.Work)/none:/mnt/second" -Container $id }
            $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
            $failure.Exception.SpecPointer | Should -Be '/mounts/1'
            Read-Mount /mnt/first | Should -BeNullOrEmpty
        }

        It 'WhatIfAddsNothing' {
            Add-OciMount tmpfs:/mnt/whatif -Container $id -WhatIf
            Read-Mount /mnt/whatif | Should -BeNullOrEmpty
            (Get-Failure { Add-OciMount tmpfs:/a -Container "$id-none" }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        }
    }

    It 'IsMountedInTheContainer' {
        $null = New-Item -ItemType Directory "$($fixture.Work)/shared"
        'from outside' | Set-Content "$($fixture.Work)/shared/file"
        $spec = New-OciSpec sh, -c, 'cat /data/file; touch /data/x; df -k /scratch | tail -n 1' |
            Add-OciMount -Source "$($fixture.Work)/shared" -Destination /data -ReadOnly | Add-OciMount tmpfs:/scratch:size=4m
        $lines = Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec 2>&1 | ForEach-Object ToString
        $lines | Should -Contain 'from outside'
        "$lines" | Should -Match 'Read-only file system'
        "$lines" | Should -Match ' 4096 '
    }
}
