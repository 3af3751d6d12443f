BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
    Import-Module "$repository/out/OciRuntime"
    # What this machine can't show without any defence, no container on it can.
    $bounding = [Convert]::ToUInt64((([System.IO.File]::ReadAllLines('/proc/self/status') -match '^CapBnd:') -split '\s+')[1], 16)
    function Test-Capability([int] $Bit) { ($bounding -band ([uint64] 1 -shl $Bit)) -ne 0 }
    $secrets = @('keys', 'timer_list', 'sched_debug' | Where-Object { try { [System.IO.File]::OpenRead("/proc/$_").ReadByte() -ge 0 } catch { $false } }) + @(Get-ChildItem /sys/firmware -ErrorAction Ignore)
    $log = "$([System.IO.Path]::GetTempPath())/kmsg-$PID"
    $opened = & /bin/sh -c "mknod $log c 1 11 && ( : >> $log ) && echo opened" 2> $null
    Remove-Item $log -ErrorAction Ignore
    $nested = & unshare -U echo made 2> $null
    $weaknesses = @(
        @{ Attack = 'CorePattern'; Weak = { $spec = New-OciSpec x; $spec.Linux.ReadonlyPaths = $null; $spec }; Evidence = '/proc/sys/kernel/core_pattern is open for writing'; Shows = $true }
        @{ Attack = 'SysrqTrigger'; Weak = { $spec = New-OciSpec x; $spec.Linux.ReadonlyPaths = $null; $spec }; Evidence = '/proc/sysrq-trigger is open for writing'; Shows = Test-Path /proc/sysrq-trigger }
        @{ Attack = 'MaskedFiles'; Weak = { $spec = New-OciSpec x; $spec.Linux.MaskedPaths = $null; $spec }; Evidence = '* can be read'; Shows = $secrets.Count -gt 0 }
        @{ Attack = 'ProcMount'; Weak = { New-OciSpec x -Capability SYS_ADMIN }; Evidence = 'a new /proc is mounted'; Shows = Test-Capability 21 }
        @{ Attack = 'MountApi'; Weak = { New-OciSpec x -Capability SYS_ADMIN }; Evidence = 'fsopen gives a filesystem'; Shows = (Test-Capability 21) -and (Get-Command perl -ErrorAction Ignore) }
        @{ Attack = 'UserNamespace'; Weak = { New-OciSpec x }; Evidence = 'a user namespace is made'; Shows = $nested -eq 'made' }
        @{ Attack = 'DeviceNode'; Weak = { $spec = New-OciSpec x -Capability MKNOD; $spec.Linux.Resources.Devices[0].Allow = $true; $spec }; Evidence = "the kernel's log is open for writing"; Shows = $opened -eq 'opened' }
        @{ Attack = 'CgroupFiles'; Weak = { $spec = New-OciSpec x; $null = ($spec.Mounts | Where-Object Type -EQ cgroup).Options.Remove('ro'); $spec }; Evidence = '/sys/fs/cgroup/* is open for writing'; Shows = $true }
        @{ Attack = 'HostProcesses'; Weak = { New-OciSpec x | Remove-OciNamespace pid }; Evidence = "process $PID of the host is seen"; Shows = $true }
        @{ Attack = 'SetuidProgram'; Weak = { New-OciSpec x -AllowNewPrivileges }; Evidence = 'the program ran as root'; Shows = $true }
        @{ Attack = 'RuntimeHelper'; Weak = { New-OciSpec x -Capability SYS_PTRACE }; Evidence = '/proc/1/* leads to *'; Shows = Test-Capability 19 }
    )
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module "$repository/out/OciRuntime"
    function Get-Left { @(Get-Leftover oci-hardening- ([System.IO.Path]::GetTempPath().TrimEnd('/') + '/oci-hardening-')) + @(Get-ChildItem ([System.IO.Path]::GetTempPath()) -Filter oci-hardening-*) }
}

Describe 'Test-OciHardening' {
    It 'TheDefaultHoldsAndNothingIsLeft' {
        $attacks = Test-OciHardening
        $attacks | Should -BeOfType OciRuntime.Core.Hardening.OciAttack
        $attacks.Name | Should -Be ([OciRuntime.Core.Hardening.OciAttack].Assembly.GetType('OciRuntime.Core.Hardening.HardeningTest').GetProperty('Attacks').GetValue($null).Item1)
        $attacks | Where-Object Held -EQ $false | Should -BeNullOrEmpty
        # What every machine has a program and a file for.
        foreach ($name in 'CorePattern', 'CgroupFiles', 'DeviceNode', 'HostProcesses', 'SetuidProgram', 'MountOutside', 'Descriptors', 'RuntimeHelper') {
            ($attacks | Where-Object Name -EQ $name).Held | Should -BeTrue -Because $name
        }
        $attacks.Evidence | ForEach-Object { $_ | Should -Not -BeNullOrEmpty }
        Get-Left | Should -BeNullOrEmpty
    }

    It 'WithoutItsDefenceItGetsThrough: <Attack>' -ForEach ($weaknesses | Where-Object Shows) {
        $found = & $Weak | Test-OciHardening $Attack
        $found.Held | Should -BeFalse -Because $found.Evidence
        $found.Evidence | Should -BeLike $Evidence
        & $Weak | Test-OciHardening $Attack -Quiet | Should -BeFalse
        Get-Left | Should -BeNullOrEmpty
    }

    It 'DoesNotWriteToWhatItOpens' {
        $before = [System.IO.File]::ReadAllText('/proc/sys/kernel/core_pattern')
        $spec = New-OciSpec x
        $spec.Linux.ReadonlyPaths = $null
        $null = $spec | Test-OciHardening CorePattern
        [System.IO.File]::ReadAllText('/proc/sys/kernel/core_pattern') | Should -BeExactly $before
    }

    It 'ChoosesByName' {
        (Test-OciHardening corepattern, Host*).Name | Should -Be @('CorePattern', 'HostProcesses')
        Test-OciHardening none* | Should -BeNullOrEmpty
        { Test-OciHardening Nothing -ErrorAction Stop } | Should -Throw -ErrorId 'AttackNotFound,OciRuntime.PowerShell.Commands.TestOciHardeningCommand'
        Test-OciHardening Nothing -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
        Test-OciHardening CorePattern -Quiet | Should -BeTrue
    }

    It 'WhatCanNotBeTriedSaysWhy' {
        $attack = New-OciSpec x -Mount /nowhere/at/all:/mnt | Test-OciHardening CorePattern
        $attack.Held | Should -Be $null
        $attack.Evidence | Should -Match '/nowhere/at/all'
        Get-Left | Should -BeNullOrEmpty
    }

    It 'LeavesTheConfigurationAsItIs' {
        $spec = New-OciSpec sleep, 300
        $null = $spec | Test-OciHardening CorePattern
        Compare-OciSpec $spec (New-OciSpec sleep, 300) | Should -BeNullOrEmpty
    }

    It 'CompletesNames' {
        (TabExpansion2 'Test-OciHardening Mount').CompletionMatches.CompletionText | Should -Be @('MountApi', 'MountOutside')
    }

    It 'HasATable' {
        (Get-Screen { Test-OciHardening CorePattern })[0] | Should -Match '^Name\s+Held\s+Evidence$'
    }
}
