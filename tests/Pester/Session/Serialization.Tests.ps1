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
        { Test-OciSpec -Spec $cut } | Should -Throw -ExpectedMessage '*Process came as text only*'
        $flat.Process | Should -Not -BeOfType string
    }
}
