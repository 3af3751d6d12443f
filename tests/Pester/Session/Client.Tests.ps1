# A PowerShell that ends while it runs a container or a process in the foreground, in ways that leave it no time for anything.
BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    $session = "Import-Module '$repository/out/OciRuntime'; `$PSDefaultParameterValues['*-Oci*:Root'] = '$($fixture.Root)'; "

    # Another PowerShell, its number, and its lines as they come. Signals that the tests' caller ignores are not ignored there.
    function Start-Client([string] $Command) {
        $arguments = @('--default-signal=HUP,INT,QUIT,TERM') + $Pwsh + @('-NoProfile', '-Command', "`$PID; $session$Command")
        $start = [System.Diagnostics.ProcessStartInfo]::new('env', [string[]]$arguments)
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $process = [System.Diagnostics.Process]::Start($start)
        [pscustomobject]@{ Process = $process; Id = [int](Read-Line $process) }
    }

    function Read-Line($Process) {
        $line = $Process.StandardOutput.ReadLineAsync()
        if (-not $line.Wait(60000)) { $Process.Kill($true); throw 'the process printed nothing' }
        $line.Result
    }

    function Stop-Client($Client, [string] $Signal) {
        kill "-$Signal" $Client.Id
        $Client.Process.WaitForExit(60000) | Should -BeTrue
        $Client.Process.Dispose()
    }

    # Processes by a test of their /proc directory.
    function Find-Process([scriptblock] $Test) {
        foreach ($directory in [System.IO.Directory]::GetDirectories('/proc') -match '/\d+$') {
            try { if (& $Test $directory) { [int][System.IO.Path]::GetFileName($directory) } }
            catch { continue } # it has ended
        }
    }

    function Find-Leash([int] $Client) {
        Find-Process { param($Directory) [System.IO.File]::ReadAllText("$Directory/stat") -match "^\d+ \(oci-leash\) \S $Client " }
    }

    function Find-Command([string] $CommandLine) {
        Find-Process { param($Directory) [System.IO.File]::ReadAllText("$Directory/cmdline").TrimEnd([char]0).Replace([char]0, ' ') -eq $CommandLine }
    }

    function Test-Gone([int] $Id) { -not [System.IO.Directory]::Exists("/proc/$Id") }

    # Processes, cgroups, mounts and state of a container, and the process beside its client.
    function Assert-NothingLeft([string] $Id, [int] $Leash) {
        Wait-Until { Test-Gone $Leash } | Should -BeTrue -Because 'the leash ends'
        Get-OciContainer "$Id*" | Should -BeNullOrEmpty
        [System.IO.Directory]::Exists("$($fixture.Root)/$Id") | Should -BeFalse -Because 'its state directory is removed'
        Get-Leftover $Id $fixture.Work | Should -BeNullOrEmpty
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Client' {
    It 'ContainerEndsWithAClientThatGets<_>' -ForEach 'HUP', 'TERM', 'KILL' {
        $id = New-Id
        $client = Start-Client "Invoke-OciContainer $id $($fixture.Bundle) -Command sh, -c, 'sleep 300 & echo ready; wait'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        $leash | Should -HaveCount 1
        Stop-Client $client $_
        Assert-NothingLeft $id $leash
    }

    It 'TracedContainerEndsWithItsClient' {
        $id = New-Id
        $client = Start-Client "Trace-OciSyscall $id $($fixture.Bundle) -Command sh, -c, 'echo ready; exec sleep 300'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        $leash | Should -HaveCount 1
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }

    It 'ContainerWithATerminalEndsWithItsClient' {
        $id = New-Id
        $client = Start-Client "Invoke-OciContainer $id $($fixture.Bundle) -Tty -Command sh, -c, 'trap : HUP; echo ready; while :; do sleep 1; done'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }

    It 'ProgramHasTheChanceToEndByItself' {
        $id = New-Id
        $spec = "(New-OciSpec sh, -c, 'trap ''echo bye >/tmp/bye; exit'' TERM; echo ready; while :; do sleep 0.1; done' -Mount $($fixture.Work):/tmp)"
        $client = Start-Client "Invoke-OciContainer $id $($fixture.Bundle) -Spec $spec"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
        "$($fixture.Work)/bye" | Should -FileContentMatchExactly '^bye$'
    }

    It 'ContainerThatTakesNoNoticeEnds' {
        $id = New-Id
        $client = Start-Client "Invoke-OciContainer $id $($fixture.Bundle) -Command sh, -c, 'trap : TERM; echo ready; while :; do sleep 0.1; done'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }

    It 'PausedContainerEndsWithItsClient' {
        $id = New-Id
        $client = Start-Client "Invoke-OciContainer $id $($fixture.Bundle) -Command sh, -c, 'echo ready; sleep 300'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        Suspend-OciContainer $id
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }

    It 'WhatHidesInASessionOfItsOwnEndsWithTheHostsPids' {
        $id = New-Id
        $spec = "`$s = New-OciSpec sh, -c, 'setsid sleep 300 & echo ready; wait'; `$s.Linux.Namespaces.RemoveAll({ `$args[0].Type -eq 'pid' }) | Out-Null; "
        $client = Start-Client "${spec}Invoke-OciContainer $id $($fixture.Bundle) -Spec `$s"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }

    It 'CgroupsMadeInsideAreRemoved' {
        $id = New-Id
        $client = Start-Client "Invoke-OciContainer $id $($fixture.Bundle) -Command sh, -c, 'echo ready; sleep 300'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        foreach ($cgroup in Get-CgroupOf $id) { foreach ($below in 'a/b', 'a/c', 'd') { $null = [System.IO.Directory]::CreateDirectory("$cgroup/$below") } }
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }

    It 'ContainerThatIsBeingMadeIsRemovedInA<_>Hook' -ForEach 'CreateRuntime', 'CreateContainer' {
        $id = New-Id
        $hook = "[OciRuntime.Core.Spec.OciHook]@{ Path = '/bin/sh'; Args = 'sh', '-c', 'echo ready >&2; sleep 1; echo late >&2' }"
        $spec = "`$s = New-OciSpec sleep, 300; `$s.Hooks = @{ $_ = @($hook) }; "
        $client = Start-Client "${spec}'starting'; Invoke-OciContainer $id $($fixture.Bundle) -Spec `$s"
        Read-Line $client.Process | Should -Be 'starting'
        # Its directory is there a moment before the leash is.
        Wait-Until { ((Get-OciContainer $id -ErrorAction Ignore).Status -eq 'Creating' -or (Get-ProcessOf $id)) -and (Find-Leash $client.Id) } | Should -BeTrue
        $leash = Find-Leash $client.Id
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }

    It 'ContainerWithPoststopHooksStaysForItsRemoval' {
        $id = New-Id
        $hook = "[OciRuntime.Core.Spec.OciHook]@{ Path = '/bin/sh'; Args = 'sh', '-c', 'cat >$($fixture.Work)/poststop' }"
        $spec = "`$s = New-OciSpec sh, -c, 'echo ready; sleep 300'; `$s.Hooks = @{ Poststop = @($hook) }; "
        $client = Start-Client "${spec}Invoke-OciContainer $id $($fixture.Bundle) -Spec `$s"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        Stop-Client $client KILL
        Wait-Until { Test-Gone $leash } | Should -BeTrue
        Get-Leftover $id $fixture.Work | Should -BeNullOrEmpty
        (Get-OciContainer $id).Status | Should -Be 'Stopped'
        Remove-OciContainer $id
        "$($fixture.Work)/poststop" | Should -FileContentMatch '"status":\s*"stopped"'
    }

    It 'ExecutedProcessEndsWithItsClient<Name>AndTheContainerGoesOn' -ForEach @{ Name = ''; Tty = '' }, @{ Name = 'OnATerminal'; Tty = '-Tty' } {
        $container = Start-Script 'exec sleep 300'
        $client = Start-Client "Invoke-OciContainerCommand $($container.Id) $Tty -- sh -c 'trap : HUP; sleep 4301 & setsid sleep 4302 & echo ready; sleep 4303'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        $leash | Should -HaveCount 1
        Wait-Until { (Find-Command 'sleep 4302') -and (Find-Command 'sleep 4303') } | Should -BeTrue
        Stop-Client $client KILL
        Wait-Until { Test-Gone $leash } | Should -BeTrue
        Find-Command 'sleep 4301' | Should -BeNullOrEmpty
        Find-Command 'sleep 4303' | Should -BeNullOrEmpty
        Find-Command 'sleep 4302' | Should -HaveCount 1 -Because 'it has left the session'
        (Get-OciContainer $container.Id).Status | Should -Be 'Running'
        $container | Remove-OciContainer -Force
    }

    It 'NothingStaysBesideAClientWhoseContainerHasEnded' {
        $id = New-Id
        Invoke-OciContainer $id $fixture.Bundle -Command sh, -c, 'exit 3'
        $LASTEXITCODE | Should -Be 3
        Find-Leash $PID | Should -BeNullOrEmpty
        Get-Leftover $id $fixture.Work | Should -BeNullOrEmpty

        Invoke-OciContainer $id $fixture.Bundle -Keep -Command true
        Find-Leash $PID | Should -BeNullOrEmpty
        (Get-OciContainer $id).Status | Should -Be 'Stopped'
        Remove-OciContainer $id

        $container = Start-Script 'exec sleep 300'
        Invoke-OciContainerCommand $container.Id true
        Find-Leash $PID | Should -BeNullOrEmpty
        $container | Remove-OciContainer -Force

        Invoke-OciContainer $id "$($fixture.Work)/none" -ErrorAction Ignore
        Find-Leash $PID | Should -BeNullOrEmpty
    }

    It 'LeashIsSmallAndOutOfTheWay' {
        $id = New-Id
        $client = Start-Client "Invoke-OciContainer $id $($fixture.Bundle) -Command sh, -c, 'echo ready; sleep 300'"
        Read-Line $client.Process | Should -Be 'ready'
        $leash = Find-Leash $client.Id
        ([System.IO.File]::ReadAllText("/proc/$leash/stat") -replace '^.*\) ').Split(' ')[3] | Should -Be $leash -Because 'it leads a session of its own'
        (Get-Item "/proc/$leash/ns/pid").LinkTarget | Should -Be (Get-Item /proc/self/ns/pid).LinkTarget
        $private = [System.IO.File]::ReadAllLines("/proc/$leash/smaps_rollup") -match '^Private' | ForEach-Object { [int]($_ -replace '\D') } | Measure-Object -Sum
        $private.Sum | Should -BeLessThan 300
        kill -HUP $leash
        kill -TERM $leash
        kill -INT $leash
        Stop-Client $client KILL
        Assert-NothingLeft $id $leash
    }
}
