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

Describe 'Remove-OciCapability' {
    It 'TakesFromEverySet' {
        $spec = New-OciSpec cat, /proc/self/status | Remove-OciCapability kill
        $sets = Get-Set $spec
        foreach ($set in 'Bnd', 'Eff', 'Prm', 'Inh', 'Amb') { $sets[$set] -band $kill | Should -Be 0 -Because $set }
        $sets['Bnd'] | Should -Not -Be 0
    }

    It 'TakesAll' {
        $spec = New-OciSpec cat, /proc/self/status | Remove-OciCapability ALL | Add-OciCapability net_raw
        (Get-Set $spec)['Bnd'] | Should -Be $netRaw
    }

    It 'LeavesTheObjectAlone' {
        $before = New-OciSpec
        $null = $before | Remove-OciCapability ALL
        $before.Process.Capabilities.Bounding | Should -Not -BeNullOrEmpty
    }
}
