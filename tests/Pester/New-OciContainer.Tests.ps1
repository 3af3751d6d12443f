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
}
