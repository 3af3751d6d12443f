# Restores that succeed are shown in the guests of tests/Vm, whose kernel works with criu.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    $path = $env:PATH
    $images = "$($fixture.Work)/images"
    $null = [System.IO.Directory]::CreateDirectory($images)
    '[]' | Set-Content "$images/descriptors.json"
}

AfterAll {
    $env:PATH = $path
    Remove-Fixture $fixture
}

Describe 'Restore-OciContainer' {
    AfterEach { $env:PATH = $path }

    It 'WithoutCriuItsPackageIsNamedAndNothingIsLeft' {
        $id = New-Id
        $env:PATH = '/none'
        $failure = Get-Failure { Restore-OciContainer $id $fixture.Bundle $images }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotInstalled,*RestoreOciContainerCommand'
        $failure.ErrorDetails.RecommendedAction | Should -Be 'install the package criu'
        [System.IO.Directory]::Exists("$($fixture.Root)/$id") | Should -BeFalse
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'ACriuThatFailsLeavesNothing' {
        $id = New-Id
        $null = [System.IO.Directory]::CreateDirectory("$($fixture.Work)/criu")
        "#!/bin/sh`nexit 3" | Set-Content "$($fixture.Work)/criu/criu"
        chmod +x "$($fixture.Work)/criu/criu"
        $env:PATH = "$($fixture.Work)/criu:$path"
        $failure = Get-Failure { Restore-OciContainer $id $fixture.Bundle $images }
        $failure.FullyQualifiedErrorId | Should -BeLike 'CriuFailed,*'
        [System.IO.Directory]::Exists("$($fixture.Root)/$id") | Should -BeFalse
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'ADirectoryWithoutACheckpointIsNamed' {
        $failure = Get-Failure { Restore-OciContainer (New-Id) $fixture.Bundle $fixture.Bundle }
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        "$failure" | Should -Be "$($fixture.Bundle) has no checkpoint: descriptors.json is not there"
        (Get-Failure { Restore-OciContainer (New-Id) $fixture.Bundle "$($fixture.Work)/nowhere" }).CategoryInfo.Category | Should -Be ObjectNotFound
    }

    It 'TakesWhatACheckpointBrings' {
        $made = [OciRuntime.Core.Lifecycle.OciCheckpoint]@{
            Id = New-Id; ImagePath = $images; Bundle = $fixture.Bundle; Root = "$($fixture.Work)/other"; TcpEstablished = $true; ShellJob = $true
        }
        $there = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($made))
        $env:PATH = '/none'
        $made, $there | ForEach-Object {
            $failure = Get-Failure { $_ | Restore-OciContainer }
            $failure.FullyQualifiedErrorId | Should -BeLike 'NotInstalled,*'
            $failure.TargetObject | Should -Be $made.Id
        }
        # Its own root, where the id is taken, when the session has none for all.
        $container = New-OciContainer $made.Id $fixture.Bundle -Root $made.Root
        $global:PSDefaultParameterValues.Remove('*-Oci*:Root')
        try { $failure = Get-Failure { $made | Restore-OciContainer } } finally { $global:PSDefaultParameterValues['*-Oci*:Root'] = $fixture.Root }
        $container | Remove-OciContainer -Force
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContainerAlreadyExists,*'
    }

    It 'AnIdThatIsThereIsAnError' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        (Get-Failure { Restore-OciContainer $container.Id $fixture.Bundle $images }).FullyQualifiedErrorId | Should -BeLike 'ContainerAlreadyExists,*'
        (Get-OciContainer $container.Id).Pid | Should -Be $container.Pid
        $container | Remove-OciContainer -Force
    }

    It 'WhatIfDoesNothing' {
        $id = New-Id
        Restore-OciContainer $id $fixture.Bundle $images -WhatIf | Should -BeNullOrEmpty
        [System.IO.Directory]::Exists("$($fixture.Root)/$id") | Should -BeFalse
    }
}
