BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciRuntimeFeature' {
    It 'NamesTheNamespacesOfTheKernel' {
        $namespaces = (Get-OciRuntimeFeature).linux.namespaces
        $namespaces | Should -Contain 'pid'
        $namespaces | Should -Contain 'mount'
        ($namespaces -contains 'time') | Should -Be ([System.IO.File]::Exists('/proc/self/ns/time'))
    }

    It 'HasTheCapabilitiesOfTheKernel' {
        @((Get-OciRuntimeFeature).linux.capabilities).Count | Should -Be (1 + [System.IO.File]::ReadAllText('/proc/sys/kernel/cap_last_cap'))
    }

    It 'NamesVersionsHooksAndMountOptions' {
        $features = Get-OciRuntimeFeature
        $features.ociVersionMin | Should -Be '1.0.0'
        $features.hooks | Should -Contain 'poststop'
        $features.mountOptions | Should -Contain 'rro'
        $features.linux.memoryPolicy.modes | Should -Contain 'MPOL_BIND'
        $features.potentiallyUnsafeConfigAnnotations | Should -Be @('org.systemd.property.', 'org.criu.config', 'run.oci.')
    }

    It 'IsTypedAndHasAView' {
        $features = Get-OciRuntimeFeature
        $features | Should -BeOfType OciRuntime.Core.Observe.OciRuntimeFeature
        $features.Annotations.'org.opencontainers.runc.checkpoint.enabled' | Should -Be 'true'
        $features.Linux.Apparmor.Enabled | Should -BeOfType bool
        $text = (Get-Screen { $features } -Width 4000) -join "`n"
        $text | Should -Match '(?m)^Hooks\s+: prestart, createRuntime'
        $text | Should -Match '(?m)^Linux\s+: namespaces cgroup'
        $text | Should -Not -Match 'OciRuntime\.|System\.'
        (Get-Screen { $features.Linux } -Width 4000) -join "`n" | Should -Not -Match 'OciRuntime\.|System\.'
        $read = $features | ConvertTo-Json -Depth 4 | ConvertFrom-Json
        $read.Linux.Seccomp.Actions | Should -Be $features.Linux.Seccomp.Actions
        $read.Annotations.'org.opencontainers.runc.checkpoint.enabled' | Should -Be 'true'
    }

    It 'SaysWhatOcirunSays' {
        $ours = Get-OciRuntimeFeature | ConvertTo-Json -Depth 4 | ConvertFrom-Json
        $theirs = & $fixture.Ocirun features | ConvertFrom-Json
        ($ours | ConvertTo-Json -Depth 4).ToUpperInvariant() | Should -Be ($theirs | ConvertTo-Json -Depth 4).ToUpperInvariant()
    }
}
