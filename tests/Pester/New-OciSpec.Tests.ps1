BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'New-OciSpec' {
    It 'DefaultsAreRuncsWithoutTerminal' {
        $spec = New-OciSpec
        $spec.Process.Args | Should -Be @('sh')
        $spec.Process.Terminal | Should -BeFalse
        $spec.Root.Path | Should -Be 'rootfs'
        $spec.Linux.Namespaces.Type | Should -Contain 'pid'
    }

    It 'SizesTakeUnits' {
        (New-OciSpec -Memory 512m).Linux.Resources.Memory.Limit | Should -Be 536870912
        (New-OciSpec -Memory 64MB).Linux.Resources.Memory.Limit | Should -Be 67108864
        (New-OciSpec -Memory 1.5g).Linux.Resources.Memory.Limit | Should -Be 1610612736
    }

    It 'BadSizeIsABindingError' {
        { New-OciSpec -Memory lots } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,OciRuntime.PowerShell.Commands.NewOciSpecCommand'
    }

    It 'CpusAreAQuota' {
        $cpu = (New-OciSpec -Cpus 1.5 -CpuSet 0-1).Linux.Resources.Cpu
        $cpu.Quota | Should -Be 150000
        $cpu.Period | Should -Be 100000
        $cpu.Cpus | Should -Be '0-1'
    }

    It 'EnvironmentTakesTables' {
        $environment = (New-OciSpec -Env @{ A = 1 }, 'B=two').Process.Env
        $environment | Should -Contain 'A=1'
        $environment | Should -Contain 'B=two'
    }

    It 'MountsTakeShortForms' {
        $mounts = (New-OciSpec -Mount '/etc:/data:ro', 'tmpfs:/scratch').Mounts
        $data = @($mounts | Where-Object Destination -eq /data)
        $data[0].Source | Should -Be '/etc'
        $data[0].Options | Should -Contain 'ro'
        @($mounts | Where-Object Destination -eq /scratch)[0].Type | Should -Be 'tmpfs'
    }

    It 'CapabilitiesTakeShortNames' {
        (New-OciSpec -Capability net_raw).Process.Capabilities.Bounding | Should -Contain 'CAP_NET_RAW'
        (New-OciSpec -DropCapability ALL).Process.Capabilities.Bounding | Should -BeNullOrEmpty
    }

    It 'NothingIsShared' {
        $first = New-OciSpec
        $first.Process.Args[0] = 'changed'
        (New-OciSpec).Process.Args | Should -Be @('sh')
    }

    It 'UserIsDigits' {
        (New-OciSpec -User 1000:100).Process.User.Gid | Should -Be 100
        (New-OciSpec -User 1000).Process.User.Uid | Should -Be 1000
        foreach ($user in 'root', '1:2:3', '', '99999999999', '4294967295', '-1') {
            { New-OciSpec -User $user } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,OciRuntime.PowerShell.Commands.NewOciSpecCommand'
        }
    }
}
