BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'ConvertTo-OciSpec' {
    It 'LinesAreOneDocument' {
        (Get-Content "$($fixture.Bundle)/config.json" | ConvertTo-OciSpec).Process.Args | Should -Be 'sleep', '300'
        @(@{ ociVersion = '1.2.0'; hostname = 'a' }, @{ ociVersion = '1.2.0'; hostname = 'b' } | ConvertTo-OciSpec).Hostname | Should -Be 'a', 'b'
    }

    It 'MistakesAreErrorsThatNameThePlace' {
        $failure = @(Get-Failure { '{"ociVersion":"1.2.0","process":{"args":"sh"}}' | ConvertTo-OciSpec })[0]
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidSpec,OciRuntime.PowerShell.Commands.ConvertToOciSpecCommand'
        "$failure" | Should -BeLike '*/process/args*'
        @(Get-Failure { 5 | ConvertTo-OciSpec })[0].FullyQualifiedErrorId | Should -BeLike 'SpecExpected,*'
        @(Get-Failure { '{' | ConvertTo-OciSpec })[0].FullyQualifiedErrorId | Should -BeLike 'InvalidSpec,*'
    }
}
