# What goes to the verbose, debug, warning and information streams.
BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Stream' {
    BeforeEach { $id = New-Id }

    It 'VerboseHasALineAStep' {
        $plan = @(Get-OciLaunchPlan $id $fixture.Bundle)
        $lines = @(New-OciContainer $id $fixture.Bundle -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object Message)
        $lines -like 'mount /proc proc*' | Should -Not -BeNullOrEmpty
        $lines -like '*oci-init*' | Should -BeNullOrEmpty
        $lines.Count | Should -BeGreaterOrEqual $plan.Count
    }

    # The host would be asked after each line if the engine did; -NonInteractive hosts fail then.
    It 'DebugShowsTheProtocolAndTheTimeline' {
        $all = New-OciContainer $id $fixture.Bundle -Debug 5>&1
        $container = $all | Where-Object Id
        $lines = $all | Where-Object { $_ -is [System.Management.Automation.DebugRecord] } | ForEach-Object Message
        $lines -like 'oci-init <- PROGRAM, descriptors: *' | Should -Not -BeNullOrEmpty
        $lines -like 'oci-init -> SUPERVISOR process *' | Should -Not -BeNullOrEmpty
        $lines -like "oci-init -> CLONED process $($container.Pid), descriptors: 1" | Should -Not -BeNullOrEmpty
        $lines | Should -Contain 'oci-init -> READY'
        $lines -like '* ns mount /proc*' | Should -Not -BeNullOrEmpty
        Start-OciContainer $id -Debug 5>&1 | ForEach-Object Message | Should -Be 'oci-init <- START', 'oci-init -> STARTING'
    }

    It 'NothingIsSaidUnasked' {
        $null = New-OciContainer $id $fixture.Bundle
        & { Start-OciContainer $id; Stop-OciContainer $id -Force; Remove-OciContainer $id } *>&1 | Should -BeNullOrEmpty
    }
}
