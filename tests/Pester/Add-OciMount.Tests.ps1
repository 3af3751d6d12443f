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
