BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    $always = 'execve', 'exit', 'exit_group', 'restart_syscall', 'rt_sigreturn', 'write'
    function Get-Traveller($Object) { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($Object)) }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'New-OciSeccompProfile' {
    It 'OfATraceIsEnoughAndNoMore: <Name>' -ForEach @(@{ Name = 'no new privileges'; More = @{} }, @{ Name = 'new privileges'; More = @{ AllowNewPrivileges = $true } }) {
        $spec = New-OciSpec sh, -c, 'ls /; cat /none; true' @More
        $calls = Trace-OciSyscall -Bundle $fixture.Bundle -Spec $spec 2>$null 6>$null
        $minimal = $calls | New-OciSeccompProfile
        $minimal | Should -BeOfType OciRuntime.Core.Spec.OciSeccomp
        $minimal.Syscalls | Should -HaveCount 1
        $minimal.Syscalls[0].Names.Count | Should -BeLessThan 60
        $held = $spec | Set-OciSeccomp $minimal
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $held 2>$null | Should -Contain 'proc'
        $LASTEXITCODE | Should -Be 0
        # Made and started apart, with the gate in between.
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec $held | Start-OciContainer -PassThru | Wait-OciContainer
        $container.ExitCode | Should -Be 0
        # The same shell, and a call that it did not make.
        $held.Process.Args = 'sh', '-c', 'ls /; mkdir /tmp/refused; true'
        "$(Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $held 2>&1)" | Should -Match 'Operation not permitted'
        Test-Path "$($fixture.Bundle)/rootfs/tmp/refused" | Should -BeFalse
    }

    It 'OfAFileRunsTheContainerToo' {
        $file = "$($fixture.Work)/minimal.json"
        New-OciSpec ls, / | Set-OciSeccomp docker | Trace-OciSyscall -Bundle $fixture.Bundle -Enforce 6>$null | New-OciSeccompProfile docker -Path $file -WarningVariable warnings | Should -BeNullOrEmpty
        $warnings | Should -BeNullOrEmpty
        $read = Get-Content -Raw $file | ConvertFrom-Json
        $read.defaultAction, $read.defaultErrnoRet | Should -Be 'SCMP_ACT_ERRNO', 1
        $read.syscalls.names.Count | Should -BeLessThan 60
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec ls, / | Set-OciSeccomp $file) | Should -Contain 'proc'
        $LASTEXITCODE | Should -Be 0
        # Engines' own form of an object is that of linux.seccomp.
        $whole = @{ ociVersion = '1.2.0'; linux = @{ seccomp = $read } } | ConvertTo-Json -Depth 10 | ConvertTo-OciSpec
        $whole.Linux.Seccomp.Syscalls.Count | Should -Be $read.syscalls.Count
    }

    It 'NamesAreEnough' {
        $made = 'read', 'openat' | New-OciSeccompProfile -IncludeSyscall close
        $made.Syscalls.Names | Should -Be (@('read', 'openat', 'close') + $always | Sort-Object)
        $made.DefaultAction | Should -Be 'SCMP_ACT_ERRNO'
        (New-OciSeccompProfile -IncludeSyscall read).Syscalls.Names | Should -Contain 'read'
    }

    It 'KeepsOfTheBaseWhatWasSeen' {
        $made = 'read', 'personality', 'mount' | New-OciSeccompProfile docker -WarningVariable warnings -WarningAction SilentlyContinue
        $names = $made.Syscalls.Names | Sort-Object -Unique
        $names | Should -Be (@('read', 'personality') + $always | Sort-Object)
        $rules = @($made.Syscalls | Where-Object { $_.Names -contains 'personality' })
        $rules.Count | Should -BeGreaterThan 1
        $rules | ForEach-Object { $_.Args | Should -HaveCount 1 }
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike 'mount: the base refuses it*-IncludeSyscall mount allows it'
        # What counts of the base follows the capabilities.
        ('mount' | New-OciSeccompProfile docker -Capability sys_admin -WarningVariable warnings).Syscalls.Names | Should -Contain 'mount'
        $warnings | Should -BeNullOrEmpty
        ('mount' | New-OciSeccompProfile docker -IncludeSyscall mount -WarningVariable warnings).Syscalls[0].Names | Should -Be 'mount'
        $warnings | Should -BeNullOrEmpty
    }

    It 'SaysWhichArgumentsTheBaseRefuses' {
        $file = "$($fixture.Work)/base.json"
        @{
            defaultAction = 'SCMP_ACT_ERRNO'
            syscalls = @(@{ names = $always; action = 'SCMP_ACT_ALLOW' }, @{ names = @('umask'); action = 'SCMP_ACT_ALLOW'; args = @(@{ index = 0; value = 63; op = 'SCMP_CMP_EQ' }) })
        } | ConvertTo-Json -Depth 6 | Set-Content $file
        $calls = Trace-OciSyscall -Bundle $fixture.Bundle -Command sh, -c, 'umask 077; umask 027'
        $null = $calls | Where-Object { $_.Syscall -eq 'umask' -and -not $_.Launch } | New-OciSeccompProfile $file -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        "$warnings" | Should -Match '^umask\(0x[0-9a-f]+(, 0x[0-9a-f]+){5}\): the base refuses it with these arguments \(rule default\)'
    }

    It 'TakesWhatTravelled' {
        $calls = Trace-OciSyscall -Bundle $fixture.Bundle -Command true
        $expected = $calls | New-OciSeccompProfile
        foreach ($there in (Get-Traveller $calls), ($calls | ConvertTo-Json | ConvertFrom-Json), ($calls | ConvertTo-Csv | ConvertFrom-Csv)) {
            $made = $there | New-OciSeccompProfile
            $made.Syscalls.Names | Should -Be $expected.Syscalls.Names
            $made.Architectures | Should -Be $expected.Architectures
        }
        @((Get-Traveller $calls).Arguments)[0] | Should -BeLike '0x*, 0x*'
        # The profile itself, too.
        $spec = New-OciSpec true | Set-OciSeccomp (Get-Traveller $expected)
        $spec.Linux.Seccomp.Syscalls.Names | Should -Be $expected.Syscalls.Names
        $null = Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec
        $LASTEXITCODE | Should -Be 0
    }

    It 'ChangesNoObjectOfTheUsers' {
        $made = 'read' | New-OciSeccompProfile
        $spec = New-OciSpec true | Set-OciSeccomp $made
        $spec.Linux.Seccomp.Syscalls[0].Names.Add('mount')
        $made.Syscalls[0].Names | Should -Not -Contain 'mount'
    }

    It 'WritesItsFileAsAsked' {
        $file = "$($fixture.Work)/new.json"
        'read' | New-OciSeccompProfile -Path $file -WhatIf
        Test-Path $file | Should -BeFalse
        ('read' | New-OciSeccompProfile -Path $file -PassThru).Syscalls | Should -HaveCount 1
        $before = [System.IO.File]::ReadAllText($file)
        @(Get-Failure { 'openat' | New-OciSeccompProfile -Path $file -NoClobber })[0].FullyQualifiedErrorId | Should -BeLike 'NoClobber,*'
        [System.IO.File]::ReadAllText($file) | Should -BeExactly $before
        (New-OciSpec | Set-OciSeccomp $file).Linux.Seccomp.Syscalls.Names | Should -Contain 'read'
    }

    It 'RefusesWhatHasNoMeaning' {
        $failure = @(Get-Failure { New-OciSeccompProfile -IncludeSyscall opennat })[0]
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'openat'
        '{"defaultAction":"SCMP_ACT_ALLOW"}' | Set-Content "$($fixture.Work)/open.json"
        @(Get-Failure { 'read' | New-OciSeccompProfile "$($fixture.Work)/open.json" })[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        @(Get-Failure { 'read' | New-OciSeccompProfile /nowhere })[0].FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        @(Get-Failure { New-OciSeccompProfile -InputObject 17 })[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        { New-OciSpec | Set-OciSeccomp 17 } | Should -Throw
    }

    It 'Completes' {
        (TabExpansion2 'New-OciSeccompProfile -IncludeSyscall openat' -cursorColumn 44).CompletionMatches.CompletionText | Should -Be 'openat', 'openat2'
        (TabExpansion2 'New-OciSeccompProfile do' -cursorColumn 24).CompletionMatches.CompletionText | Should -Contain 'docker'
        (TabExpansion2 'New-OciSeccompProfile uncon' -cursorColumn 27).CompletionMatches.CompletionText | Should -Not -Contain 'unconfined'
    }
}
