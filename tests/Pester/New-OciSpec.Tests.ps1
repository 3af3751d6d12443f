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

    It 'WordsOfAClosedSetAreCheckedAtBinding: <Parameter> <Value>' -ForEach @(
        @{ Parameter = 'Namespace'; Value = 'nett'; Near = 'did you mean "network"' }
        @{ Parameter = 'Namespace'; Value = 'moun'; Near = 'did you mean "mount"' }
        @{ Parameter = 'Namespace'; Value = ''; Near = 'pid, network, mount, ipc, uts, user, cgroup, time' }
        @{ Parameter = 'Namespace'; Value = 'network:run/ns'; Near = 'absolute' }
        @{ Parameter = 'Capability'; Value = 'net_raww'; Near = 'did you mean "CAP_NET_RAW"' }
    ) {
        $arguments = @{ $Parameter = $Value }
        foreach ($command in { New-OciSpec @arguments }, { Get-OciLaunchPlan x $fixture.Bundle @arguments }) {
            $failure = @(Get-Failure $command)[0]
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            "$failure" | Should -BeLike "*$Near*"
        }
    }

    It 'NamespacesTakeTheKernelsWordsAndObjects' {
        (New-OciSpec -Namespace net, MNT, 'network:/run/netns/x').Linux.Namespaces | ForEach-Object ToString | Should -Be 'network', 'mount', 'network:/run/netns/x'
        (New-OciSpec -Namespace (New-OciSpec).Linux.Namespaces).Linux.Namespaces.Type | Should -Be (New-OciSpec).Linux.Namespaces.Type
        # An empty variable does not open the host.
        { New-OciSpec -Namespace @() } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'TextsBecomeThePartsOfASpec' {
        $spec = New-OciSpec -Namespace pid, mount, user
        $spec.Mounts.Add('/a:/b:ro')
        $spec.Mounts[-1].Source | Should -Be '/a'
        $spec.Mounts[-1].Options | Should -Be 'rbind', 'ro'
        $spec.Mounts = '/c:/d', 'tmpfs:/e:size=1m'
        $spec.Mounts.Destination | Should -Be '/d', '/e'
        $spec.Process.User = '1000:100'
        $spec.Process.User.Gid | Should -Be 100
        $spec.Process.Rlimits = @('nofile=1024:2048', 'RLIMIT_CORE=unlimited')
        $spec.Process.Rlimits[0].Type | Should -Be 'RLIMIT_NOFILE'
        $spec.Process.Rlimits[0].Hard | Should -Be 2048
        $spec.Process.Rlimits[1].Soft | Should -Be ([ulong]::MaxValue)
        $spec.Linux.Namespaces.Add('net:/run/netns/x')
        $spec.Linux.Namespaces[-1].Type | Should -Be 'network'
        $spec.Linux.UidMappings = $spec.Linux.GidMappings = @('0:100000:65536')
        $spec.Linux.UidMappings[0].HostID | Should -Be 100000
        $spec.Hostname = $null
        Test-OciSpec -Spec $spec | Where-Object Severity -EQ Error | Should -BeNullOrEmpty
    }

    It 'BadTextsAreRefused: <Type> <Text>' -ForEach @(
        @{ Type = 'OciMount'; Text = '/a' }, @{ Type = 'OciMount'; Text = '/a:b' }, @{ Type = 'OciNamespace'; Text = 'nett' }, @{ Type = 'OciUser'; Text = 'root' }
        @{ Type = 'OciIdMapping'; Text = '0:1' }, @{ Type = 'OciIdMapping'; Text = '0:1:0' }, @{ Type = 'OciRlimit'; Text = 'nofiles=1' }
        @{ Type = 'OciRlimit'; Text = 'nofile=2:1' }, @{ Type = 'OciRlimit'; Text = 'nofile' }
    ) {
        { $Text -as "OciRuntime.Core.Spec.$Type" | Should -BeNullOrEmpty } | Should -Not -Throw
        $failure = @(Get-Failure { [System.Management.Automation.LanguagePrimitives]::ConvertTo($Text, "OciRuntime.Core.Spec.$Type" -as [type]) })[0]
        "$failure" | Should -BeLike "*'$Text' is not a valid *"
    }

    It 'PartsSayWhatTheyAre' {
        $spec = New-OciSpec sh, -c, 'exit 3' -Mount '/a:/b:ro', 'tmpfs:/e' -Memory 64m -Pids 50 -Cpus 1.5 -User 1:2 -Namespace 'net:/n', pid
        "$($spec.Process)" | Should -Be "sh -c 'exit 3'"
        "$($spec.Process.User)" | Should -Be '1:2'
        "$($spec.Process.Rlimits[0])" | Should -Be 'RLIMIT_NOFILE=1024:1024'
        "$($spec.Process.Capabilities)" | Should -Be 'bounding effective permitted: CAP_AUDIT_WRITE CAP_KILL CAP_NET_BIND_SERVICE'
        "$($spec.Mounts[-2])" | Should -Be '/a:/b:rbind,ro'
        "$($spec.Mounts[-1])" | Should -Be 'tmpfs:/e:nosuid,nodev'
        "$($spec.Mounts[0])" | Should -Be 'proc:/proc'
        "$($spec.Linux.Resources)" | Should -Be 'memory 64m, cpu limit 1.5, pids 50, 1 device rule'
        "$($spec.Linux.Resources.Devices[0])" | Should -Be 'deny a *:* rwm'
        "$($spec.Linux)" | Should -BeLike 'namespaces network:/n pid*memory 64m*'
        "$($spec.Root)" | Should -Be 'rootfs'
    }

    It 'NoPartPrintsATypeName' {
        # Every class of the configuration, empty, and every value of a whole one.
        $types = [OciRuntime.Core.Spec.OciSpec].Assembly.GetExportedTypes() |
            Where-Object { $_.Namespace -eq 'OciRuntime.Core.Spec' -and $_.Name -like 'Oci*' -and $_.GetConstructor([type[]]@()) }
        @($types).Count | Should -BeGreaterThan 30
        foreach ($type in $types) { "$([System.Activator]::CreateInstance($type))" | Should -Not -Match 'OciRuntime\.Core|System\.' -Because $type.Name }
        function Test-Part($Value, [string] $Path) {
            if ($null -eq $Value -or $Value -is [ValueType]) { return }
            if ($Value -is [string]) { return }
            if ($Value -is [System.Collections.IDictionary]) { foreach ($key in $Value.Keys) { Test-Part $Value[$key] "$Path.$key" }; return }
            if ($Value -is [System.Collections.IEnumerable]) { foreach ($item in $Value) { Test-Part $item "$Path[]" }; return }
            "$Value" | Should -Not -BeNullOrEmpty -Because $Path
            "$Value" | Should -Not -Match 'OciRuntime\.|System\.' -Because $Path
            foreach ($property in $Value.psobject.Properties) { Test-Part $property.Value "$Path.$($property.Name)" }
        }
        Test-Part (New-OciSpec -Memory 64m -Cpus 1 -Pids 5 -Mount '/a:/b' -Rootless) 'spec'
    }
}
