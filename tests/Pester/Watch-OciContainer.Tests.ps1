BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture

    # What a watch writes while a script runs; it begins when the watch sees its first container.
    function Get-Event([hashtable] $Watch, [scriptblock] $Script) {
        $shell = [powershell]::Create()
        try {
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $null = $shell.AddScript({ param($module, $root, $watch) Import-Module $module; Watch-OciContainer -Root $root @watch }).AddArgument("$repository/out/OciRuntime").AddArgument($fixture.Root).AddArgument($Watch)
            $run = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]$null, $output)
            $null = Wait-Until { [System.IO.Directory]::EnumerateFileSystemEntries('/proc/self/fd') | Where-Object { [System.IO.FileInfo]::new($_).LinkTarget -like '*inotify*' } }
            & $Script
            if (-not (Wait-Until { $run.IsCompleted })) { $shell.Stop() }
            $shell.Streams.Error | Should -BeNullOrEmpty
            $output
        }
        finally { $shell.Dispose() }
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Watch-OciContainer' {
    It 'TellsALifeWithTypedObjects' {
        $id = New-Id
        $events = Get-Event @{ Id = $id; Count = 7 } {
            $null = New-OciContainer $id $fixture.Bundle -Spec (New-OciSpec sh, -c, 'trap "exit 3" TERM; while :; do sleep 0.05; done') | Start-OciContainer
            $null = Invoke-OciContainerCommand $id true
            Suspend-OciContainer $id
            Resume-OciContainer $id
            Send-OciContainerSignal $id
            $null = Wait-OciContainer $id
            Remove-OciContainer $id
        }
        $events.Type | Should -Be 'Created', 'Started', 'Exec', 'Paused', 'Resumed', 'Exited', 'Deleted'
        $events | ForEach-Object { $_.PSObject.BaseObject.GetType().FullName | Should -BeExactly 'OciRuntime.Core.Observe.OciContainerEvent' }
        $events.Id | Sort-Object -Unique | Should -BeExactly $id
        $events[5].ExitCode | Should -Be 3
        $events[0].Pid | Should -Be $events[1].Pid
        $events[0].Root | Should -BeExactly $fixture.Root
        "$($events[1])" | Should -BeExactly "$id Started"
    }

    It 'OcirunIsWatchedToo' {
        $id = New-Id
        $events = Get-Event @{ Id = "$id*"; Count = 4 } {
            # The container keeps the streams of create: they are not the shell's.
            sh -c 'exec "$@" </dev/null >/dev/null 2>&1' sh $fixture.Ocirun --root $fixture.Root create --bundle $fixture.Bundle $id
            & $fixture.Ocirun --root $fixture.Root start $id
            & $fixture.Ocirun --root $fixture.Root delete -f $id
        }
        $events.Type | Should -Be 'Created', 'Started', 'Exited', 'Deleted'
    }

    It 'TypesAreChosen' {
        $one = New-Id one
        $two = New-Id two
        $events = Get-Event @{ Type = 'Exited', 'Deleted'; Count = 4; Id = $one, $two } {
            foreach ($id in $one, $two) {
                $null = New-OciContainer $id $fixture.Bundle -Spec (New-OciSpec sleep, 1) | Start-OciContainer
                $null = Wait-OciContainer $id
                Remove-OciContainer $id
            }
        }
        @($events | ForEach-Object { "$($_.Id) $($_.Type) $($_.ExitCode)" }) | Should -Be "$one Exited 0", "$one Deleted ", "$two Exited 0", "$two Deleted "
    }

    It 'TakesContainersFromThePipelineAndEndsAtTheTimeout' {
        $container = Start-Script 'sleep 300'
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $container | Watch-OciContainer -Timeout 300ms | Should -BeNullOrEmpty
        $watch.ElapsedMilliseconds | Should -BeGreaterOrEqual 290
        $stopper = Start-ThreadJob { param($container, $module) Import-Module $module; $container | Stop-OciContainer -Force } -ArgumentList $container, "$repository/out/OciRuntime"
        ($container | Watch-OciContainer -Type Exited -Count 1 -Timeout 30s).ExitCode | Should -Be 137
        $stopper | Receive-Job -Wait -AutoRemoveJob
    }

    It 'EndsAtCtrlC' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({ param($module, $root) Import-Module $module; Watch-OciContainer -Root $root }).AddArgument("$repository/out/OciRuntime").AddArgument($fixture.Root)
            $run = $shell.BeginInvoke()
            $null = Wait-Until { [System.IO.Directory]::EnumerateFileSystemEntries('/proc/self/fd') | Where-Object { [System.IO.FileInfo]::new($_).LinkTarget -like '*inotify*' } }
            $shell.Stop()
            $run.IsCompleted | Should -BeTrue
            $shell.Streams.Error.Count | Should -Be 0
        }
        finally { $shell.Dispose() }
    }

    It 'RaisesEngineEvents' {
        $id = New-Id
        $global:seen = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
        $subscription = Register-EngineEvent OciRuntime.Container -Action {
            $seen.Enqueue(@{ Number = $Event.EventIdentifier; Text = "$($Event.Sender.Type) $($Event.SourceArgs[0].Id) $($Event.MessageData.Id)" })
        }
        $job = Watch-OciContainer $id -EngineEvent
        try {
            $job.State | Should -Be 'Running'
            (Get-Job -Id $job.Id).Name | Should -Be $job.Name
            $null = New-OciContainer $id $fixture.Bundle | Start-OciContainer
            Remove-OciContainer $id -Force
            Wait-Until { $seen.Count -ge 4 } | Should -BeTrue
            # In the order in which they were raised: the engine may run the actions of events that come close together in another one.
            @($seen | Sort-Object { $_.Number }).Text | Should -Be "Created $id $id", "Started $id $id", "Exited $id $id", "Deleted $id $id"
            Stop-Job $job
            $job.State | Should -Be 'Stopped'
        }
        finally {
            Remove-Job $job -Force
            Remove-Variable seen -Scope Global
            Get-EventSubscriber | Where-Object SourceIdentifier -EQ OciRuntime.Container | Unregister-Event
            Remove-Job $subscription -Force
        }
        [System.IO.Directory]::EnumerateFileSystemEntries('/proc/self/fd') | Where-Object { [System.IO.FileInfo]::new($_).LinkTarget -like '*inotify*' } | Should -BeNullOrEmpty
    }

    It 'TheJobCompletesAfterItsCount' {
        $id = New-Id
        $job = Watch-OciContainer $id -EngineEvent -Count 1
        $null = New-OciContainer $id $fixture.Bundle
        ($job | Wait-Job -Timeout 20).State | Should -Be 'Completed'
        Remove-Job $job
    }

    It 'HasATable' {
        $container = Start-Script 'sleep 0.5; exit 4'
        $lines = @(Get-Screen { $container | Watch-OciContainer -Count 1 })
        $lines[0] | Should -Match '^Time\s+Type\s+Id\s+Pid\s+ExitCode\s+Command$'
        $lines[2] | Should -Match "^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s+Exited\s+$($container.Id)\s+\d+\s+4\s+sh -c"
    }
}
