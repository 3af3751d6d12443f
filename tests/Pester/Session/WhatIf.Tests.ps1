BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    # What the host shows of -WhatIf can be read from a process of its own only.
    function Get-WhatIf([string] $Command) {
        $Command = "Import-Module '$repository/out/OciRuntime'; `$PSDefaultParameterValues['*-Oci*:Root'] = '$($fixture.Root)'; $Command"
        (Invoke-Pwsh -Command $Command) -join "`n"
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'WhatIf' {
    It 'OfACreateShowsThePlanByKind' {
        $text = Get-WhatIf "(New-OciContainer $(New-Id) $($fixture.Bundle) -WhatIf) -eq `$null"
        $text | Should -Match 'What if'
        $text | Should -Match '(?m)^ +\d+ mount +/proc, /dev, '
        $text | Should -Match '(?m)^ +1 exec '
        ($text -split "`n").Count | Should -BeLessThan 40
        $text | Should -Match 'True$'
    }

    It 'OfACreateShowsEachStepWithVerbose' {
        $text = Get-WhatIf "New-OciContainer $(New-Id) $($fixture.Bundle) -WhatIf -Verbose"
        $text | Should -Match '\[/mounts/0\]'
        $text | Should -Match '\[/process/args\]'
    }

    It 'OfAStartShowsWhatAStartDoes' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec -Hostname its-own)
        $text = Get-WhatIf "Start-OciContainer $($container.Id) -WhatIf"
        $text | Should -Match '(?m)^ +1 exec '
        $text | Should -Not -Match 'mount|its-own'
        (Get-OciContainer $container.Id).Status | Should -Be 'Created'
    }

    It 'OfAnInvokeShowsThePlanByKind' {
        Get-WhatIf "Invoke-OciContainer -Bundle $($fixture.Bundle) -WhatIf" | Should -Match '(?m)^ +\d+ mount '
    }
}
