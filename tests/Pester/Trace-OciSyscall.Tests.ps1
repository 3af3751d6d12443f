BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture

    # One call of a trace by name; mkdir(2) is mkdirat(2) on newer machines.
    function Get-Call($Calls, [string[]] $Name, [switch] $Launch) { $Calls | Where-Object { $_.Syscall -in $Name -and $_.Launch -eq $Launch } }

    function New-Profile([string] $File, [hashtable[]] $Rule, [string] $Default = 'SCMP_ACT_ALLOW') {
        @{ defaultAction = $Default; syscalls = $Rule } | ConvertTo-Json -Depth 6 | Set-Content $File
        $File
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Trace-OciSyscall' {
    It 'TellsWhatAContainerDoes' {
        $id = New-Id
        $calls = Trace-OciSyscall $id $fixture.Bundle -Command sh, -c, 'mkdir /tmp/one; mkdir /tmp/two; exit 3' -ErrorVariable failures
        $LASTEXITCODE | Should -Be 3
        $calls | Should -BeOfType OciRuntime.Core.Seccomp.Tracing.OciTracedSyscall
        $made = Get-Call $calls mkdir, mkdirat
        $made.Count | Should -Be 2
        $made.Action, $made.Rule, $made.Pointer, $made.Allowed, $made.Container | Should -Be 'SCMP_ACT_ALLOW', 'none', '', $true, $id
        $made.Command | Should -Not -BeNullOrEmpty
        $made.Pid | Should -BeGreaterThan 1
        $made.Architecture | Should -BeLike 'SCMP_ARCH_*'
        $made.First | Should -BeGreaterThan ([DateTime]::Now.AddMinutes(-10))
        $made.Arguments | Should -Match '^0x[0-9a-f]+(, 0x[0-9a-f]+){5}$'
        (Get-Call $calls execve -Launch).Count | Should -Be 1
        # What can't be seen is told, and not counted.
        ($calls | Where-Object { $null -eq $_.Count }).Syscall | Should -Be 'write', 'rt_sigreturn'
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
    }

    It 'OutputIsOnTheOtherStreams' {
        $all = Trace-OciSyscall -Bundle $fixture.Bundle -Command sh, -c, 'echo out; echo err >&2' 2>&1 6>&1
        ($all | Where-Object { $_ -is [System.Management.Automation.InformationRecord] } | ForEach-Object ToString) | Should -Be 'out'
        ($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | ForEach-Object ToString) | Should -Be 'err'
        ($all | Where-Object { $_ -is [OciRuntime.Core.Seccomp.Tracing.OciTracedSyscall] }).Syscall | Should -Contain 'exit_group'
        $file = "$($fixture.Work)/out"
        $calls = Trace-OciSyscall -Bundle $fixture.Bundle -OutFile $file -Command printf, 'a\0b' 6>&1
        [System.IO.File]::ReadAllBytes($file) | Should -Be @(97, 0, 98)
        $calls | Should -BeOfType OciRuntime.Core.Seccomp.Tracing.OciTracedSyscall
    }

    It 'NamesTheRuleThatRefuses' {
        $file = New-Profile "$($fixture.Work)/deny.json" @(
            @{ names = @('swapon'); action = 'SCMP_ACT_ERRNO' }
            @{ names = @('mkdir', 'mkdirat'); action = 'SCMP_ACT_ERRNO'; errnoRet = 5 }
            @{ names = @('umask'); action = 'SCMP_ACT_KILL_PROCESS'; args = @(@{ index = 0; value = 23; op = 'SCMP_CMP_EQ' }) }
        )
        $calls = New-OciSpec sh, -c, 'umask 077; umask 027; mkdir /tmp/made && echo made' | Set-OciSeccomp $file | Trace-OciSyscall -Bundle $fixture.Bundle -InformationVariable lines 6>$null
        # The profile is looked up, not in force.
        $LASTEXITCODE | Should -Be 0
        "$lines" | Should -Be 'made'
        $refused = $calls | Where-Object { -not $_.Allowed }
        $refused.Count | Should -Be 2
        $mkdir = Get-Call $refused mkdir, mkdirat
        $mkdir.Action, $mkdir.Errno, $mkdir.Rule, $mkdir.Pointer, $mkdir.Count | Should -Be 'SCMP_ACT_ERRNO', 5, '1', '/linux/seccomp/syscalls/1', 1
        # Only with these arguments: 027 in octal.
        $umask = Get-Call $refused umask
        $umask.Action, $umask.Rule, $umask.Count | Should -Be 'SCMP_ACT_KILL_PROCESS', '2', 1
        $umask.Arguments | Should -BeLike '0x17, *'
        $umask.Errno | Should -BeNullOrEmpty
        (Get-Call ($calls | Where-Object Allowed) umask).Rule | Should -Be 'default'
    }

    It 'DockersProfileHasARuleForAll' {
        $calls = New-OciSpec ls, / | Set-OciSeccomp docker | Trace-OciSyscall -Bundle $fixture.Bundle 6>$null
        $calls | Where-Object { -not $_.Allowed } | Should -BeNullOrEmpty
        $calls.Rule | ForEach-Object { $_ | Should -Match '^\d+$' }
    }

    It 'RefusesWithTheErrnoWhenAsked' {
        $file = New-Profile "$($fixture.Work)/errno.json" @(@{ names = @('mkdir', 'mkdirat'); action = 'SCMP_ACT_ERRNO'; errnoRet = 5 })
        $calls = New-OciSpec mkdir, /tmp/refused | Set-OciSeccomp $file | Trace-OciSyscall -Bundle $fixture.Bundle -Enforce -ErrorVariable failures 2>&1
        $LASTEXITCODE | Should -Be 1
        "$($calls | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })" | Should -Match 'Input/output error|I/O error'
        (Get-Call $calls mkdir, mkdirat).Count | Should -Be 1
        Test-Path "$($fixture.Bundle)/rootfs/tmp/refused" | Should -BeFalse
    }

    It 'TakesBundlesFromThePipeline' {
        $containers = Get-Item $fixture.Bundle, "$($fixture.Bundle)/../bundle" | Trace-OciSyscall -Command true
        @($containers.Container | Sort-Object -Unique).Count | Should -Be 2
        try {
            Push-Location $fixture.Bundle
            (Trace-OciSyscall -Command true).Syscall | Should -Contain 'execve'
        }
        finally { Pop-Location }
    }

    It 'EndsAfterItsDuration' {
        $id = New-Id
        $calls = Trace-OciSyscall $id $fixture.Bundle -Duration 500ms
        $LASTEXITCODE | Should -Be 124
        (Get-Call $calls execve -Launch).Count | Should -Be 1
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
    }

    It 'ExitCodesAreThoseOfACommand' {
        $failure = @(Get-Failure { Trace-OciSyscall -Bundle $fixture.Bundle -Command nothing-of-that-name })[0]
        $failure.FullyQualifiedErrorId | Should -BeLike 'CommandNotFound,*'
        $LASTEXITCODE | Should -Be 127
        $failure = @(Get-Failure { Trace-OciSyscall -Bundle $fixture.Bundle -ErrorOnExit -Command sh, -c, 'exit 4' })[0]
        $failure.FullyQualifiedErrorId | Should -BeLike 'NonZeroExitCode,*'
        $LASTEXITCODE | Should -Be 4
        @(Get-Failure { Trace-OciSyscall -Bundle "$($fixture.Work)/none" })[0].FullyQualifiedErrorId | Should -BeLike 'BundleNotFound,*'
    }

    It 'WhatIfRunsNothing' {
        $id = New-Id
        Trace-OciSyscall $id $fixture.Bundle -Command touch, /tmp/what-if -WhatIf | Should -BeNullOrEmpty
        Test-Path "$($fixture.Bundle)/rootfs/tmp/what-if" | Should -BeFalse
    }

    It 'ShowsATableAndAList' {
        $calls = Trace-OciSyscall -Bundle $fixture.Bundle -Command true
        $lines = @(Get-Screen { $calls })
        $lines[0] | Should -Match '^Syscall\s+Count\s+Rule\s+Launch\s+Action$'
        $lines | Where-Object { $_ -match '^execve\s+1\s+none\s+True\s+SCMP_ACT_ALLOW$' } | Should -HaveCount 1
        (Get-Screen { $calls[0] | Format-List }) -join "`n" | Should -Match '(?m)^Pointer\s+:$'
    }
}
