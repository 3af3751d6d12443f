BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Export-OciSpec' {
    It 'RoundTrips' {
        $file = "$($fixture.Work)/config.json"
        New-OciSpec echo, hello -Hostname there -Memory 64m | Export-OciSpec $file
        $back = Import-OciSpec $file
        $back.Hostname | Should -Be 'there'
        $back.Process.Args | Should -Be @('echo', 'hello')
        $back.Linux.Resources.Memory.Limit | Should -Be 67108864
    }

    It 'IsSilentWithoutPassThru' {
        New-OciSpec | Export-OciSpec "$($fixture.Work)/silent.json" | Should -BeNullOrEmpty
        (New-OciSpec | Export-OciSpec "$($fixture.Work)/silent.json" -PassThru).Name | Should -Be 'silent.json'
    }

    It 'NoClobberKeepsTheFile' {
        $file = "$($fixture.Work)/kept.json"
        [System.IO.File]::WriteAllText($file, 'mine')
        { New-OciSpec | Export-OciSpec $file -NoClobber -ErrorAction Stop } | Should -Throw -ErrorId 'NoClobber,OciRuntime.PowerShell.Commands.ExportOciSpecCommand'
        [System.IO.File]::ReadAllText($file) | Should -Be 'mine'
    }

    It 'WhatIfWritesNothing' {
        New-OciSpec | Export-OciSpec "$($fixture.Work)/never.json" -WhatIf
        [System.IO.File]::Exists("$($fixture.Work)/never.json") | Should -BeFalse
    }
}
