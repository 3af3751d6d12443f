BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture

    # The lines as they are, each with a full hour of one day as its time.
    function Set-LogTime([string] $Id, [int[]] $Hour) {
        $file = "$($fixture.Root)/$Id/log"
        $lines = [System.IO.File]::ReadAllLines($file)
        $lines.Count | Should -Be $Hour.Count
        $moved = for ($i = 0; $i -lt $lines.Count; $i++) { "2026-01-01T0$($Hour[$i]):00:00.000000000Z$($lines[$i].Substring($lines[$i].IndexOf(' ')))" }
        [System.IO.File]::WriteAllText($file, ($moved -join "`n") + "`n")
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciContainerLog' {
    It 'HasBothStreams' {
        $container = Start-Script 'echo out; echo err >&2'
        $null = Wait-OciContainer $container.Id -Timeout 30
        $records = @(Get-OciContainerLog $container.Id)
        $records.Count | Should -Be 2
        @($records | Where-Object Line -eq err)[0].Stream | Should -Be 'stderr'
        @($records | Where-Object Line -eq out)[0].Stream | Should -Be 'stdout'
    }

    It 'TailTakesTheLastLines' {
        $container = Start-Script 'for i in 1 2 3 4 5; do echo $i; done'
        $null = Wait-OciContainer $container.Id -Timeout 30
        (Get-OciContainerLog $container.Id -Tail 2).Line | Should -Be @('4', '5')
    }

    It 'FollowEndsWithTheContainer' {
        $container = Start-Script 'echo first; sleep 0.3; echo last'
        (Get-OciContainerLog $container.Id -Follow).Line | Should -Be @('first', 'last')
    }

    It 'KeepsToTheLimitOfNew' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -LogMaxSize 64k -LogMaxFiles 2 -Spec (New-OciSpec seq, 20000) | Start-OciContainer -PassThru
        $null = Wait-OciContainer $container.Id -Timeout 60
        $files = [System.IO.Directory]::GetFiles("$($fixture.Root)/$($container.Id)", 'log*')
        $files.Count | Should -Be 2
        ($files | ForEach-Object { [System.IO.FileInfo]::new($_).Length } | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 65536
        (Get-OciContainerLog $container.Id -Tail 2).Line | Should -Be @('19999', '20000')
    }

    It 'KeepsAllWithoutALimit' {
        $container = Invoke-OciContainer (New-Id) $fixture.Bundle -Detach -LogMaxSize unlimited -LogMaxFiles 1 -Spec (New-OciSpec seq, 20000)
        $null = Wait-OciContainer $container.Id -Timeout 60
        (Get-OciContainerLog $container.Id).Count | Should -Be 20000
    }

    It 'ALimitThatIsNoneIsRefused' {
        { New-OciContainer (New-Id) $fixture.Bundle -LogMaxSize 1k -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,OciRuntime.PowerShell.Commands.NewOciContainerCommand'
    }

    It 'UnknownIdIsNotFound' {
        { Get-OciContainerLog (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.GetOciContainerLogCommand'
    }

    It 'LongLineIsOne' {
        $container = Start-Script "head -c 50000 /dev/zero | tr '\0' x; echo; echo next"
        $null = Wait-OciContainer $container.Id -Timeout 30
        $lines = (Get-OciContainerLog $container.Id).Line
        $lines.Count | Should -Be 2
        $lines[0] | Should -BeExactly ('x' * 50000)
    }

    It 'SinceLeavesOutWhatIsOlder' {
        $container = Start-Script 'echo one; echo two; echo three'
        $null = Wait-OciContainer $container.Id -Timeout 30
        # The same lines, an hour apart.
        Set-LogTime $container.Id 1, 2, 3
        (Get-OciContainerLog $container.Id -Since '2026-01-01T02:00:00Z').Line | Should -Be @('two', 'three')
        (Get-OciContainerLog $container.Id -Since '2026-01-01T02:00:01Z').Line | Should -Be @('three')
        Get-OciContainerLog $container.Id -Since 1s | Should -BeNullOrEmpty
        (Get-OciContainerLog $container.Id).Count | Should -Be 3
    }

    It 'UntilLeavesOutWhatIsNewer' {
        $container = Start-Script 'echo one; echo two; echo three'
        $null = Wait-OciContainer $container.Id -Timeout 30
        Set-LogTime $container.Id 1, 2, 3
        (Get-OciContainerLog $container.Id -Until '2026-01-01T02:00:00Z').Line | Should -Be @('one', 'two')
        (Get-OciContainerLog $container.Id -Since '2026-01-01T02:00:00Z' -Until '2026-01-01T02:00:00Z').Line | Should -Be @('two')
        # The last of those that are left, not those that are left of the last.
        (Get-OciContainerLog $container.Id -Tail 1 -Until '2026-01-01T02:00:00Z').Line | Should -Be @('two')
        (Get-OciContainerLog $container.Id -Tail 1 -Until '2026-01-01T02:00:00Z' -Follow).Line | Should -Be @('two')
        Get-OciContainerLog $container.Id -Until '2026-01-01T00:00:00Z' | Should -BeNullOrEmpty
    }

    It 'FollowingEndsAtUntil' {
        $container = Start-Script 'echo up; sleep 300'
        (Get-OciContainerLog $container.Id -Follow -Until ([DateTime]::Now.AddSeconds(1))).Line | Should -Be @('up')
        (Get-OciContainer $container.Id).Status | Should -Be 'Running'
    }

    It 'SeveralComeByTheirTime' {
        $one = Start-Script 'echo 1; echo 3; echo 4'
        $two = Start-Script 'echo 2; echo 4; echo 5'
        $null = Wait-OciContainer $one.Id, $two.Id -Timeout 30
        Set-LogTime $one.Id 1, 3, 4
        Set-LogTime $two.Id 2, 4, 5
        foreach ($log in (Get-OciContainerLog $one.Id, $two.Id), ($one, $two | Get-OciContainerLog -Follow)) {
            $log.Line | Should -Be @('1', '2', '3', '4', '4', '5')
            $log.Id | Should -Be @($one.Id, $two.Id, $one.Id, $one.Id, $two.Id, $two.Id)
        }
        # Of each.
        (Get-OciContainerLog $one.Id, $two.Id -Tail 1).Line | Should -Be @('4', '5')
        (Get-OciContainerLog $one.Id, $two.Id -Since '2026-01-01T03:00:00Z' -Until '2026-01-01T04:00:00Z').Line | Should -Be @('3', '4', '4')
    }

    It 'SeveralAreFollowedTogether' {
        # Each waits for what the reader has seen of the other.
        $wait = 'until test -e /tmp/go-$1; do sleep 0.02; done; echo $2'
        $one, $two = foreach ($script in "set -- a first; $wait; set -- c third; $wait", "set -- b second; $wait; set -- d fourth; $wait") { Start-Script $script }
        $next = [System.Collections.Generic.Queue[string]] @('b', 'c', 'd')
        [System.IO.File]::WriteAllText("$($fixture.Bundle)/rootfs/tmp/go-a", '')
        $lines = Get-OciContainerLog $one.Id, $two.Id -Follow | ForEach-Object {
            if ($next.Count) { [System.IO.File]::WriteAllText("$($fixture.Bundle)/rootfs/tmp/go-$($next.Dequeue())", '') }
            "$($_.Id -eq $one.Id) $($_.Line)"
        }
        $lines | Should -Be @('True first', 'False second', 'True third', 'False fourth')
    }

    It 'OneThatEndsLeavesTheOthers' {
        $short = Start-Script 'echo short'
        $long = Start-Script 'echo long; until test -e /tmp/end-of-long; do sleep 0.02; done; echo end'
        $lines = Get-OciContainerLog $short.Id, $long.Id -Follow | ForEach-Object {
            if ($_.Id -eq $long.Id) {
                $null = Wait-OciContainer $short.Id -Timeout 30
                [System.IO.File]::WriteAllText("$($fixture.Bundle)/rootfs/tmp/end-of-long", '')
            }
            $_.Line
        }
        $lines | Sort-Object | Should -Be @('end', 'long', 'short')
        $lines[-1] | Should -Be 'end'
    }

    It 'OneThatIsMissingLeavesTheOthers' {
        $container = Start-Script 'echo there'
        $null = Wait-OciContainer $container.Id -Timeout 30
        $missing = New-Id
        $lines = Get-OciContainerLog $missing, $container.Id -ErrorVariable failures -ErrorAction SilentlyContinue
        $lines.Line | Should -Be 'there'
        $failures.Count | Should -Be 1
        $failures[0].TargetObject | Should -Be $missing
    }

    It 'TheTableOfSeveralHasTheirIds' {
        $one = Start-Script 'echo 1'
        $two = Start-Script 'echo 2'
        $null = Wait-OciContainer $one.Id, $two.Id -Timeout 30
        (Get-Screen { Get-OciContainerLog $one.Id })[0] | Should -Match '^Time\s+Stream\s+Line$'
        $lines = Get-Screen { Get-OciContainerLog $one.Id, $two.Id }
        $lines[0] | Should -Match '^Id\s+Time\s+Stream\s+Line$'
        # The width is fixed: a long id ends with an ellipsis.
        @($lines | Where-Object { $_.StartsWith($fixture.Prefix) }).Count | Should -Be 2
    }

    It 'IdsHaveTheirColorWhereColorsAreShown' {
        $one = Start-Script 'echo 1; echo 3'
        $two = Start-Script 'echo 2'
        $null = Wait-OciContainer $one.Id, $two.Id -Timeout 30
        Set-LogTime $one.Id 1, 3
        Set-LogTime $two.Id 2
        $rendering = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $colors = Get-OciContainerLog $one.Id, $two.Id | Out-String -Stream | ForEach-Object { if ($_ -match "^(\e\[\d+m)$($fixture.Prefix)") { $Matches[1] } }
            $colors.Count | Should -Be 3
            $colors[0] | Should -BeExactly $colors[2]
            $colors[0] | Should -Not -Be $colors[1]
            $PSStyle.OutputRendering = 'PlainText'
            Get-OciContainerLog $one.Id, $two.Id | Out-String | Should -Not -Match '\e'
        }
        finally { $PSStyle.OutputRendering = $rendering }
        # A file gets no colours, though the engine writes those of its headings there.
        $command = "Import-Module '$repository/out/OciRuntime'; Get-OciContainerLog $($one.Id), $($two.Id) -Root '$($fixture.Root)'"
        @(Invoke-Pwsh -Command $command | Where-Object { $_ -match "^$($fixture.Prefix)" }).Count | Should -Be 3
    }
}
