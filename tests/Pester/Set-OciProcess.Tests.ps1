BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Set-OciProcess' {
    It 'ChangesWhatIsNamed' {
        $spec = New-OciSpec sh -Env A=1 -Cwd /tmp | Set-OciProcess cat, /proc/self/limits -Rlimit nofile=100:200, core=0:0 -OomScoreAdj 500
        $spec.Process.Cwd | Should -Be '/tmp'
        $spec.Process.Env | Should -Contain 'A=1'
        @($spec.Process.Rlimits | Where-Object Type -EQ RLIMIT_NOFILE).Soft | Should -Be 100
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec | Where-Object { $_ -like 'Max open files*' } | Should -Match '\s100\s+200\s'
        $spec = $spec | Set-OciProcess cat, /proc/self/oom_score_adj
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec | Should -Be 500
    }

    It 'SwitchesBothWays' {
        $spec = New-OciSpec -Terminal | Set-OciProcess -Terminal:$false -NoNewPrivileges:$false
        $spec.Process.Terminal, $spec.Process.NoNewPrivileges | Should -Be $false, $false
        $spec.Process.Args | Should -Be 'sh'
    }

    It 'LeavesTheWordsOfTheCommandAlone' {
        (New-OciSpec | Set-OciProcess ls -l /bin).Process.Args | Should -Be 'ls', '-l', '/bin'
        { New-OciSpec | Set-OciProcess ls -t /bin } | Should -Throw '*-- before the command*'
    }
}
