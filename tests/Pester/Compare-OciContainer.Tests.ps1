BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture

    function Start-Spec($Spec) { New-OciContainer (New-Id) $fixture.Bundle -Spec $Spec | Start-OciContainer -PassThru }

    # Writes to the file of the container's cgroup that this machine's layout has.
    function Set-CgroupFile($Container, [string[]] $Name, [string] $Value) {
        foreach ($directory in $Container.CgroupPaths.Values) {
            foreach ($file in $Name) {
                if (Test-Path "$directory/$file") { [System.IO.File]::WriteAllText("$directory/$file", $Value); return $file }
            }
        }
    }

    # By a process of the host in the container's namespaces; the busybox there has mount too.
    function Invoke-Mount($Container) { & nsenter --target $Container.Pid --mount --pid --root /bin/busybox @args }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Compare-OciContainer' {
    It 'NothingOfAnUntouchedOneDiffers: <Name>' -ForEach @(
        @{ Name = 'default'; Make = { New-OciSpec sleep, 300 } }
        @{ Name = 'limits and mounts'; Make = { New-OciSpec sleep, 300 -Memory 64m -Pids 20 -Cpus 0.5 -Mount tmpfs:/scratch, "$($fixture.Work):/work:ro" | Set-OciSeccomp docker } }
        @{ Name = 'odd numbers'; Make = { New-OciSpec sleep, 300 -Memory 67108865 -Pids -1 } }
        @{ Name = 'user'; Make = {
                $spec = New-OciSpec sleep, 300
                $spec.Process.User.Uid = 1000
                $spec.Process.User.Gid = 1001
                $spec.Process.User.AdditionalGids = 7, 5, 7
                $spec.Process.NoNewPrivileges = $true
                $spec.Process.OomScoreAdj = 100
                $spec
            } }
        @{ Name = 'ambient'; Make = {
                $spec = New-OciSpec sleep, 300 | Add-OciCapability NET_RAW
                $spec.Process.User.Uid = 1000
                foreach ($set in 'Inheritable', 'Ambient') { $spec.Process.Capabilities.$set = @('CAP_NET_RAW') }
                $spec
            } }
        @{ Name = 'root without much'; Make = {
                $spec = New-OciSpec sleep, 300
                $spec.Process.NoNewPrivileges = $true
                foreach ($set in 'Effective', 'Permitted') { $spec.Process.Capabilities.$set = @('CAP_KILL') }
                $spec
            } }
        @{ Name = 'root that gets more'; Make = {
                $spec = New-OciSpec sleep, 300
                $spec.Process.NoNewPrivileges = $false
                foreach ($set in 'Effective', 'Permitted') { $spec.Process.Capabilities.$set = @('CAP_KILL') }
                $spec
            } }
        @{ Name = 'namespaces'; Make = { New-OciSpec sleep, 300 | Remove-OciNamespace ipc, network | Add-OciNamespace cgroup } }
        @{ Name = 'read-only root, mounts over mounts'; Make = {
                $spec = New-OciSpec sleep, 300 -Mount tmpfs:/tmp:ro, tmpfs:/etc, "$($fixture.Work):/etc/inner:rbind", tmpfs:/etc
                $spec.Root.Readonly = $true
                $spec
            } }
        @{ Name = 'links'; Make = { New-OciSpec sleep, 300 -Mount tmpfs:/link/scratch } }
    ) {
        $null = [System.IO.Directory]::CreateDirectory("$($fixture.Bundle)/rootfs/real")
        if (-not (Test-Path "$($fixture.Bundle)/rootfs/link")) { $null = [System.IO.File]::CreateSymbolicLink("$($fixture.Bundle)/rootfs/link", '/real') }
        $container = Start-Spec (& $Make)
        @(Compare-OciContainer $container.Id | ForEach-Object { "$_" }) | Should -BeNullOrEmpty
        $container | Remove-OciContainer -Force
    }

    It 'NothingDiffersInAUserNamespace' {
        if (-not (Test-OciHost 'namespace user' -Quiet)) { Set-ItResult -Skipped -Because 'this kernel has no user namespaces'; return }
        $spec = New-OciSpec sleep, 300 | Add-OciNamespace user
        $spec.Linux.UidMappings = @(@{ containerID = 0; hostID = 100000; size = 65536 })
        $spec.Linux.GidMappings = @(@{ containerID = 0; hostID = 100000; size = 65536 })
        $spec.Process.User.Uid = 12
        try { $container = Start-Spec $spec }
        catch { Set-ItResult -Skipped -Because "no container in a user namespace here: $_"; return }
        @(Compare-OciContainer $container.Id | ForEach-Object { "$_" }) | Should -BeNullOrEmpty
        $container | Remove-OciContainer -Force
    }

    It 'ALimitThatSomebodyChangedIsNamed' {
        $container = Start-Spec (New-OciSpec sleep, 300 -Memory 64m -Pids 20)
        $memory = Set-CgroupFile $container 'memory.max', 'memory.limit_in_bytes' 134217728
        $null = Set-CgroupFile $container pids.max 30
        $found = @(Compare-OciContainer $container.Id)
        $found | Should -BeOfType OciRuntime.Core.Observe.OciContainerDifference
        $found.Property | Sort-Object | Should -Be ($memory, 'pids.max' | Sort-Object)
        $limit = $found | Where-Object Property -EQ $memory
        $limit.Id | Should -Be $container.Id
        $limit.Expected, $limit.Actual, $limit.SpecPointer | Should -Be '67108864', '134217728', '/linux/resources/memory/limit'
        # What the runtime changes is the configuration then.
        Set-OciContainerResource $container.Id -Memory 96m -Pids 40
        @(Compare-OciContainer $container.Id | ForEach-Object { "$_" }) | Should -BeNullOrEmpty
        $container | Remove-OciContainer -Force
    }

    It 'ALimitOfTheProcessIsNamed' {
        $container = Start-Spec (New-OciSpec sleep, 300)
        $limit = $container | Get-OciContainer | ForEach-Object { (Import-OciSpec -Bundle $fixture.Bundle).Process.Rlimits | Where-Object Type -EQ RLIMIT_NOFILE }
        & prlimit --pid $container.Pid --nofile=77:88
        [System.IO.File]::WriteAllText("/proc/$($container.Pid)/oom_score_adj", '300')
        $found = @(Compare-OciContainer $container.Id)
        "$found" | Should -Be "RLIMIT_NOFILE: expected $($limit.Soft):$($limit.Hard), is 77:88"
        $found.SpecPointer | Should -Be /process/rlimits/0
        $container | Remove-OciContainer -Force
    }

    It 'AMountThatIsGoneChangedOrNewIsNamed' {
        $container = Start-Spec (New-OciSpec sleep, 300 -Mount tmpfs:/scratch, "$($fixture.Work):/work:ro", tmpfs:/gone)
        Invoke-Mount $container umount /gone
        Invoke-Mount $container mount -o 'remount,bind,rw' /work
        Invoke-Mount $container mount -t tmpfs more /tmp
        Invoke-Mount $container umount /proc/kcore 2>$null
        $found = @(Compare-OciContainer $container.Id)
        $gone = $found | Where-Object Property -EQ 'mount /gone'
        $gone.Actual | Should -Be 'not mounted'
        $gone.Expected | Should -BeLike 'tmpfs *'
        ($found | Where-Object Property -EQ 'mount /work').Expected | Should -Match '\bro\b'
        ($found | Where-Object Property -EQ 'mount /work').Actual | Should -Match '\brw\b'
        ($found | Where-Object Property -EQ 'mount /tmp').Actual | Should -Be 'tmpfs more'
        ($found | Where-Object Property -EQ 'mount /scratch') | Should -BeNullOrEmpty
        if (Test-Path /proc/kcore) { ($found | Where-Object Property -EQ 'mount /proc/kcore').Actual | Should -Be 'not mounted' }
        $container | Remove-OciContainer -Force
    }

    It 'AProcessThatIsInAnotherCgroupIsNamed' {
        $container = Start-Spec (New-OciSpec sleep, 300)
        $own = $container.CgroupPaths.Values | Sort-Object -Unique
        $others = foreach ($directory in $own) {
            $other = "$([System.IO.Path]::GetDirectoryName($directory))/$($container.Id)-other"
            if (-not (Test-Path $other)) { $null = [System.IO.Directory]::CreateDirectory($other) }
            foreach ($file in 'cpuset.cpus', 'cpuset.mems') {
                if ((Test-Path "$other/tasks") -and (Test-Path "$other/$file")) { [System.IO.File]::WriteAllText("$other/$file", [System.IO.File]::ReadAllText("$directory/$file")) }
            }
            [System.IO.File]::WriteAllText("$other/cgroup.procs", "$($container.Pid)")
            $other
        }
        try {
            $found = Compare-OciContainer $container.Id | Where-Object Property -EQ cgroup
            $found.Actual | Should -BeLike "*$($container.Id)-other*"
        }
        finally {
            foreach ($directory in $own) { [System.IO.File]::WriteAllText("$directory/cgroup.procs", "$($container.Pid)") }
            foreach ($other in $others) { [System.IO.Directory]::Delete($other) }
            $container | Remove-OciContainer -Force
        }
    }

    It 'WhatAProgramDoesToItselfIsNamed' {
        $spec = New-OciSpec sh, -c, 'ulimit -n 50; exec setpriv --nnp sleep 300'
        $spec.Process.NoNewPrivileges = $false
        $container = Start-Spec $spec
        Wait-Until { (Get-Content "/proc/$($container.Pid)/cmdline") -like '*sleep*' -and (Get-Content "/proc/$($container.Pid)/cmdline") -notlike '*setpriv*' } | Should -BeTrue
        (Compare-OciContainer $container.Id).Property | Should -Contain RLIMIT_NOFILE
        (Compare-OciContainer $container.Id | Where-Object Property -EQ no_new_privs).Actual | Should -Be set
        $container | Remove-OciContainer -Force
    }

    It 'OneWhoseProgramDoesNotRunIsAnError' {
        $created = New-OciContainer (New-Id) $fixture.Bundle
        $failure = Get-Failure { Compare-OciContainer $created.Id }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
        (Get-Failure { Compare-OciContainer none }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        # A pattern means those that run.
        Compare-OciContainer * | Should -BeNullOrEmpty
        $created | Remove-OciContainer -Force
    }

    It 'IsATableOfWhatDiffers' {
        $container = Start-Spec (New-OciSpec sleep, 300)
        & prlimit --pid $container.Pid --nofile=77:88
        $lines = @(Get-Screen { $container | Compare-OciContainer } -Width 80)
        $lines[0] | Should -Match '^Id\s+Property\s+Expected\s+Actual$'
        $lines[2] | Should -Match '\sRLIMIT_NOFILE\s+\S+\s+77:88$'
        $container | Remove-OciContainer -Force
    }
}
