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

    It 'EncodingOfAnEditorIsRead<_>' -ForEach 'utf8BOM', 'unicode', 'bigendianunicode' {
        $file = "$($fixture.Work)/$_.json"
        Get-Content "$($fixture.Bundle)/config.json" | Set-Content $file -Encoding $_
        (Import-OciSpec $file).Process.Args | Should -Be @('sleep', '300')
        Test-OciSpec $file -Quiet | Should -BeTrue
    }

    It 'WildcardsAndLiteralPaths' {
        $directory = "$($fixture.Work)/many"
        $null = [System.IO.Directory]::CreateDirectory($directory)
        foreach ($name in 'b1.json', 'b2.json', 'b[3].json') { New-OciSpec echo, $name | Export-OciSpec -Path "$directory/$name" }
        (Import-OciSpec "$directory/b?.json").Process.Args | Where-Object { $_ -ne 'echo' } | Should -Be @('b1.json', 'b2.json')
        (Import-OciSpec -LiteralPath "$directory/b[3].json").Process.Args[1] | Should -Be 'b[3].json'
        (Get-ChildItem $directory -Filter 'b*3*' | Import-OciSpec).Process.Args[1] | Should -Be 'b[3].json'
        Import-OciSpec "$directory/none*.json" | Should -BeNullOrEmpty
    }

    It 'MissingFileIsFileNotFound' {
        { Import-OciSpec "$($fixture.Work)/missing.json" -ErrorAction Stop } | Should -Throw -ErrorId 'FileNotFound,OciRuntime.PowerShell.Commands.ImportOciSpecCommand'
        { Import-OciSpec -Bundle "$($fixture.Work)/missing" -ErrorAction Stop } | Should -Throw -ErrorId 'BundleNotFound,OciRuntime.PowerShell.Commands.ImportOciSpecCommand'
    }
}
