# What users see of errors: one record an item, an id that stays, the right category, what can be done.
BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Error' {
    It 'OfCreateSaysWhatIsWrong: <Name>' -ForEach @(
        @{ Name = 'missing program'; ErrorId = 'CommandNotFound'; Category = 'ObjectNotFound'; Create = { New-OciContainer $container $fixture.Bundle -Spec (New-OciSpec no-such-program) } }
        @{ Name = 'a directory'; ErrorId = 'CommandNotExecutable'; Category = 'PermissionDenied'; Create = { New-OciContainer $container $fixture.Bundle -Spec (New-OciSpec /etc) } }
        @{ Name = 'missing rootfs'; ErrorId = 'RootfsNotFound'; Category = 'ObjectNotFound'; Create = { New-OciContainer $container $fixture.Bundle -Spec (New-OciSpec -RootfsPath nowhere) } }
        @{ Name = 'unknown namespace'; ErrorId = 'InvalidSpec'; Category = 'InvalidData'; Create = { New-OciContainer $container $fixture.Bundle -Spec $(($spec = New-OciSpec).Linux.Namespaces[0].Type = 'nett'; $spec) } }
        @{ Name = 'missing source'; ErrorId = 'FileNotFound'; Category = 'ObjectNotFound'; Create = { New-OciContainer $container $fixture.Bundle -Spec (New-OciSpec -Mount /nowhere:/x) } }
        @{
            Name = 'unknown filesystem'; ErrorId = 'SystemCallFailed'; Category = 'NotImplemented'
            Create = { New-OciContainer $container $fixture.Bundle -Spec (New-OciSpec -Mount @{ Destination = '/x'; Type = 'nofs'; Source = 'nofs' }) }
        }
        @{ Name = 'no such CPU'; ErrorId = 'SystemCallFailed'; Category = 'InvalidArgument'; Create = { New-OciContainer $container $fixture.Bundle -Spec (New-OciSpec -CpuSet 4000) } }
        @{ Name = 'no memory'; ErrorId = 'OomKilled'; Category = 'LimitsExceeded'; Create = { New-OciContainer $container $fixture.Bundle -Spec (New-OciSpec -Memory 4k) } }
        @{ Name = 'root is a file'; ErrorId = 'SystemCallFailed'; Category = 'InvalidArgument'; Create = { New-OciContainer $container $fixture.Bundle -Root /etc/passwd } }
        @{ Name = 'root is a drive'; ErrorId = 'InvalidArgument'; Category = 'InvalidArgument'; Create = { New-OciContainer $container $fixture.Bundle -Root env: } }
        @{ Name = 'missing bundle'; ErrorId = 'BundleNotFound'; Category = 'ObjectNotFound'; Create = { New-OciContainer $container -Bundle /nowhere } }
        @{
            Name = 'missing console socket'; ErrorId = 'FileNotFound'; Category = 'ObjectNotFound'
            Create = { New-OciContainer $container $fixture.Bundle -ConsoleSocket /nowhere -Spec (New-OciSpec -Terminal) }
        }
    ) {
        $container = New-Id
        $failure = @(Get-Failure $Create)
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be "$ErrorId,OciRuntime.PowerShell.Commands.NewOciContainerCommand"
        $failure[0].CategoryInfo.Category | Should -Be $Category
        $failure[0].TargetObject | Should -BeExactly $container
        "$($failure[0])" | Should -Not -Match "`n"
        Get-OciContainer "$container*" | Should -BeNullOrEmpty
        Get-Leftover $container $fixture.Work | Should -BeNullOrEmpty
    }

    # sysfs lets nobody make a directory, not even root.
    It 'OfAPlaceWhereNothingMayBeMadeIsPermissionDenied' {
        $failure = @(Get-Failure { New-OciContainer (New-Id) $fixture.Bundle -Root /sys/kernel/states })
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'PermissionDenied,OciRuntime.PowerShell.Commands.NewOciContainerCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'PermissionDenied'
    }

    It 'OfJsonHasThePlace: <Place>' -ForEach @(
        @{ Json = "{ `"ociVersion`": `"1.0.0`",`n"; Place = 'config.json:2:1: not valid JSON' }
        @{ Json = ''; Place = 'config.json:1:1: not valid JSON' }
        @{ Json = '[]'; Place = 'config.json: expected an object, found an array' }
        @{ Json = '{ "ociVersion": "1.0.0", "process": { "args": "sh" } }'; Place = '/process/args: expected an array, found the string "sh"' }
    ) {
        $bad = "$($fixture.Work)/bad"
        $null = New-Item -ItemType Directory -Force $bad
        $Json | Set-Content -NoNewline "$bad/config.json"
        foreach ($command in { New-OciContainer x $bad }, { Invoke-OciContainer -Bundle $bad }, { Get-OciLaunchPlan -Bundle $bad }, { Import-OciSpec $bad }) {
            $failure = @(Get-Failure $command)
            $failure.Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'InvalidSpec,*'
            $failure[0].CategoryInfo.Category | Should -Be 'InvalidData'
            "$($failure[0])".Contains($Place) | Should -BeTrue -Because "$($failure[0])"
        }
    }

    It 'HasAHintAsItsRecommendation' {
        $failure = @(Get-Failure { New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec no-such-program) })
        $failure.Count | Should -Be 1
        $failure[0].ErrorDetails.RecommendedAction | Should -Match 'PATH'
    }

    It 'OfAKilledHelperIsAProtocolError' {
        $container = New-Id
        $failure = @(Get-Failure {
                $spec = New-OciSpec true
                $spec.Hooks = [OciRuntime.Core.Spec.OciHooks]::new()
                $hook = [OciRuntime.Core.Spec.OciHook]::new()
                $hook.Path = '/bin/sh'
                $hook.Args = [string[]]('sh', '-c', 'kill -9 $(sed -n ''s/.*"pid": *\([0-9]*\).*/\1/p'')')
                $spec.Hooks.CreateRuntime = [OciRuntime.Core.Spec.OciHook[]]$hook
                New-OciContainer $container $fixture.Bundle -Spec $spec
            })
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'HelperDied,*'
        $failure[0].CategoryInfo.Category | Should -Be 'ProtocolError'
        Get-Leftover $container $fixture.Work | Should -BeNullOrEmpty
    }

    It 'OfAProcessIsOnItsStandardErrorInOneLine' {
        Invoke-Pwsh -Command "Import-Module '$repository/out/OciRuntime'; Get-OciContainer no-such-container -Root /nowhere/at/all; 'after'" 2>"$($fixture.Work)/error" | Should -Be 'after'
        $lines = @(Get-Content "$($fixture.Work)/error")
        $lines.Count | Should -Be 1
        $lines[0] -replace '\e\[[\d;]*m' | Should -BeLike 'Get-OciContainer: *no-such-container*'
    }

    It 'OfAScriptHasItsPosition' {
        $script = "$($fixture.Work)/script.ps1"
        "Import-Module '$repository/out/OciRuntime'`nGet-OciContainer no-such-container -Root /nowhere/at/all" | Set-Content $script
        Invoke-Pwsh -File $script 2>"$($fixture.Work)/error" | Should -BeNullOrEmpty
        "$(Get-Content "$($fixture.Work)/error")" -replace '\e\[[\d;]*m' | Should -BeLike "*${script}:2*"
    }
}
