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
        $features.potentiallyUnsafeConfigAnnotations | Should -Contain 'org.systemd.property.'
    }
}
