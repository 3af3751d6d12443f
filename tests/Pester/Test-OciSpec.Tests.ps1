BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Test-OciSpec' {
    It 'DefaultIsFine' {
        New-OciSpec | Test-OciSpec -Quiet | Should -BeTrue
        Test-OciSpec $fixture.Bundle -Quiet | Should -BeTrue
    }

    It 'IssueHasAPointer' {
        $spec = New-OciSpec
        $spec.Process.Cwd = 'relative'
        $issues = @($spec | Test-OciSpec)
        $issues.Pointer | Should -Contain '/process/cwd'
        $spec | Test-OciSpec -Quiet | Should -BeFalse
    }

    It 'FileShowsUnknownProperties' {
        $file = "$($fixture.Work)/unknown.json"
        $text = [System.IO.File]::ReadAllText("$($fixture.Bundle)/config.json")
        [System.IO.File]::WriteAllText($file, $text.Replace('"hostname"', '"hostnam"'))
        @(Test-OciSpec $file | Where-Object Pointer -eq /hostnam).Count | Should -Be 1
    }

    It 'MissingBundleIsNotFound' {
        $failure = $null
        Test-OciSpec "$($fixture.Work)/none" -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'FixMendsWhatHasOneAnswer' {
        $spec = New-OciSpec sleep, 1 -Env A=1, B=2, A=3
        $spec.Mounts.Add(@{ destination = 'scratch'; type = 'tmpfs'; source = 'tmpfs' })
        $spec.Linux.MaskedPaths.Add('proc/vmcore')
        $spec.Linux.ReadonlyPaths.Add($spec.Linux.ReadonlyPaths[0])
        $spec.Process.Capabilities.Bounding.Add($spec.Process.Capabilities.Bounding[0])
        $spec.Process.Capabilities.Ambient = @('CAP_SYS_TIME')
        $spec.Process.ConsoleSize = @{ height = 24; width = 80 }
        $spec.Linux.Resources.Memory = @{ limit = 67108864; kernel = 1048576; kernelTCP = 1048576 }
        $spec.Hooks = @{ prestart = @(@{ path = '/bin/first' }); createRuntime = @(@{ path = '/bin/second' }) }
        $spec.Linux.Devices = @(@{ path = '/dev/a'; type = 'c'; major = 1; minor = 3 }, @{ path = '/dev//a'; type = 'c'; major = 1; minor = 5 })
        $spec.Linux.Resources.Devices.Add(@{ allow = $true; access = 'rwmx' })
        $spec.Linux.Seccomp = @{ defaultAction = 'SCMP_ACT_ALLOW'; syscalls = @(@{ names = @(); action = 'SCMP_ACT_ERRNO' }, @{ names = @('swapon'); action = 'SCMP_ACT_ERRNO' }) }
        $before = $spec | ConvertFrom-OciSpec
        $found = @($spec | Test-OciSpec)
        $mended = $spec | Test-OciSpec -Fix -Verbose 4>&1
        $fixed = $mended | Where-Object { $_ -is [OciRuntime.Core.Spec.OciSpec] }
        $said = @($mended | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object Message)
        @($fixed | Test-OciSpec | ForEach-Object { "$_" }) | Should -BeNullOrEmpty
        # Each finding was said, with what was done.
        $said.Count | Should -Be $found.Count
        foreach ($issue in $found) { @($said -like "$($issue.Pointer): $($issue.Message): *").Count | Should -Be 1 -Because $issue }
        $fixed.Mounts[-1].Destination | Should -Be /scratch
        $fixed.Linux.MaskedPaths[-1] | Should -Be /proc/vmcore
        $fixed.Process.Env | Should -Not -Contain 'A=1'
        $fixed.Process.Env | Should -Contain 'A=3'
        $fixed.Process.Capabilities.Ambient | Should -BeNullOrEmpty
        $fixed.Linux.Resources.Memory.Limit | Should -Be 67108864
        $fixed.Hooks.CreateRuntime.Path | Should -Be /bin/first, /bin/second
        $fixed.Linux.Devices.Minor | Should -Be 3
        $fixed.Linux.Resources.Devices[-1].Access | Should -Be rwm
        $fixed.Linux.Seccomp.Syscalls.Names | Should -Be swapon
        # What was given is as it was.
        $spec | ConvertFrom-OciSpec | Should -Be $before
    }

    It 'AFixedOneMakesTheSameContainer' {
        $spec = New-OciSpec sh, -c, 'echo $A; mount | grep -c scratch' -Env A=1, A=3
        $spec.Mounts.Add(@{ destination = 'scratch'; type = 'tmpfs'; source = 'tmpfs' })
        $as = Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec 3>$null
        $as | Should -Be 3, 1
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec ($spec | Test-OciSpec -Fix) -WarningAction Stop | Should -Be $as
    }

    It 'WhatHasNoSingleAnswerStaysAndIsSaid' {
        $spec = New-OciSpec -Cwd relative
        $spec.Process.Capabilities.Bounding.Add('CAP_KIL')
        $output = $spec | Test-OciSpec -Fix 3>&1
        $said = @($output | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | ForEach-Object Message)
        @($said -like '*/process/cwd*').Count | Should -Be 1
        @($said -like '*CAP_KIL*').Count | Should -Be 1
        $fixed = $output | Where-Object { $_ -is [OciRuntime.Core.Spec.OciSpec] }
        $fixed.Process.Cwd | Should -Be relative
        $fixed.Process.Capabilities.Bounding | Should -Contain CAP_KIL
        New-OciSpec | Test-OciSpec -Fix -WarningAction Stop | ConvertFrom-OciSpec | Should -Be (New-OciSpec | ConvertFrom-OciSpec)
    }

    It 'FixChangesNoFile' {
        $bundle = "$($fixture.Work)/fix"
        $null = [System.IO.Directory]::CreateDirectory($bundle)
        New-OciSpec -Env A=1, A=2 | Export-OciSpec -Bundle $bundle
        $file = "$bundle/config.json"
        $text = [System.IO.File]::ReadAllText($file).Replace('"hostname"', '"hostnam"')
        [System.IO.File]::WriteAllText($file, $text)
        $output = Test-OciSpec $bundle -Fix 3>&1
        ($output | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }).Message | Should -BeLike '*/hostnam*'
        [System.IO.File]::ReadAllText($file) | Should -Be $text
        # On its way back it is what was mended.
        Test-OciSpec $bundle -Fix -WarningAction SilentlyContinue | Export-OciSpec -Bundle $bundle
        Test-OciSpec $bundle | Should -BeNullOrEmpty
    }

    It 'FixAndQuietAreTwoThings' {
        (Get-Failure { New-OciSpec | Test-OciSpec -Fix -Quiet }).FullyQualifiedErrorId | Should -BeLike 'FixAndQuiet,*'
    }
}
