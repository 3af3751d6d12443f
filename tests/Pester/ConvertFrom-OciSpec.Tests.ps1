BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'ConvertFrom-OciSpec' {
    It 'IsWhatConvertToOciSpecReads' {
        $spec = New-OciSpec sh, -c, 'echo "ä"' -Memory 1m -Mount tmpfs:/x | Set-OciSeccomp docker
        foreach ($text in ($spec | ConvertFrom-OciSpec), ($spec | ConvertFrom-OciSpec -Compress)) { Compare-OciSpec $spec ($text | ConvertTo-OciSpec) | Should -BeNullOrEmpty }
        @(($spec | ConvertFrom-OciSpec -Compress) -split "`n").Count | Should -Be 1
        Compare-OciSpec $spec ($spec | ConvertFrom-OciSpec | ConvertFrom-Json | ConvertTo-OciSpec) | Should -BeNullOrEmpty
    }
}
