BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    function New-Running([string] $Script = 'sleep 300', [hashtable] $Resource = @{}) {
        $spec = New-OciSpec sh, -c, $Script
        if ($Resource.Memory) { $spec.Linux.Resources.Memory = @{ Limit = $Resource.Memory } }
        if ($Resource.Pids) { $spec.Linux.Resources.Pids = @{ Limit = $Resource.Pids } }
        New-OciContainer (New-Id) $fixture.Bundle -Spec $spec | Start-OciContainer -PassThru
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciContainerStatistic' {
    It 'TellsWhatAContainerUses' {
        $container = New-Running 'while :; do :; done' @{ Memory = 64MB; Pids = 20 }
        $statistic = Get-OciContainerStatistic $container.Id
        $statistic.GetType().FullName | Should -BeExactly 'OciRuntime.Core.Observe.OciContainerStatistic'
        "$statistic" | Should -BeExactly $container.Id
        $statistic.MemoryLimit | Should -Be 64MB
        $statistic.MemoryWorkingSet | Should -BeGreaterThan 0
        $statistic.MemoryWorkingSet | Should -BeLessOrEqual $statistic.MemoryUsage
        $statistic.MemoryPercent | Should -BeGreaterThan 0
        $statistic.MemoryPercent | Should -BeLessThan 100
        $statistic.Pids | Should -BeGreaterThan 0
        $statistic.PidsLimit | Should -Be 20
        $statistic.OomKills | Should -Be 0
        $statistic.NetworkReceived | Should -Be 0
        $statistic.CpuTime | Should -BeGreaterThan ([timespan]::Zero)
        $statistic.Root | Should -BeExactly $fixture.Root
        $statistic.Detail.Cgroup.Memory.Raw.Count | Should -BeGreaterThan 5
        ([DateTime]::Now - $statistic.Time).TotalSeconds | Should -BeLessThan 60
    }

    It 'TheShareOfTheProcessorsIsThatOfTheInterval' {
        $container = New-Running 'while :; do :; done'
        $first, $second = Get-OciContainerStatistic $container.Id -Interval 300ms -Count 2
        $second.CpuTime | Should -BeGreaterThan $first.CpuTime
        $used = ($second.CpuTime - $first.CpuTime) / ($second.Time - $first.Time) * 100
        $second.CpuPercent | Should -BeGreaterThan ($used - 0.1)
        $second.CpuPercent | Should -BeLessThan ($used + 0.1)
    }

    It 'ComesByThePipeline' {
        $containers = (New-Running), (New-Running)
        ($containers | Get-OciContainerStatistic).Id | Should -Be $containers.Id
        ($containers.Id | Get-OciContainerStatistic).Id | Should -Be $containers.Id
        (Get-OciContainerStatistic $containers[0].Id | Get-OciContainer).Pid | Should -Be $containers[0].Pid
    }

    It 'RoundsHaveAllContainersAndEndWithThem' {
        $one = New-Running 'sleep 0.5'
        $two = New-Running 'sleep 1.5'
        $statistics = @($one, $two | Get-OciContainerStatistic -Interval 100ms)
        @($statistics.Id)[0, 1] | Should -Be $one.Id, $two.Id
        $ofOne, $ofTwo = ($statistics | Group-Object Id -AsHashTable)[$one.Id, $two.Id]
        $ofOne.Count | Should -BeGreaterThan 1
        $ofTwo.Count | Should -BeGreaterThan $ofOne.Count
    }

    It 'CountEndsIt' {
        $container = New-Running
        @(Get-OciContainerStatistic $container.Id -Interval 50ms -Count 3).Count | Should -Be 3
        @(Get-OciContainerStatistic $container.Id -Count 1).Count | Should -Be 1
    }

    It 'StreamsUntilCtrlC' {
        $container = New-Running
        $shell = [powershell]::Create()
        try {
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $null = $shell.AddScript({ param($module, $root, $id) Import-Module $module; Get-OciContainerStatistic $id -Root $root -Interval 50ms }).AddArgument("$repository/out/OciRuntime").AddArgument($fixture.Root).AddArgument($container.Id)
            $run = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]$null, $output)
            Wait-Until { $output.Count -ge 3 } | Should -BeTrue
            $shell.Stop()
            $run.IsCompleted | Should -BeTrue
            $shell.Streams.Error.Count | Should -Be 0
        }
        finally { $shell.Dispose() }
    }

    It 'StoppedOnesAreErrorsByNameAndLeftOutByPattern' {
        $stopped = New-Running 'exit 0'
        $null = Wait-OciContainer $stopped.Id
        $class = 'OciRuntime.PowerShell.Commands.GetOciContainerStatisticCommand'
        { Get-OciContainerStatistic $stopped.Id -ErrorAction Stop } | Should -Throw -ErrorId "ContainerNotRunning,$class" -ExpectedMessage "*$($stopped.Id)*"
        { $stopped | Get-OciContainerStatistic -Interval 1s -ErrorAction Stop } | Should -Throw -ErrorId "ContainerNotRunning,$class"
        Get-OciContainerStatistic "$($stopped.Id)*" -ErrorAction Stop | Should -BeNullOrEmpty
        { Get-OciContainerStatistic (New-Id) -ErrorAction Stop } | Should -Throw -ErrorId "ContainerNotFound,$class"
    }

    It 'AnIntervalIsLongerThanNothing' {
        { Get-OciContainerStatistic x -Interval 0 -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,OciRuntime.PowerShell.Commands.GetOciContainerStatisticCommand'
        { Get-OciContainerStatistic x -Count 0 -ErrorAction Stop } | Should -Throw
    }

    It 'HasATableWithSizesThatPeopleRead' {
        $container = New-Running 'sleep 300' @{ Memory = 64MB }
        $lines = @(Get-Screen { Get-OciContainerStatistic $container.Id } -Width 220)
        $lines[0] | Should -Match '^Id\s+CpuPercent\s+MemoryWorkingSet\s+MemoryLimit\s+MemoryPercent\s+Pids\s+IoRead\s+IoWrite\s+NetworkReceived\s+NetworkSent\s+CpuPressure\s+MemoryPressure\s+IoPressure$'
        $lines[2] | Should -Match '\s[\d.]+[KM]\s+64\.0M\s'
        (Get-Screen { Get-OciContainerStatistic $container.Id | Format-List }) -join "`n" | Should -Match '(?m)^MemoryLimit\s+: 67108864$'
    }
}
