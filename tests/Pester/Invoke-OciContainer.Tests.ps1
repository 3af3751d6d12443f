BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Invoke-OciContainer' {
    It 'OutputIsStrings' {
        $lines = @(Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'echo one; echo two')
        $lines | Should -Be @('one', 'two')
        $lines[0] | Should -BeOfType string
        $LASTEXITCODE | Should -Be 0
    }

    It 'ExitCodeIsTold' {
        Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'exit 7'
        $LASTEXITCODE | Should -Be 7
    }

    It 'ErrorOnExitIsAnError' {
        { Invoke-OciContainer -Bundle $fixture.Bundle -Command false -ErrorOnExit -ErrorAction Stop } |
            Should -Throw -ErrorId 'NonZeroExitCode,OciRuntime.PowerShell.Commands.InvokeOciContainerCommand'
    }

    It 'StandardErrorIsTheErrorStream' {
        $failure = $null
        Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'echo out; echo oops >&2' -ErrorVariable failure -ErrorAction SilentlyContinue | Should -Be 'out'
        "$($failure[0])" | Should -Be 'oops'
    }

    It 'PipelineIsStandardInput' {
        'one', 'two', 'three' | Invoke-OciContainer -Bundle $fixture.Bundle -Command wc, -l | Should -Match '^\s*3$'
    }

    It 'NothingIsLeft' {
        $id = New-Id
        $null = Invoke-OciContainer $id -Bundle $fixture.Bundle -Command true
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'KeepKeeps' {
        $id = New-Id
        Invoke-OciContainer $id -Bundle $fixture.Bundle -Command true -Keep
        (Get-OciContainer $id).Status | Should -Be 'Stopped'
    }

    It 'DetachReturnsTheContainer' {
        $container = Invoke-OciContainer (New-Id) -Bundle $fixture.Bundle -Detach
        $container.Status | Should -Be 'Running'
        $container.Supervised | Should -BeTrue
    }

    It 'MissingProgramIs127' {
        $failure = $null
        Invoke-OciContainer -Bundle $fixture.Bundle -Command no-such-program -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.Count | Should -BeGreaterThan 0
        $LASTEXITCODE | Should -Be 127
    }

    It 'WhatIfRunsNothing' {
        Invoke-OciContainer (New-Id) -Bundle $fixture.Bundle -Command touch, /tmp/ran -WhatIf | Should -BeNullOrEmpty
        [System.IO.File]::Exists("$($fixture.Bundle)/rootfs/tmp/ran") | Should -BeFalse
    }

    It 'OnlyStandardDescriptorsAreOpen' {
        $open = Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'cd /proc/self/fd; echo *'
        $open -replace ' 3$', '' | Should -Be '0 1 2'
    }

    It 'LastLineNeedsNoEndAndTextIsUtf8' {
        Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'echo one; printf "two äöü"; exit 3' | Should -Be 'one', 'two äöü'
        $LASTEXITCODE | Should -Be 3
    }

    It 'StandardErrorEndsNothing' {
        $ErrorActionPreference = 'Stop'
        $all = Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'echo bad >&2; echo good' 2>&1
        $failure = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $all | Where-Object { $_ -is [string] } | Should -Be 'good'
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'NativeCommandError'
        "$($failure[0])" | Should -Be 'bad'
        $ErrorActionPreference | Should -Be 'Stop'
    }

    It 'ErrorOnExitStopsWithThePreference' {
        $ErrorActionPreference = 'Stop'
        { Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'echo bad >&2; exit 4' -ErrorOnExit } |
            Should -Throw -ErrorId 'NonZeroExitCode,OciRuntime.PowerShell.Commands.InvokeOciContainerCommand'
        $LASTEXITCODE | Should -Be 4
    }

    It 'InputIsLinesOrBytes' {
        1, 'b', 'c' | Invoke-OciContainer -Bundle $fixture.Bundle -Command cat | Should -Be '1', 'b', 'c'
        [byte[]](0x68, 0x69) | Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'od -An -tx1' | ForEach-Object Trim | Should -Be '68 69'
        Invoke-OciContainer -Bundle $fixture.Bundle -Command wc, -c | Should -Be '0'
    }

    # Neither side reads before it has written: only relays that wait for neither get through.
    It 'MuchInputAndOutputDoNotBlockEachOther' {
        $lines = 0..19999 | Invoke-OciContainer -Bundle $fixture.Bundle -Command cat
        $lines.Count | Should -Be 20000
        $lines[-1] | Should -Be '19999'
    }

    It 'EarlyEndOfThePipelineRemovesTheContainer' {
        $id = New-Id
        { Invoke-OciContainer $id -Bundle $fixture.Bundle -Command yes | ForEach-Object { throw "enough $_" } } | Should -Throw 'enough y'
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        $id = New-Id
        Invoke-OciContainer $id -Bundle $fixture.Bundle -Command yes | Select-Object -First 1 | Should -Be 'y'
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
    }

    It 'WhatCannotStartIsAnErrorWithAShellsExitCode: <Program>' -ForEach @(
        @{ Program = '/no/such'; Code = 127; ErrorId = 'CommandNotFound'; Category = 'ObjectNotFound' }
        @{ Program = '/tmp'; Code = 126; ErrorId = 'CommandNotExecutable'; Category = 'PermissionDenied' }
    ) {
        $id = New-Id
        $failure = @(Get-Failure { Invoke-OciContainer $id -Bundle $fixture.Bundle -Command $Program })
        $LASTEXITCODE | Should -Be $Code
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be "$ErrorId,OciRuntime.PowerShell.Commands.InvokeOciContainerCommand"
        $failure[0].CategoryInfo.Category | Should -Be $Category
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
    }

    It 'KeptContainerKnowsItsExitCode' {
        $id = New-Id
        Invoke-OciContainer $id -Bundle $fixture.Bundle -Command sh, -c, 'exit 5' -Keep
        (Get-OciContainer $id).ExitCode | Should -Be 5
    }

    It 'TerminalWithoutAConsoleGivesLines' {
        Invoke-OciContainer -Bundle $fixture.Bundle -Command tty -Tty | Should -Be '/dev/pts/0'
    }

    It 'BundleComesThroughThePipeline' {
        New-OciBundle "$($fixture.Work)/b1" -Command echo, hi | Invoke-OciContainer | Should -Be 'hi'
    }

    It 'PreservedDescriptorsAreThoseThatWereNamed' {
        $first, $second = foreach ($name in 'first', 'second') {
            [System.IO.File]::WriteAllText("$($fixture.Work)/$name", "$name`n")
            [System.IO.File]::OpenRead("$($fixture.Work)/$name")
        }
        try {
            $script = 'cat <&3; cat <&4; echo $LISTEN_FDS; ls /proc/self/fd'
            # The last is the directory that ls reads.
            Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, $script -PreserveFd $second, $first.SafeFileHandle -ListenFd @() |
                Should -Be 'second', 'first', '', '0', '1', '2', '3', '4', '5'
            $first.Position = $second.Position = 0
            Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, $script -PreserveFd $second -ListenFd $first |
                Should -Be 'first', 'second', '1', '0', '1', '2', '3', '4', '5'
        }
        finally { $first.Dispose(); $second.Dispose() }
    }

    It 'DescriptorsOfPowerShellItselfAreNotPassedByNumber' {
        $open = [System.IO.File]::OpenRead('/dev/null')
        try {
            $own = $open.SafeFileHandle.DangerousGetHandle().ToInt32()
            { Invoke-OciContainer -Bundle $fixture.Bundle -Command true -PreserveFd $own } | Should -Throw '*close-on-exec*'
            { Invoke-OciContainer -Bundle $fixture.Bundle -Command true -PreserveFd 2 } | Should -Throw '*the lowest that can be passed is 3*'
            { Invoke-OciContainer -Bundle $fixture.Bundle -Command true -PreserveFd 100000 } | Should -Throw '*not open*'
        }
        finally { $open.Dispose() }
        Get-Failure { Invoke-OciContainer -Bundle $fixture.Bundle -Command true -PreserveFd $open.SafeFileHandle } | Should -Match 'is closed'
    }

    It 'ListenFdsOfTheEnvironmentAreNotTheContainers' {
        $env:LISTEN_PID = $PID
        $env:LISTEN_FDS = 20
        try {
            Invoke-OciContainer -Bundle $fixture.Bundle -Command sh, -c, 'echo $LISTEN_FDS; ls /proc/self/fd' | Should -Be '', '0', '1', '2', '3'
        }
        finally { $env:LISTEN_PID = $env:LISTEN_FDS = $null }
    }

    It 'TimeoutEndsIt' {
        $id = New-Id
        $failure = $null
        Invoke-OciContainer $id $fixture.Bundle -Timeout 300ms -ErrorVariable failure -ErrorAction SilentlyContinue -Command sh, -c, 'echo before; sleep 300' | Should -Be 'before'
        $failure[0].FullyQualifiedErrorId | Should -Be 'Timeout,OciRuntime.PowerShell.Commands.InvokeOciContainerCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
        $LASTEXITCODE | Should -Be 124
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Invoke-OciContainer $id $fixture.Bundle -Timeout 60 -Command echo, done | Should -Be 'done'
    }

    It 'LimitsAndMountsAreParameters' {
        Invoke-OciContainer (New-Id) $fixture.Bundle -Hostname here -Mount tmpfs:/scratch:size=64k -Command sh, -c, 'hostname; df -k /scratch | tail -n 1 | awk "{print \$2}"' |
            Should -Be @('here', '64')
    }

    It 'DetachedOneThatCannotStartIsNotKept' {
        $id = New-Id
        $spec = New-OciSpec sleep, 300
        $spec.Hooks = [OciRuntime.Core.Spec.OciHooks]::new()
        $hook = [OciRuntime.Core.Spec.OciHook]::new()
        $hook.Path = '/bin/false'
        $spec.Hooks.Poststart = [OciRuntime.Core.Spec.OciHook[]]$hook
        $failure = @(Get-Failure { Invoke-OciContainer $id $fixture.Bundle -Detach -Spec $spec })
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'HookFailed,OciRuntime.PowerShell.Commands.InvokeOciContainerCommand'
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-Leftover $id $fixture.Work | Should -BeNullOrEmpty
    }

    It 'DetachedOneWhoseProgramHasNoInterpreterIsNotKept' {
        $script = "$($fixture.Bundle)/rootfs/bin/no-interpreter"
        Set-Content $script '#!/no/such/interpreter'
        chmod 755 $script
        $id = New-Id
        try {
            $failure = @(Get-Failure { Invoke-OciContainer $id $fixture.Bundle -Detach -Spec (New-OciSpec no-interpreter) })
        }
        finally {
            Remove-Item $script
        }
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'CommandNotFound,OciRuntime.PowerShell.Commands.InvokeOciContainerCommand'
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-Leftover $id $fixture.Work | Should -BeNullOrEmpty
    }

    It 'ExitCodeThatARemovalTookIsTheKernelsOrLeavesTheLastOneAsItWas' {
        $id = New-Id
        $global:LASTEXITCODE = 77
        # Newer kernels keep it for holders of a pidfd.
        Invoke-OciContainer $id $fixture.Bundle -Command sh, -c, 'echo started; sleep 300' | ForEach-Object { $_; Remove-OciContainer $id -Force } | Should -Be 'started'
        $LASTEXITCODE | Should -Be ([Environment]::OSVersion.Version -ge [version] '6.15' ? 137 : 77)
    }

    # Where the kernel keeps it nothing makes such a record, so one is given to what tells of it.
    It 'ExitCodeThatNobodySawLeavesTheLastOneAsItWas' {
        $report = [OciRuntime.PowerShell.Commands.InvokeOciContainerCommand].Assembly.GetType('OciRuntime.PowerShell.Common.ExitCodes').GetMethod('Report')
        function Invoke-Report {
            [CmdletBinding()]
            param([Nullable[int]] $Code)
            $null = $report.Invoke($null, @($PSCmdlet, [OciRuntime.Core.State.ExitRecord] @{ Id = 'c'; ExitCode = $Code }, $false))
        }
        $global:LASTEXITCODE = 77
        Invoke-Report $null
        $global:LASTEXITCODE | Should -Be 77
        Invoke-Report 0
        $global:LASTEXITCODE | Should -Be 0
    }
}
