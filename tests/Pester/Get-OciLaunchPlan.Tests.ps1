BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciLaunchPlan' {
    It 'StepsAreNumberedAndPointIntoTheSpec' {
        $steps = @(Get-OciLaunchPlan (New-Id) $fixture.Bundle)
        $steps.Count | Should -BeGreaterThan 10
        $steps[0].Index | Should -Be 0
        ($steps.SpecPointer -match '^/mounts/').Count | Should -BeGreaterThan 0
    }

    It 'NothingIsDone' {
        $id = New-Id
        $null = Get-OciLaunchPlan $id $fixture.Bundle
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'MissingBundleIsNotFound' {
        { Get-OciLaunchPlan x "$($fixture.Work)/none" -ErrorAction Stop } | Should -Throw -ErrorId 'BundleNotFound,OciRuntime.PowerShell.Commands.GetOciLaunchPlanCommand'
    }

    It 'TakesASpec' {
        (Get-OciLaunchPlan x $fixture.Bundle -Spec (New-OciSpec -Hostname planned) | Where-Object SpecPointer -eq /hostname) | Should -Not -BeNullOrEmpty
    }

    It 'SpecComesThroughThePipeline' {
        (New-OciSpec -Hostname planned | Get-OciLaunchPlan x $fixture.Bundle | Where-Object SpecPointer -eq /hostname).Object | Should -Be 'planned'
    }
}
