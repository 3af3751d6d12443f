# What remoting and jobs do to objects.
BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    function Get-Traveller($Object) { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($Object)) }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Serialization' {
    It 'BindsAgainAndBringsItsRoot' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        $there = Get-Traveller $container
        # The default root is switched off: the object has to bring its own.
        $global:PSDefaultParameterValues.Remove('*-Oci*:Root')
        try {
            ($there | Start-OciContainer -PassThru).Status | Should -Be 'Running'
            ($there | Get-OciContainer).Status | Should -Be 'Running'
            $there | Remove-OciContainer -Force
        }
        finally { $global:PSDefaultParameterValues['*-Oci*:Root'] = $fixture.Root }
        Get-OciContainer "$($container.Id)*" | Should -BeNullOrEmpty
    }

    It 'ObjectsBringTheirOwnRoot' {
        $other = "$($fixture.Work)/other"
        $container = New-OciContainer (New-Id) $fixture.Bundle -Root $other
        # The session's default is another root.
        ($container | Start-OciContainer -PassThru).Status | Should -Be 'Running'
        $container | Invoke-OciContainerCommand -Command echo, hi | Should -Be 'hi'
        ($container | Get-OciContainer).Status | Should -Be 'Running'
        $there = Get-Traveller $container
        ($there | Get-OciContainer).Status | Should -Be 'Running'
        $there | Remove-OciContainer -Force
        Get-OciContainer -Root $other | Should -BeNullOrEmpty
    }

    It 'ShowsTheSameTable' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        $there = Get-Traveller $container
        Get-Screen { $there } | Should -Be (Get-Screen { $container })
    }

    It 'FiltersByStatus' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        @($container | Where-Object Status -EQ Created).Count | Should -Be 1
        @(Get-Traveller $container | Where-Object Status -EQ Created).Count | Should -Be 1
    }

    It 'KeepsTimes' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec true) | Start-OciContainer -PassThru | Wait-OciContainer | Get-OciContainer
        $there = Get-Traveller $container
        $there.Created | Should -Be $container.Created
        $there.ExitedAt | Should -Be $container.ExitedAt
        @($there | Where-Object Created -GT ([DateTime]::Now.AddMinutes(-5)) | Where-Object ExitedAt -LT ([DateTime]::Now.AddMinutes(5))).Count | Should -Be 1
        (Get-Screen { $there | Format-Table -View docker }) -join "`n" | Should -Match 'Exited \(0\)'
    }

    It 'JsonIsClean' {
        $id = New-Id
        $json = New-OciContainer $id $fixture.Bundle | ConvertTo-Json -Depth 3
        $read = $json | ConvertFrom-Json
        $read.Id | Should -BeExactly $id
        $read.Command | Should -Be 'sleep', '300'
        $read.Annotations | Should -BeOfType pscustomobject
        $json | Should -Not -Match 'PSPath'
    }

    It 'ComesBackFromAJob' {
        $id = New-Id
        $container = Start-ThreadJob { Import-Module $args[0]; New-OciContainer $args[1] $args[2] -Root $args[3] } -ArgumentList "$repository/out/OciRuntime", $id, $fixture.Bundle, $fixture.Root |
            Receive-Job -Wait -AutoRemoveJob
        ($container | Start-OciContainer -PassThru).Status | Should -Be 'Running'
    }

    It 'MapsAndStatusAreTheSameEverywhere' {
        $new = New-OciContainer (New-Id) $fixture.Bundle -Annotation @{ role = 'web' }
        $get = Get-OciContainer $new.Id
        foreach ($container in $new, $get, (Get-Traveller $get), ($get | ConvertTo-Json | ConvertFrom-Json)) {
            $container.Status | Should -Be 'Created'
            $container.Annotations.role | Should -Be 'web'
            $container.CgroupPaths.unified | Should -Be $new.CgroupPaths.unified
            $container.CgroupPaths.unified | Should -Not -BeNullOrEmpty
        }
        $new.Annotations | Should -BeOfType ([System.Collections.IDictionary])
        $get.CgroupPaths | Should -BeOfType ([System.Collections.IDictionary])
        ($get | ConvertTo-Json | ConvertFrom-Json).Status | Should -BeOfType string
    }

    It 'FindingsHaveTheirSeverityByName' {
        $issue = Test-OciSpec -Spec (New-OciSpec -Cwd relative) | Select-Object -First 1
        ($issue | ConvertTo-Json | ConvertFrom-Json).Severity | Should -Be 'Error'
        (Get-Traveller $issue).Severity | Should -Be 'Error'
    }

    It 'ConfigurationBindsAgain' {
        $spec = New-OciSpec sh, -c, 'echo $A; hostname' -Env @{ A = 'there' } -Hostname travelled -Memory 64m -Annotation @{ x = 'y' } -Mount tmpfs:/scratch
        $there = Get-Traveller $spec
        $there.PSObject.TypeNames[0] | Should -Be 'Deserialized.OciRuntime.Core.Spec.OciSpec'
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $there | Should -Be @('there', 'travelled')
        $there | Test-OciSpec -Quiet | Should -BeTrue
        $file = "$($fixture.Work)/travelled.json"
        $there | Export-OciSpec -Path $file
        $same = "$($fixture.Work)/same.json"
        $spec | Export-OciSpec -Path $same
        [System.IO.File]::ReadAllText($file) | Should -Be ([System.IO.File]::ReadAllText($same))
    }

    It 'ConfigurationComesBackFromAJob' {
        $module = (Get-Module OciRuntime).ModuleBase
        $there = Start-Job { Import-Module $using:module; New-OciSpec echo, job -Hostname far } | Receive-Job -Wait -AutoRemoveJob
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $there | Should -Be 'job'
    }

    It 'ConfigurationThatWasCutOffIsRefused' {
        $flat = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((New-OciSpec ls), 1))
        $cut = [pscustomobject]@{ Process = 'text' }
        $cut.PSObject.TypeNames.Insert(0, 'Deserialized.OciRuntime.Core.Spec.OciSpec')
        { Test-OciSpec -Spec $cut } | Should -Throw -ExpectedMessage '*Process arrived only as text*'
        $flat.Process | Should -Not -BeOfType string
    }

    It 'EveryOutputIsTextsNumbersListsAndMaps' {
        $id = New-Id
        $container = New-OciContainer $id $fixture.Bundle -Spec (New-OciSpec sh, -c, 'echo hi; sleep 300' -Annotation @{ a = 'b' }) | Start-OciContainer -PassThru
        $ended = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec true) | Start-OciContainer -PassThru
        $null = Wait-Until { Get-OciContainerLog $id }
        $objects = @(
            $container
            Get-OciContainer $id
            Get-OciContainerProcess $id | Select-Object -First 1
            Get-OciContainerStatistic $id
            Get-OciLaunchRecord $id
            $(
                $short = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec sleep, 1) | Start-OciContainer -PassThru
                $short | Watch-OciContainer -Count 1
            )
            Get-OciContainerLog $id | Select-Object -First 1
            Get-OciLaunchPlan x $fixture.Bundle | Select-Object -First 1
            Measure-OciContainer (New-Id) $fixture.Bundle | Select-Object -Last 1
            Measure-OciSpecSecurity -Id $id
            # criu works in few places; Checkpoint-OciContainer.Tests.ps1 has one that comes out of the cmdlet.
            [OciRuntime.Core.Lifecycle.OciCheckpoint]@{ Id = $id; ImagePath = '/i'; Bundle = '/b'; Root = '/r'; Created = [datetime]::Now; Size = 5; FrozenTime = [timespan]::FromMilliseconds(3); PagesWritten = 7 }
            Test-OciHardening HostProcesses
            Wait-OciContainer $ended.Id
            Test-OciSpec -Spec (New-OciSpec -Cwd relative) | Select-Object -First 1
            Compare-OciSpec (New-OciSpec) (New-OciSpec -Hostname other)
            $(
                & prlimit --pid $container.Pid --nofile=64:64
                Compare-OciContainer $id
            )
            New-OciSpec -Memory 64m -Annotation @{ a = 'b' } -Sysctl @{ 'net.x' = 1 }
            New-OciBundle "$($fixture.Work)/$id" -Busybox
            Get-OciRuntimeFeature
            Test-OciHost kernel
            Trace-OciSyscall -Bundle $fixture.Bundle -Command true | Select-Object -First 1
            New-OciSeccompProfile docker -InputObject personality
        )
        # Every type of ours that a cmdlet says it writes is among them.
        $written = Get-Command -Module OciRuntime -CommandType Cmdlet | ForEach-Object { $_.OutputType.Type } | Where-Object Namespace -Like 'OciRuntime.*' | Sort-Object FullName -Unique
        $objects | ForEach-Object { $_.GetType().FullName } | Sort-Object -Unique | Should -Be $written.FullName
        foreach ($command in Get-Command -Module OciRuntime -CommandType Cmdlet) { foreach ($output in $command.OutputType) { $output.Type | Should -Not -BeNullOrEmpty -Because "$command $($output.Name)" } }
        function Test-Value($Value, [string] $Path) {
            if ($null -eq $Value -or $Value -is [string] -or $Value -is [datetime] -or $Value.GetType().IsPrimitive) { return }
            $Value | Should -Not -BeOfType ([enum]) -Because $Path
            if ($Value -is [System.Collections.IDictionary]) { foreach ($key in $Value.Keys) { Test-Value $Value[$key] "$Path.$key" }; return }
            $Value.GetType().Name | Should -Not -Be 'PSCustomObject' -Because $Path
            if ($Value -is [System.Collections.IEnumerable]) { foreach ($item in $Value) { Test-Value $item "$Path[]" }; return }
            "$Value" | Should -Not -Match 'OciRuntime\.|System\.' -Because $Path
            foreach ($property in $Value.psobject.Properties) {
                $property.Name | Should -CMatch '^[A-Z]' -Because $Path
                Test-Value $property.Value "$Path.$($property.Name)"
            }
        }
        # Maps have no order.
        function Get-Leaf($Value, [string] $Path) {
            if ($Value -is [pscustomobject]) { foreach ($property in $Value.psobject.Properties) { Get-Leaf $property.Value "$Path.$($property.Name)" } }
            elseif ($Value -is [array]) { for ($i = 0; $i -lt $Value.Count; $i++) { Get-Leaf $Value[$i] "$Path[$i]" } }
            else { "$Path=$Value" }
        }
        foreach ($object in $objects) {
            $name = $object.GetType().Name
            Test-Value $object $name
            # The same in JSON, before and after a way through Clixml.
            $json = $object | ConvertTo-Json -Depth 12
            $there = Get-Traveller $object | ConvertTo-Json -Depth 12
            Get-Leaf ($there | ConvertFrom-Json) | Sort-Object | Should -Be @(Get-Leaf ($json | ConvertFrom-Json) | Sort-Object) -Because $name
            $json | Should -Not -Match '"Key":' -Because $name
        }
    }
}
