BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'New-OciBundle' {
    It 'BusyboxRuns' {
        $bundle = New-OciBundle "$($fixture.Work)/made" -Busybox -Spec (New-OciSpec echo, made)
        $bundle | Invoke-OciContainer | Should -Be 'made'
    }

    It 'WhatIfMakesNothing' {
        New-OciBundle "$($fixture.Work)/never" -Busybox -WhatIf
        [System.IO.Directory]::Exists("$($fixture.Work)/never") | Should -BeFalse
    }

    It 'ExportedRootFilesystemRuns' {
        & tar -C "$($fixture.Bundle)/rootfs" -cf "$($fixture.Work)/export.tar" .
        $bundle = New-OciBundle "$($fixture.Work)/unpacked" -Archive "$($fixture.Work)/export.tar" -Spec (New-OciSpec echo, unpacked)
        $bundle | Invoke-OciContainer | Should -Be 'unpacked'
    }

    It 'MissingArchiveIsAnError' {
        { New-OciBundle "$($fixture.Work)/none" -Archive "$($fixture.Work)/none.tar" -ErrorAction Stop } | Should -Throw
        [System.IO.Directory]::Exists("$($fixture.Work)/none") | Should -BeFalse
    }

    It 'SpecComesThroughThePipeline' {
        New-OciSpec echo, piped | New-OciBundle "$($fixture.Work)/piped" | Invoke-OciContainer | Should -Be 'piped'
    }
}
