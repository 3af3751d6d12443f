BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    function Get-Link($Spec, [string] $Name) { Invoke-OciContainer (New-Id) $fixture.Bundle -Spec ($Spec | Set-OciProcess readlink, "/proc/self/ns/$Name") }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Add-OciNamespace' {
    It 'TakesThePlaceOfOneOfItsType' {
        $spec = New-OciSpec | Add-OciNamespace network:/proc/self/ns/net, cgroup
        @($spec.Linux.Namespaces | Where-Object Type -EQ network).Path | Should -Be '/proc/self/ns/net'
        $spec.Linux.Namespaces.Type | Should -Contain 'cgroup'
    }

    It 'IsJoined' {
        $here = (Get-Item "/proc/$PID/ns/uts").Target
        Get-Link (New-OciSpec -Hostname x) uts | Should -Not -Be $here
        $spec = New-OciSpec | Add-OciNamespace "uts:/proc/$PID/ns/uts"
        $spec.Hostname = $null
        Get-Link $spec uts | Should -Be $here
    }
}
