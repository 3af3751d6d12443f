BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciRuntimeFeature' {
    It 'NamesTheNamespaces' {
        Get-OciRuntimeFeature | Should -Not -BeNullOrEmpty
    }
}
