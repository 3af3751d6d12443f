BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Measure-OciSpecSecurity' {
    It 'TakesABundleAFileAndAnObject' {
        $spec = New-OciSpec sleep, 300
        $expected = $spec | Measure-OciSpecSecurity
        $expected | Should -BeOfType OciRuntime.Core.Hardening.OciSecurityScore
        $expected.Name | Should -BeNullOrEmpty
        foreach ($score in (Measure-OciSpecSecurity $fixture.Bundle), (Measure-OciSpecSecurity "$($fixture.Bundle)/config.json"), (Get-Item $fixture.Bundle | Measure-OciSpecSecurity)) {
            $score.Name | Should -Be "$($fixture.Bundle)/config.json"
            "$($score.Findings)" | Should -Be "$($expected.Findings)"
        }
        try {
            Push-Location $fixture.Bundle
            (Measure-OciSpecSecurity).Score | Should -Be $expected.Score
        }
        finally { Pop-Location }
    }

    It 'TakesContainersAsTheyWereMade' {
        $open = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec sleep, 300 -Capability SYS_ADMIN)
        $closed = New-OciContainer (New-Id) $fixture.Bundle -Memory 64m -Pids 50
        (Measure-OciSpecSecurity -Id $open.Id).Worst | Should -Be 'Critical'
        $scores = $open, $closed | Measure-OciSpecSecurity
        $scores.Name | Should -Be @($open.Id, $closed.Id)
        # The bundle has no limits; the container was made with them.
        $scores[1].Findings.Rule | Should -Not -Contain NoMemoryLimit
        (Measure-OciSpecSecurity $fixture.Bundle).Findings.Rule | Should -Contain NoMemoryLimit
        (Measure-OciSpecSecurity -Id "$($fixture.Prefix)*").Count | Should -Be @(Get-OciContainer).Count
    }

    It 'EachDefenceRaisesTheScore' {
        $specs = @(
            New-OciSpec sleep, 300 -Capability ALL -AllowNewPrivileges
            New-OciSpec sleep, 300 -Capability SYS_ADMIN
            New-OciSpec sleep, 300
            New-OciSpec sleep, 300 -Memory 64m
            New-OciSpec sleep, 300 -Memory 64m -Pids 50
            New-OciSpec sleep, 300 -Memory 64m -Pids 50 -ReadonlyRootfs | Set-OciSeccomp docker
        )
        $scores = ($specs | Measure-OciSpecSecurity).Score
        $scores[0] | Should -Be 0
        for ($i = 1; $i -lt $scores.Count; $i++) { $scores[$i] | Should -BeGreaterThan $scores[$i - 1] }
    }

    It 'HintsAreCommandsThatExist' {
        $findings = (New-OciSpec sleep, 300 -Capability ALL -AllowNewPrivileges -Namespace mount | Measure-OciSpecSecurity).Findings
        $named = $findings.Hint | Select-String '\b[A-Z][a-z]+-Oci\w+(?: -\w+)?' | ForEach-Object { $_.Matches.Value } | Sort-Object -Unique
        $named.Count | Should -BeGreaterThan 5
        foreach ($hint in $named) {
            $cmdlet, $parameter = $hint -split ' -'
            $keys = (Get-Command $cmdlet -Module OciRuntime).Parameters.Keys
            if ($parameter) { $keys | Should -Contain $parameter }
        }
    }

    It 'HintsTakeTheFindingAway' {
        $spec = New-OciSpec sleep, 300 -AllowNewPrivileges -Capability NET_RAW
        $after = $spec | Set-OciSeccomp docker | Remove-OciCapability NET_RAW | Set-OciProcess -User 1000:1000 -NoNewPrivileges | Set-OciResource -Memory 64m -Pids 50
        $gone = ($spec | Measure-OciSpecSecurity).Findings.Rule | Where-Object { $_ -notin ($after | Measure-OciSpecSecurity).Findings.Rule }
        $gone | Sort-Object | Should -Be @('NewPrivileges', 'NoMemoryLimit', 'NoPidsLimit', 'NoSeccomp', 'PrivilegedCapability', 'RootInside')
    }

    It 'ShowsTheReasons' {
        $lines = Get-Screen { New-OciSpec sleep, 300 | Measure-OciSpecSecurity } -Width 250
        $lines | Should -Contain 'Worst    : High'
        ($lines -join "`n") | Should -Match 'Findings : High: /linux/seccomp: every system call of the kernel is allowed \(Set-OciSeccomp docker\)\n'
        (Get-Screen { New-OciSpec sleep, 300 | Measure-OciSpecSecurity | Format-Table })[0] | Should -Match '^Score\s+Worst\s+Name\s+Findings$'
        (Get-Screen { (New-OciSpec sleep, 300 | Measure-OciSpecSecurity).Findings })[0] | Should -Match '^Severity\s+Rule\s+Reason$'
    }

    It 'WhatIsNotThereIsAnErrorForItself' {
        $missing = New-Id
        { Measure-OciSpecSecurity "$($fixture.Work)/none" -ErrorAction Stop } | Should -Throw
        { Measure-OciSpecSecurity -Id $missing -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.MeasureOciSpecSecurityCommand'
        $container = New-OciContainer (New-Id) $fixture.Bundle
        (Measure-OciSpecSecurity -Id $missing, $container.Id -ErrorAction SilentlyContinue).Name | Should -Be $container.Id
    }
}
