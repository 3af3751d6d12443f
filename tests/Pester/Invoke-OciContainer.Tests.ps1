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
}
