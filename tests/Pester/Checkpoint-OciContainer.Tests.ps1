# criu needs more of the kernel than most machines give: what it does with processes is shown in the guests of tests/Vm. Here a program in its place answers as it does.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    $path = $env:PATH

    # Speaks criu's protocol at descriptor 3: 3.17, follows memory, and has success with each dump, of which it leaves the files.
    function Use-Criu([string] $Directory = "$($fixture.Work)/criu") {
        $null = [System.IO.Directory]::CreateDirectory($Directory)
        Set-Content "$Directory/criu" @'
#!/usr/bin/perl
use strict;
open(my $channel, '+<&=', 3) or die;
my %answers = (10 => '080a' . '1001' . '5204' . '0803' . '1011', 9 => '0809' . '1001' . '4202' . '0801');
while (sysread($channel, my $message, 65536)) {
    my $type = ord(substr($message, 1, 1));
    if ($answers{$type}) {
        syswrite($channel, pack('H*', $answers{$type}));
        next;
    }
    exit 3 if -e "$0.fails";
    # The directory of the images is the first of the options: a number, seven bits a byte.
    my ($number) = $message =~ /^\x08.\x12[\x80-\xff]*[\x00-\x7f]\x08([\x80-\xff]*[\x00-\x7f])/s or die;
    my ($fd, $shift) = (0, 0);
    for (unpack('C*', $number)) { $fd |= ($_ & 0x7f) << $shift; $shift += 7; }
    my $images = '/proc/' . getppid() . "/fd/$fd";
    open(my $inventory, '>', "$images/inventory.img") or die; print $inventory 'x' x 1000; close $inventory;
    # stats.proto: 4,000 us, 3 pages that the parent has, 9 that are written.
    open(my $stats, '>', "$images/stats-dump") or die;
    print $stats pack('VVV', 0x55105940, 0x57093306, 9), pack('H*', '0a07' . '10a01f' . '3003' . '3809');
    close $stats;
    syswrite($channel, chr(8) . chr($type) . chr(16) . chr(1));
}
'@
        chmod +x "$Directory/criu"
        $env:PATH = "${Directory}:$path"
    }

    function Start-Sleeper { New-OciContainer (New-Id) $fixture.Bundle -Unsupervised | Start-OciContainer -PassThru }
}

AfterAll {
    $env:PATH = $path
    Remove-Fixture $fixture
}

