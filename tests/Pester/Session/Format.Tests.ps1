BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    function New-Ended { New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec sh, -c, 'exit 3') | Start-OciContainer -PassThru | Wait-OciContainer }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Format' {
    BeforeEach {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        $id = $container.Id
    }

    It 'TableHasOneLineAContainer' {
        $lines = @(Get-Screen { Get-OciContainer $id })
        $lines[0] | Should -Match '^Id\s+Status\s+Pid\s+ExitCode\s+Created\s+Command$'
        $lines[2] | Should -Match "^$id\s+Created\s+\d+\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+sleep 300$"
        $lines.Count | Should -Be 3
    }

    It 'ListHasTheRest' {
        $text = (Get-Screen { Get-OciContainer $id | Format-List }) -join "`n"
        $text | Should -Match "(?m)^Bundle\s+: $($fixture.Bundle)$"
        $text | Should -Match '(?m)^Supervised\s+: True$'
    }

    It 'RuncViewIsRuncsList' {
        $lines = @(Get-Screen { Get-OciContainer $id | Format-Table -View runc })
        $lines[0] | Should -MatchExactly '^ID\s+PID\s+STATUS\s+BUNDLE\s+CREATED\s+OWNER$'
        $lines[2] | Should -MatchExactly "^$id\s+\d+\s+created\s+\S+\s+\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\s+root$"
    }

    It 'DockerViewIsDockersList' {
        $lines = @(Get-Screen { Get-OciContainer $id | Start-OciContainer -PassThru | Format-Table -View docker })
        $lines[0] | Should -MatchExactly '^CONTAINER ID\s+COMMAND\s+CREATED\s+STATUS$'
        $lines[2] | Should -MatchExactly "^$id\s+`"sleep 300`"\s+\d+ seconds? ago\s+Up \d+ seconds?$"
    }

    It 'DockerViewTellsHowItEnded' {
        (Get-Screen { New-Ended | Get-OciContainer | Format-Table -View docker })[2] | Should -Match 'Exited \(3\) \d+ seconds? ago$'
        (Get-Screen { Get-OciContainer $id | Format-Table -View docker })[2] | Should -Match 'Created$'
    }

    It 'ViewsFitAnOrdinaryTerminal: <View>' -ForEach @(@{ View = 'runc'; Title = 'CREATED' }, @{ View = 'docker'; Title = 'STATUS' }, @{ View = 'OciContainer'; Title = 'Command' }) {
        $lines = @(Get-Screen { Get-OciContainer $id | Format-Table -View $View } -Width 80)
        $lines[0].EndsWith($Title) | Should -BeTrue -Because $lines[0]
        $lines.Count | Should -Be 3
    }

    It 'ExitRecordAndPlanHaveTables' {
        $lines = @(Get-Screen { New-Ended })
        $lines[0] | Should -Match '^Id\s+ExitCode\s+Signal\s+OomKilled\s+ExitedAt$'
        $lines[2] | Should -Match "^$($fixture.Prefix)\S+\s+3\s+False\s+\d{4}-"
        (Get-Screen { Get-OciLaunchPlan x $fixture.Bundle })[0] | Should -Match '^Index\s+Name\s+SpecPointer\s+Description$'
    }

    It 'LabelsAreNamesOfProperties' {
        $views = ([xml][System.IO.File]::ReadAllText("$((Get-Module OciRuntime).ModuleBase)/OciRuntime.Format.ps1xml")).Configuration.ViewDefinitions.View
        # runc and docker have their own words.
        $own = @($views | Where-Object Name -NotIn 'runc', 'docker')
        $own.Count | Should -BeGreaterThan 15
        foreach ($view in $own) {
            # What is behind # is no type: records of one kind among others.
            $type = $view.ViewSelectedBy.TypeName -replace '#.*'
            $names = ($type -as [type]).GetProperties().Name
            $names | Should -Not -BeNullOrEmpty -Because $type
            foreach ($node in $view.SelectNodes('.//Label|.//PropertyName')) { $names -ccontains $node.InnerText | Should -BeTrue -Because "$type has no $($node.InnerText)" }
            $columns = @($view.SelectNodes('.//TableColumnHeader/Label').InnerText)
            $items = @($view.SelectNodes('.//TableColumnItem'))
            for ($i = 0; $i -lt $items.Count; $i++) {
                $shown = $items[$i].SelectSingleNode('PropertyName')
                if ($shown) { $shown.InnerText | Should -BeExactly $columns[$i] -Because $type }
                else { $items[$i].InnerText | Should -Match "\`$_\.$($columns[$i])\b" -Because $type }
            }
        }
    }

    It 'SpecIsAListOfWhatIsSet' {
        $text = (Get-Screen { New-OciSpec sh, -c, 'exit 3' -Hostname h }) -join "`n"
        $text | Should -Match "(?m)^Process\s+: sh -c 'exit 3'$"
        $text | Should -Match '(?m)^Hostname\s+: h$'
        $text | Should -Match '(?m)^Linux\s+: namespaces pid network ipc uts mount'
        $text | Should -Not -Match 'Domainname|OciRuntime\.'
        $linux = (Get-Screen { (New-OciSpec -Memory 64m -Sysctl @{ 'net.x' = 1 }).Linux }) -join "`n"
        $linux | Should -Match '(?m)^Resources\s+: memory 64m, 1 device rule$'
        $linux | Should -Match '(?m)^Sysctl\s+: net\.x=1$'
        $linux | Should -Not -Match 'Seccomp|OciRuntime\.'
        $process = (Get-Screen { (New-OciSpec).Process | Format-List }) -join "`n"
        $process | Should -Match '(?m)^User\s+: 0:0$'
        $process | Should -Not -Match 'Scheduler|OciRuntime\.'
        (Get-Screen { (New-OciSpec).Mounts })[0] | Should -Match '^Destination\s+Type\s+Source\s+Options$'
    }
}
