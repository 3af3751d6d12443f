BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Import-OciSpec' {
    It 'ReadsABundle' {
        (Import-OciSpec -Bundle $fixture.Bundle).Process.Args | Should -Be @('sleep', '300')
    }

    It 'TakesFilesFromThePipeline' {
        $file = [System.IO.FileInfo]::new("$($fixture.Bundle)/config.json")
        ($file | Import-OciSpec).Process.Args | Should -Be @('sleep', '300')
    }

    It 'MissingFileIsNotFound' {
        { Import-OciSpec "$($fixture.Work)/none.json" -ErrorAction Stop } | Should -Throw
        $failure = $null
        Import-OciSpec "$($fixture.Work)/none.json" -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'WrongTypeNamesThePointer' {
        [System.IO.File]::WriteAllText("$($fixture.Work)/bad.json", '{ "ociVersion": "1.2.0", "process": { "cwd": "/", "args": "sh" } }')
        $failure = $null
        Import-OciSpec "$($fixture.Work)/bad.json" -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'InvalidSpec,OciRuntime.PowerShell.Commands.ImportOciSpecCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $failure[0].Exception.SpecPointer | Should -Be '/process/args'
    }
}
