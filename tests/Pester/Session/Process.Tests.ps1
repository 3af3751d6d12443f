# Containers and the PowerShell processes that made them.
BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    $session = "Import-Module '$repository/out/OciRuntime'; `$PSDefaultParameterValues['*-Oci*:Root'] = '$($fixture.Root)'; "

    # A PowerShell whose output can be read while it runs. Whoever runs the tests in the background may have SIGINT ignored, which children inherit.
    function Start-Pwsh([string] $Command) {
        $start = [System.Diagnostics.ProcessStartInfo]::new('env', [string[]](@('--default-signal=INT,QUIT') + $Pwsh + @('-NoProfile', '-Command', "$session$Command")))
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        [System.Diagnostics.Process]::Start($start)
    }

    function Read-Line($Process) {
        $line = $Process.StandardOutput.ReadLineAsync()
        if (-not $line.Wait(60000)) { $Process.Kill($true); throw 'the process printed nothing' }
        $line.Result
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Process' {
    It 'ExitCodeAndLogAreThereAfterTheFirstEnded' {
        $id = New-Id
        Invoke-Pwsh -Command "${session}New-OciContainer $id $($fixture.Bundle) -Spec (New-OciSpec sh, -c, 'echo out; sleep 0.5; exit 23') | Start-OciContainer"
        Invoke-Pwsh -Command "$session(Wait-OciContainer $id -Timeout 60).ExitCode; (Get-OciContainerLog $id).Line" | Should -Be '23', 'out'
        (Get-OciContainer $id).ExitCode | Should -Be 23
    }

    It 'InterruptDoesNotReachTheContainer' {
        $id = New-Id
        $process = Start-Pwsh "New-OciContainer $id $($fixture.Bundle) | Start-OciContainer; 'ready'; while (`$true) { Start-Sleep -Milliseconds 20 }"
        Read-Line $process | Should -Be 'ready'
        kill -INT $process.Id
        $process.WaitForExit(60000) | Should -BeTrue
        (Get-OciContainer $id).Status | Should -Be 'Running'
    }

    It 'InterruptDuringInvokeLeavesNothing' {
        $id = New-Id
        $process = Start-Pwsh "Invoke-OciContainer $id -Bundle $($fixture.Bundle) -Command sh, -c, 'echo ready; sleep 300'"
        Read-Line $process | Should -Be 'ready'
        kill -INT $process.Id
        $process.WaitForExit(60000) | Should -BeTrue
        $process.ExitCode | Should -Not -Be 0
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-Leftover $id $fixture.Work | Should -BeNullOrEmpty
    }
}
