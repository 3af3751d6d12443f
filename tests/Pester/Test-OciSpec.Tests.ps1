BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Test-OciSpec' {
    It 'DefaultIsFine' {
        New-OciSpec | Test-OciSpec -Quiet | Should -BeTrue
        Test-OciSpec $fixture.Bundle -Quiet | Should -BeTrue
    }

    It 'IssueHasAPointer' {
        $spec = New-OciSpec
        $spec.Process.Cwd = 'relative'
        $issues = @($spec | Test-OciSpec)
        $issues.Pointer | Should -Contain '/process/cwd'
        $spec | Test-OciSpec -Quiet | Should -BeFalse
    }

    It 'FileShowsUnknownProperties' {
        $file = "$($fixture.Work)/unknown.json"
        $text = [System.IO.File]::ReadAllText("$($fixture.Bundle)/config.json")
        [System.IO.File]::WriteAllText($file, $text.Replace('"hostname"', '"hostnam"'))
        @(Test-OciSpec $file | Where-Object Pointer -eq /hostnam).Count | Should -Be 1
    }

    It 'MissingBundleIsNotFound' {
        $failure = $null
        Test-OciSpec "$($fixture.Work)/none" -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }
}
