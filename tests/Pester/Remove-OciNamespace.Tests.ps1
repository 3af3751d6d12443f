BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    function Get-Link($Spec, [string] $Name) { Invoke-OciContainer (New-Id) $fixture.Bundle -Spec ($Spec | Set-OciProcess readlink, "/proc/self/ns/$Name") }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Remove-OciNamespace' {
    It 'SharesTheMachines' {
        Get-Link (New-OciSpec | Remove-OciNamespace ipc) ipc | Should -Be (Get-Item "/proc/$PID/ns/ipc").Target
        $spec = New-OciSpec | Remove-OciNamespace network, ipc
        $spec.Linux.Namespaces.Type | Should -Not -Contain 'network'
        $spec.Linux.Namespaces.Type | Should -Contain 'pid'
    }
}