Describe 'Checkpoint-OciContainer' {
    AfterEach {
        $env:PATH = $path
        Remove-Item "$($fixture.Work)/criu" -Recurse -ErrorAction Ignore
    }

    It 'RemovesTheContainerAndTellsOfIt' {
        Use-Criu
        $container = Start-Sleeper
        $made = Checkpoint-OciContainer $container.Id "$($fixture.Work)/images"
        $made | Should -BeOfType OciRuntime.Core.Lifecycle.OciCheckpoint
        $made.Id, $made.ImagePath, $made.Bundle, $made.Root | Should -Be $container.Id, "$($fixture.Work)/images", $fixture.Bundle, $fixture.Root
        $made.FrozenTime.TotalMilliseconds, $made.PagesInParent, $made.PagesWritten | Should -Be 4, 3, 9
        $made.Size | Should -BeGreaterThan 1000
        "$made" | Should -Be $container.Id
        Get-OciContainer "$($container.Id)*" | Should -BeNullOrEmpty
        $lines = Get-Screen { $made }
        $lines[0] | Should -Match '^Id\s+Size\s+FrozenTime\s+ImagePath$'
        $lines[2] | Should -Match "\s$($made.Size)\s+4 ms\s+$($made.ImagePath)$"
    }

    It 'LetsItRunOn: <Switch>' -ForEach @(@{ Switch = 'LeaveRunning' }, @{ Switch = 'PreDump' }) {
        Use-Criu
        $container = Start-Sleeper
        $options = @{ $Switch = $true }
        $made = Checkpoint-OciContainer $container.Id "$($fixture.Work)/$Switch" @options
        $made.LeaveRunning | Should -BeTrue
        $made.PreDump | Should -Be ($Switch -eq 'PreDump')
        $after = Checkpoint-OciContainer $container.Id "$($fixture.Work)/after-$Switch" -ParentPath "$($fixture.Work)/$Switch" -LeaveRunning
        $after.ImagePath | Should -Be "$($fixture.Work)/after-$Switch"
        (Get-Failure { Checkpoint-OciContainer $container.Id "$($fixture.Work)/after-$Switch" -ParentPath "$($fixture.Work)/nowhere" }).FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        (Get-OciContainer $container.Id).Pid | Should -Be $container.Pid
    }

    It 'OfSeveralEachHasADirectory' {
        Use-Criu
        $first, $second = (Start-Sleeper), (Start-Sleeper)
        $images = "$($fixture.Work)/several"
        $made = $first, $second | Checkpoint-OciContainer -ImagePath $images -LeaveRunning
        $made.ImagePath | Should -Be "$images/$($first.Id)", "$images/$($second.Id)"
        # One that came by a pattern has one too: how many there are is chance.
        (Checkpoint-OciContainer "$($first.Id)*" $images -LeaveRunning).ImagePath | Should -Be "$images/$($first.Id)"
        (Checkpoint-OciContainer $first.Id -ImagePath "$images/$($first.Id)").ImagePath | Should -Be "$images/$($first.Id)"
        Push-Location $fixture.Work
        try { (Checkpoint-OciContainer $second.Id).ImagePath | Should -Be "$($fixture.Work)/checkpoint" } finally { Pop-Location }
    }

    It 'OneWithASupervisorIsDumpedToo' {
        Use-Criu
        $container = New-OciContainer (New-Id) $fixture.Bundle | Start-OciContainer -PassThru
        $container.Supervised | Should -BeTrue
        (Checkpoint-OciContainer $container.Id "$($fixture.Work)/supervised").Id | Should -Be $container.Id
        Get-OciContainer "$($container.Id)*" | Should -BeNullOrEmpty
    }

    It 'WithoutCriuItsPackageIsNamed' {
        $container = Start-Sleeper
        $env:PATH = '/none'
        $failure = Get-Failure { Checkpoint-OciContainer $container.Id "$($fixture.Work)/none" }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotInstalled,*'
        $failure.CategoryInfo.Category | Should -Be NotInstalled
        $failure.ErrorDetails.RecommendedAction | Should -Be 'install the package criu'
        Test-Path "$($fixture.Work)/none" | Should -BeFalse
        (Get-OciContainer $container.Id).Status | Should -Be Running
    }

    It 'ACriuThatFailsLeavesTheContainerAsItWas' {
        Use-Criu
        $container = Start-Sleeper
        $null = New-Item -ItemType File "$($fixture.Work)/criu/criu.fails"
        $failure = Get-Failure { Checkpoint-OciContainer $container.Id "$($fixture.Work)/fails" }
        $failure.FullyQualifiedErrorId | Should -BeLike 'CriuFailed,*'
        "$failure" | Should -Match "criu failed: it ended without an answer; its log is $($fixture.Work)/fails/dump.log"
        (Get-OciContainer $container.Id).Pid | Should -Be $container.Pid
        Invoke-OciContainerCommand $container.Id echo, alive | Should -Be alive
    }

    It 'OneThatDoesNotRunIsAnErrorAndAPatternMeansThoseThatDo' {
        Use-Criu
        $created = New-OciContainer (New-Id) $fixture.Bundle -Unsupervised
        (Get-Failure { Checkpoint-OciContainer $created.Id "$($fixture.Work)/created" }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
        (Get-Failure { Checkpoint-OciContainer none "$($fixture.Work)/created" }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        Checkpoint-OciContainer "$($created.Id)*" "$($fixture.Work)/created" | Should -BeNullOrEmpty
    }

    It 'WhatIfDoesNothing' {
        Use-Criu
        $container = Start-Sleeper
        $container | Checkpoint-OciContainer -ImagePath "$($fixture.Work)/whatif" -WhatIf | Should -BeNullOrEmpty
        (Get-Failure { Checkpoint-OciContainer none -WhatIf }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        Test-Path "$($fixture.Work)/whatif" | Should -BeFalse
        (Get-OciContainer $container.Id).Pid | Should -Be $container.Pid
    }

    It 'CompletesThoseThatRun' {
        $container = Start-Sleeper
        $null = New-OciContainer (New-Id) $fixture.Bundle
        (TabExpansion2 "Checkpoint-OciContainer -Id $($fixture.Prefix)").CompletionMatches.CompletionText | Should -Be @((Get-OciContainer -Status Running).Id)
        (TabExpansion2 'Checkpoint-OciContainer x -CgroupMode s').CompletionMatches.CompletionText | Should -Be 'Soft', 'Strict'
        $container | Remove-OciContainer -Force
    }
}
