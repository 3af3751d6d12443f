# What criu really restores is shown in the guests of tests/Vm, whose kernel works with it. Here a program in its place does what the rest of a restore sees of it.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    $path = $env:PATH
    $images = "$($fixture.Work)/images"
    $null = [System.IO.Directory]::CreateDirectory($images)
    '[]' | Set-Content "$images/descriptors.json"

    # Speaks criu's protocol at descriptor 3, and makes the process as criu does: as a sibling of its own, in the cgroup and with the streams that it has itself.
    function Use-Criu([int] $Status = 0) {
        $directory = [System.IO.Directory]::CreateDirectory("$($fixture.Work)/restoring").FullName
        Remove-Item "$directory/end" -ErrorAction Ignore
        Set-Content "$directory/criu" @"
#!/usr/bin/perl
use strict; use POSIX ();
open(my `$channel, '+<&=', 3) or die;
while (sysread(`$channel, my `$message, 65536)) {
    my `$type = ord(substr(`$message, 1, 1));
    if (`$type == 10) { syswrite(`$channel, pack('H*', '080a' . '1001' . '5204' . '0803' . '1011')); next; }
    my `$pid = syscall((POSIX::uname())[4] eq 'aarch64' ? 220 : 56, 0x8000 | 17, 0, 0, 0, 0); # CLONE_PARENT, SIGCHLD
    if (`$pid == 0) {
        close `$channel;
        select(undef, undef, undef, 0.05) until -e '$directory/end';
        syswrite(STDOUT, "restored\n"); syswrite(STDERR, "and here\n");
        POSIX::_exit(7);
    }
    my `$number = '';
    for (my `$left = `$pid; `$left > 0; `$left >>= 7) { `$number .= chr((`$left & 0x7f) | (`$left > 0x7f ? 0x80 : 0)); }
    my `$notice = chr(10) . chr(12) . 'post-restore' . chr(16) . `$number;
    syswrite(`$channel, pack('H*', '08061001') . chr(42) . chr(length `$notice) . `$notice);
    sysread(`$channel, my `$answer, 65536);
    exit 3 if $Status;
    syswrite(`$channel, pack('H*', '08021001'));
}
"@
        chmod +x "$directory/criu"
        $env:PATH = "${directory}:$path"
        "$directory/end"
    }
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

    It 'WhatIsRestoredHasASupervisor' {
        $end = Use-Criu
        $container = Restore-OciContainer (New-Id) $fixture.Bundle $images
        $container.Status, $container.Supervised | Should -Be Running, $true
        $parent = (Get-Content "/proc/$($container.Pid)/status" | Select-String '^PPid:\s+(\d+)$').Matches.Groups[1].Value
        Get-Content "/proc/$parent/comm" | Should -Be oci-supervisor
        @(Get-Content "/proc/$($container.Pid)/cgroup") -like "*$($container.Id)" | Should -Not -BeNullOrEmpty
        '' | Set-Content $end
        $ended = $container | Wait-OciContainer -Timeout 60
        $ended.ExitCode | Should -Be 7
        $container | Get-OciContainerLog | ForEach-Object { "$($_.Stream): $($_.Line)" } | Sort-Object | Should -Be 'stderr: and here', 'stdout: restored'
        $container | Remove-OciContainer
        Get-CgroupOf $container.Id | Should -BeNullOrEmpty
    }

    It 'WithoutASupervisorNobodyKeepsWhatItPrints' {
        $end = Use-Criu
        $container = Restore-OciContainer (New-Id) $fixture.Bundle $images -Unsupervised
        $container.Status, $container.Supervised | Should -Be Running, $false
        '' | Set-Content $end
        ($container | Wait-OciContainer -Timeout 60).ExitCode | Should -Be 7
        (Get-Failure { $container | Get-OciContainerLog }).FullyQualifiedErrorId | Should -BeLike 'NotSupported,*'
        $container | Remove-OciContainer
    }

    It 'ACriuThatFailsAtTheEndLeavesNothing: <Unsupervised>' -ForEach @{ Unsupervised = $true }, @{ Unsupervised = $false } {
        $null = Use-Criu 3
        $id = New-Id
        $failure = Get-Failure { Restore-OciContainer $id $fixture.Bundle $images -Unsupervised:$Unsupervised }
        $failure.FullyQualifiedErrorId | Should -BeLike 'CriuFailed,*'
        [System.IO.Directory]::Exists("$($fixture.Root)/$id") | Should -BeFalse
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'ADirectoryWithoutACheckpointIsNamed' {
        $failure = Get-Failure { Restore-OciContainer (New-Id) $fixture.Bundle $fixture.Bundle }
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        "$failure" | Should -Be "$($fixture.Bundle) has no checkpoint: descriptors.json does not exist"
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
