BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Invoke-OciContainerCommand' {
    It 'RunsInside' {
        $container = Start-Script 'sleep 300'
        Invoke-OciContainerCommand $container.Id hostname | Should -Be 'oci'
    }

    It 'ExitCodeIsTold' {
        $container = Start-Script 'sleep 300'
        Invoke-OciContainerCommand $container.Id sh, -c, 'exit 6'
        $LASTEXITCODE | Should -Be 6
    }

    It 'PipelineIsStandardInput' {
        $container = Start-Script 'sleep 300'
        'a', 'b' | Invoke-OciContainerCommand $container.Id -Command cat | Should -Be @('a', 'b')
    }

    It 'EnvironmentUserAndDirectory' {
        $container = Start-Script 'sleep 300'
        Invoke-OciContainerCommand $container.Id -Env @{ A = 1 } -User 1000:1000 -Cwd /tmp -Command sh, -c, 'echo $A $(id -u) $(pwd)' | Should -Be '1 1000 /tmp'
    }

    It 'ObjectsNameTheContainer' {
        $container = Start-Script 'sleep 300'
        $container | Invoke-OciContainerCommand -Command echo, hello | Should -Be 'hello'
    }

    It 'StoppedIsInvalidOperation' {
        $container = Start-Script 'exit 0'
        $null = Wait-OciContainer $container.Id -Timeout 30
        $failure = $null
        Invoke-OciContainerCommand $container.Id true -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
    }

    It 'WhatIfRunsNothing' {
        $container = Start-Script 'sleep 300'
        Invoke-OciContainerCommand $container.Id touch, /tmp/exec-ran -WhatIf | Should -BeNullOrEmpty
        [System.IO.File]::Exists("$($fixture.Bundle)/rootfs/tmp/exec-ran") | Should -BeFalse
    }

    It 'WhatIfOfAnUnknownIdIsNotFound' {
        { Invoke-OciContainerCommand (New-Id) ls -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.InvokeOciContainerCommandCommand'
    }

    It 'PausedSaysHowToGoOn' {
        $container = Start-Script 'sleep 300' | Suspend-OciContainer -PassThru
        $failure = $null
        Invoke-OciContainerCommand $container.Id ls -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'ContainerPaused,OciRuntime.PowerShell.Commands.InvokeOciContainerCommandCommand'
        "$($failure[0])" | Should -Be "container $($container.Id) is paused: another process in it would not run"
        $failure[0].ErrorDetails.RecommendedAction | Should -Be 'Resume-OciContainer thaws it'
        $failure[0].Exception.Hint | Should -Be 'Resume-OciContainer thaws it'
        Resume-OciContainer $container.Id
    }

    It 'OptionsOfTheProgramFollowTwoDashes' {
        $container = Start-Script 'sleep 300'
        Invoke-OciContainerCommand $container.Id -- sh -c 'echo $1' name -x | Should -Be '-x'
    }

    It 'NamesAreNoUsers' {
        { Invoke-OciContainerCommand x ls -User root } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,OciRuntime.PowerShell.Commands.InvokeOciContainerCommandCommand'
    }

    It 'RunsInEachContainerOfThePipeline' {
        $id = New-Id
        "$id-a", "$id-b" | New-OciContainer -Bundle $fixture.Bundle | Start-OciContainer
        Get-OciContainer "$id-*" | Invoke-OciContainerCommand -Command echo, hi | Should -Be 'hi', 'hi'
        $LASTEXITCODE | Should -Be 0
    }

    It 'PreservedDescriptorsAreThoseThatWereNamed' {
        $container = Start-Script 'sleep 300'
        [System.IO.File]::WriteAllText("$($fixture.Work)/passed", "passed`n")
        $file = [System.IO.File]::OpenRead("$($fixture.Work)/passed")
        try { Invoke-OciContainerCommand $container.Id -Command sh, -c, 'cat <&3; ls /proc/self/fd' -PreserveFd $file | Should -Be 'passed', '0', '1', '2', '3', '4' }
        finally { $file.Dispose() }
    }

    It 'DetachReturnsTheProcess' {
        $container = Start-Script 'sleep 300'
        $process = Invoke-OciContainerCommand $container.Id -Detach -Command sleep, 200
        $process.Id | Should -Be $container.Id
        (Get-OciContainerProcess $container.Id).Pid | Should -Contain $process.Pid
        [System.IO.File]::ReadAllText("/proc/$($process.Pid)/cmdline") | Should -Be "sleep`0200`0"
    }

    It 'TimeoutEndsTheProcessAlone' {
        $container = Start-Script 'sleep 300'
        $failure = $null
        Invoke-OciContainerCommand $container.Id -Timeout 200ms -Command sleep, 200 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'Timeout,*'
        $LASTEXITCODE | Should -Be 124
        @(Get-OciContainerProcess $container.Id).Count | Should -Be 1
    }
}
