BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Measure-OciContainer' {
    It 'HasTheStepsOfThePlanUpToTheGate' {
        $plan = @(Get-OciLaunchPlan x $fixture.Bundle)
        $ready = $plan.Name.IndexOf('ready')
        $times = @(Measure-OciContainer -Bundle $fixture.Bundle)
        $times | Should -BeOfType OciRuntime.PowerShell.Output.OciLaunchTime
        $steps = @($times | Where-Object Index -GE 0)
        $steps.Index | Should -Be @(0..($ready - 1))
        $steps | ForEach-Object { "$($_.Name) $($_.SpecPointer)" } | Should -Be @($plan[0..($ready - 1)] | ForEach-Object { "$($_.Name) $($_.SpecPointer)" })
        ($times | Where-Object Index -LT 0).Name | Should -Be 'prepare', 'complete'
    }

    It 'ATimeBeginsWhereTheOneBeforeEnds' {
        $times = @(Measure-OciContainer -Bundle $fixture.Bundle)
        $times[0].Start | Should -Be ([timespan]::Zero)
        for ($i = 1; $i -lt $times.Count; $i++) {
            # In ticks of 100 ns, each cut off.
            [Math]::Abs(($times[$i].Start - $times[$i - 1].Start - $times[$i - 1].Duration).Ticks) | Should -BeLessOrEqual 2
        }
        ($times | Measure-Object Percent -Sum).Sum | Should -BeGreaterThan 99
        ($times | Measure-Object Percent -Sum).Sum | Should -BeLessThan 101
        $times | ForEach-Object { $_.Duration | Should -BeGreaterOrEqual ([timespan]::Zero) }
    }

    It 'AStepThatWaitsIsTheLongest' {
        $spec = New-OciSpec true | Add-OciHook createRuntime /bin/sleep 1
        $longest = Measure-OciContainer -Bundle $fixture.Bundle -Spec $spec | Where-Object Index -GE 0 | Sort-Object Duration | Select-Object -Last 1
        $longest.Name, $longest.Object, $longest.SpecPointer | Should -Be 'hook', '/bin/sleep', '/hooks/createRuntime/0'
        $longest.Duration | Should -BeGreaterOrEqual ([timespan]::FromSeconds(1))
    }

    It 'NothingIsLeft' {
        $id = New-Id
        $null = Measure-OciContainer $id $fixture.Bundle -Count 3
        Get-OciContainer | Should -BeNullOrEmpty
        Get-Leftover $id "$($fixture.Work)/bundle" | Should -BeNullOrEmpty
        # The program did not run.
        $null = Measure-OciContainer $id $fixture.Bundle -Command touch, /tmp/ran
        "$($fixture.Bundle)/rootfs/tmp/ran" | Should -Not -Exist
    }

    It 'SeveralLaunchesAreOneTimeline' {
        @(Measure-OciContainer -Bundle $fixture.Bundle -Count 3).Count | Should -Be @(Measure-OciContainer -Bundle $fixture.Bundle).Count
    }

    It 'AContainerOfThatNameIsLeftAlone' {
        $id = New-Id
        $container = New-OciContainer $id $fixture.Bundle
        (Get-Failure { Measure-OciContainer $id $fixture.Bundle }).FullyQualifiedErrorId | Should -BeLike 'ContainerAlreadyExists,*'
        (Get-OciContainer $id).Pid | Should -Be $container.Pid
        $container | Remove-OciContainer -Force
    }

    It 'WhatIfMakesNothing' {
        Measure-OciContainer -Bundle $fixture.Bundle -WhatIf | Should -BeNullOrEmpty
        (Get-Failure { Measure-OciContainer -Bundle "$($fixture.Work)/none" }).CategoryInfo.Category | Should -Be ObjectNotFound
    }

    It 'ThePictureHasABarForEachStep' {
        $times = @(Measure-OciContainer -Bundle $fixture.Bundle)
        $lines = @($times | Out-String -Width 80 -Stream | ForEach-Object { ($_ -replace '\e\[[\d;]*m').TrimEnd() } | Where-Object { $_ })
        $lines[0] | Should -Match '^Index\s+Name\s+Object\s+Duration\s+Percent$'
        $bars = @($lines | Select-Object -Skip 2)
        $bars.Count | Should -Be $times.Count
        $bars | ForEach-Object { $_ | Should -Match ' us +█+$' }
        # They go from the left to the right.
        $from = @($bars | ForEach-Object { $_.IndexOf('█') })
        $from | Should -Be @($from | Sort-Object)
        $from[0] | Should -BeLessThan $from[-1]
    }
}
