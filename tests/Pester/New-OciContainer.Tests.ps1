BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'New-OciContainer' {
    It 'WaitsToBeStarted' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        $container.Status | Should -Be 'Created'
        $container.Pid | Should -BeGreaterThan 0
        $container.Supervised | Should -BeTrue
    }

    It 'PipelineFromBundleToExitRecord' {
        $id = New-Id
        $exit = [pscustomobject]@{ Bundle = $fixture.Bundle } | New-OciContainer -Id $id -Spec (New-OciSpec sh, -c, 'exit 3') |
            Start-OciContainer -PassThru | Wait-OciContainer -Timeout 30
        $exit.ExitCode | Should -Be 3
        $exit.Id | Should -BeExactly $id
    }

    It 'TakenIdIsResourceExists' {
        $id = New-Id
        $null = New-OciContainer $id $fixture.Bundle
        $failure = $null
        New-OciContainer $id $fixture.Bundle -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -Be 'ContainerAlreadyExists,OciRuntime.PowerShell.Commands.NewOciContainerCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'ResourceExists'
    }

    It 'BadIdIsInvalidArgument' {
        { New-OciContainer 'a/b' $fixture.Bundle -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidContainerId,OciRuntime.PowerShell.Commands.NewOciContainerCommand'
    }

    It 'MissingBundleIsNotFound' {
        { New-OciContainer (New-Id) "$($fixture.Work)/none" -ErrorAction Stop } | Should -Throw -ErrorId 'BundleNotFound,OciRuntime.PowerShell.Commands.NewOciContainerCommand'
    }

    It 'MissingRootFilesystemIsNotFound' {
        { New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec -RootfsPath nowhere) -ErrorAction Stop } |
            Should -Throw -ErrorId 'RootfsNotFound,OciRuntime.PowerShell.Commands.NewOciContainerCommand'
    }

    It 'FailureLeavesNothing' {
        $id = New-Id
        New-OciContainer $id $fixture.Bundle -Spec (New-OciSpec sleep, 1 -Mount '/nowhere/at/all:/data') -ErrorAction SilentlyContinue
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'OneBadItemDoesNotEndThePipeline' {
        $good = New-Id
        $made = @('a/b', $good | New-OciContainer -Bundle $fixture.Bundle -ErrorAction SilentlyContinue)
        $made.Count | Should -Be 1
        $made[0].Id | Should -BeExactly $good
    }

    It 'WhatIfMakesNothing' {
        $id = New-Id
        New-OciContainer $id $fixture.Bundle -WhatIf | Should -BeNullOrEmpty
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
    }

    It 'PidFileHasThePid' {
        $file = "$($fixture.Work)/pid"
        $container = New-OciContainer (New-Id) $fixture.Bundle -PidFile $file
        [System.IO.File]::ReadAllText($file) | Should -Be "$($container.Pid)"
    }

    It 'UnsupervisedHasNoLog' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -Unsupervised
        $container.Supervised | Should -BeFalse
        $container.LogPath | Should -BeNullOrEmpty
        Remove-OciContainer $container.Id -Force
    }

    It 'SpecComesThroughThePipeline' {
        $id = New-Id
        (New-OciSpec sleep, 42 | New-OciContainer $id $fixture.Bundle).Command | Should -Be @('sleep', '42')
    }

    It 'AnObjectWithAPathIsABundle' {
        $container = [pscustomobject]@{ Bundle = $fixture.Bundle; Hostname = 'other' } | New-OciContainer -Id (New-Id)
        $container.Bundle | Should -Be $fixture.Bundle
        $container.Command | Should -Be @('sleep', '300')
    }

    It 'ParametersChangeTheBundlesConfiguration' {
        $inside = "$($fixture.Work)/inside"
        $null = [System.IO.Directory]::CreateDirectory($inside)
        [System.IO.File]::WriteAllText("$inside/file", 'seen')
        $id = New-Id
        New-OciContainer $id $fixture.Bundle -Memory 64m -Pids 40 -Hostname edited -Cwd /tmp -User 7:8 -Env @{ EDITED = 'yes' } -Mount "${inside}:/inside:ro" -Annotation @{ a = 'b' } `
            -Sysctl @{ 'net.ipv4.ip_forward' = 1 } -ReadonlyRootfs -- sh -c 'hostname; pwd; id -u; echo $EDITED; cat /inside/file; echo; cat /proc/sys/net/ipv4/ip_forward; touch /x 2>&1' |
            Start-OciContainer -PassThru | Wait-OciContainer -Timeout 20 | Out-Null
        (Get-OciContainerLog $id).Line | Should -Be @('edited', '/tmp', '7', 'yes', 'seen', '1', 'touch: /x: Read-only file system')
        (Get-OciContainer $id).Annotations.a | Should -Be 'b'
        (Import-OciSpec -Bundle $fixture.Bundle).Hostname | Should -Not -Be 'edited'
    }

    It 'ParametersLeaveTheUsersObjectAlone' {
        $spec = New-OciSpec sleep, 300 -Env @{ A = 1 }
        New-OciContainer (New-Id) $fixture.Bundle -Spec $spec -Env @{ B = 2 } -Memory 32m | Out-Null
        $spec.Process.Env | Should -Not -Contain 'B=2'
        $spec.Linux.Resources.Memory | Should -BeNullOrEmpty
    }

    It 'EditedSpecOfAPipedBundleCounts' {
        $bundle = New-OciBundle "$($fixture.Work)/edited" -Busybox
        $bundle.Spec.Process.Args = [System.Collections.Generic.List[string]]('echo', 'edited')
        $bundle | Invoke-OciContainer (New-Id) | Should -Be 'edited'
        $container = $bundle | New-OciContainer (New-Id)
        $container.Command | Should -Be @('echo', 'edited')
    }
}
