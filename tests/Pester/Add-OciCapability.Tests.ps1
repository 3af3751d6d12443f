BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    function Get-Set($Spec) {
        $lines = Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $Spec
        $found = @{}
        foreach ($line in $lines) { if ($line -match '^Cap(\w+):\s+(\w+)') { $found[$Matches[1]] = [Convert]::ToUInt64($Matches[2], 16) } }
        $found
    }
    # capability.h
    $netRaw = 1uL -shl 13
    $kill = 1uL -shl 5
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Add-OciCapability' {
    It 'AddsToTheThreeSets' {
        $sets = Get-Set (New-OciSpec cat, /proc/self/status | Add-OciCapability net_raw)
        foreach ($set in 'Bnd', 'Eff', 'Prm') { $sets[$set] -band $netRaw | Should -Be $netRaw -Because $set }
        $sets['Inh'] -band $netRaw | Should -Be 0
    }

    It 'ReachesAUserWhoIsNotRootWhenAmbient' {
        $spec = New-OciSpec cat, /proc/self/status -User 1000 | Add-OciCapability NET_RAW -Set Bounding, Effective, Permitted, Inheritable, Ambient
        (Get-Set $spec)['Eff'] | Should -Be $netRaw
    }

    It 'RefusesAWordThatIsNone' {
        { New-OciSpec | Add-OciCapability net_raww } | Should -Throw '*did you mean "CAP_NET_RAW"*'
        { New-OciSpec | Add-OciCapability net_raw -Set Bound } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}
