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

    It 'OfACreateShowsLimitsHooksAndIdMaps' {
        $spec = '& { $s = New-OciSpec -Memory 64mb -Namespace pid, mount, user, uts, ipc, network | Add-OciHook createRuntime /bin/true; $s.Linux.UidMappings = $s.Linux.GidMappings = @(''0:100000:65536''); $s }'
        $text = Get-WhatIf "New-OciContainer $(New-Id) $($fixture.Bundle) -Spec ($spec) -WhatIf"
        $text | Should -Match '(?m)^ +\d+ write +memory\.(max|limit_in_bytes) 67108864'
        $text | Should -Match '(?m)^ +1 hook +/bin/true'
        $text | Should -Match '(?m)^ +2 id_map +uid_map 0 100000 65536, gid_map 0 100000 65536'
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
