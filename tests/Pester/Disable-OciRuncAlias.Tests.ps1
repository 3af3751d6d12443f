BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Disable-OciRuncAlias
    Remove-Fixture $fixture
}

Describe 'Disable-OciRuncAlias' {
    It 'IsUndone' {
        Enable-OciRuncAlias
        Disable-OciRuncAlias
        Get-Alias runc -ErrorAction Ignore | Should -BeNullOrEmpty
        { Disable-OciRuncAlias } | Should -Not -Throw
    }
}
