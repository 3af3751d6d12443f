# The tests themselves.
BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    Import-Module "$repository/out/OciRuntime"
    $cmdlets = (Get-Command -Module OciRuntime).Name
    $files = Get-ChildItem "$repository/tests/Pester" -Recurse -Filter *.Tests.ps1

    function Get-Syntax([string] $File) {
        $errors = $null
        $script = [System.Management.Automation.Language.Parser]::ParseFile($File, [ref] $null, [ref] $errors)
        [pscustomobject]@{ Script = $script; Errors = $errors }
    }

    function Find-Command($Syntax, [string] $Name) {
        $Syntax.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] -and $node.GetCommandName() -eq $Name }, $true)
    }
}

Describe 'Suite' {
    It 'HasAFileForEveryCmdlet' {
        $cmdlets | Where-Object { -not (Test-Path "$repository/tests/Pester/$_.Tests.ps1") } | Should -BeNullOrEmpty
    }

    It 'HasFilesOfCmdletsOnlyBesideThem' {
        Get-ChildItem "$repository/tests/Pester/*.Tests.ps1" | ForEach-Object { $_.Name -replace '\.Tests\.ps1$' } | Where-Object { $_ -notin $cmdlets } | Should -BeNullOrEmpty
    }

    It 'EveryScriptParses' {
        $scripts = @(Get-Item "$repository/*.ps1") + @(Get-ChildItem "$repository/tests", "$repository/samples", "$repository/tools" -Recurse -Filter *.ps1)
        $scripts.Count | Should -BeGreaterThan $files.Count
        $scripts | ForEach-Object { (Get-Syntax $_.FullName).Errors } | Should -BeNullOrEmpty
    }

    It 'EveryTestAssertsSomethingAndHasANameOfItsOwn' {
        foreach ($file in $files) {
            $tests = @(Find-Command (Get-Syntax $file.FullName).Script It)
            $tests.Count | Should -BeGreaterThan 0 -Because $file.Name
            foreach ($test in $tests) { (Find-Command $test Should).Count | Should -BeGreaterThan 0 -Because "$($file.Name): $($test.CommandElements[1])" }
            @($tests | ForEach-Object { "$($_.CommandElements[1])" } | Sort-Object -Unique).Count | Should -Be $tests.Count -Because $file.Name
        }
    }
}
