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
    It 'OfACreateShowsThePlan' {
        $text = Get-WhatIf "(New-OciContainer $(New-Id) $($fixture.Bundle) -WhatIf) -eq `$null"
        $text | Should -Match 'What if'
        $text | Should -Match '\[/mounts/0\]'
        $text | Should -Match '\[/process/args\]'
        $text | Should -Match 'True$'
    }

    It 'OfAStartShowsThePlanOfTheContainer' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec -Hostname its-own)
        $text = Get-WhatIf "Start-OciContainer $($container.Id) -WhatIf"
        $text | Should -Match '/mounts/0'
        $text | Should -Match 'its-own \[/hostname\]'
        (Get-OciContainer $container.Id).Status | Should -Be 'Created'
    }

    It 'OfAnInvokeShowsThePlan' {
        Get-WhatIf "Invoke-OciContainer -Bundle $($fixture.Bundle) -WhatIf" | Should -Match '/mounts/0'
    }
}
