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

    It 'StatusAndExitCodesHaveColorsWhereColorsAreShown' {
        $running = Start-OciContainer $id -PassThru
        $ended = New-Ended
        $rendering = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $green, $red, $end = $PSStyle.Foreground.Green, $PSStyle.Foreground.Red, $PSStyle.Reset
            $text = $running, (Get-OciContainer $ended.Id) | Out-String -Width 160
            $text.Contains("${green}Running$end") | Should -BeTrue
            $text.Contains("${red}3$end") | Should -BeTrue
            $text | Should -Match '\bStopped\b'
            ($ended | Out-String).Contains("${red}3$end") | Should -BeTrue
            ([OciRuntime.PowerShell.Formats.ViewColor]::ExitCode(0, $PSStyle)) | Should -BeExactly "${green}0$end"
            # The columns stand where they stand without colours.
            $plain = $text -replace '\e\[[\d;]*m'
            $PSStyle.OutputRendering = 'PlainText'
            $running, (Get-OciContainer $ended.Id) | Out-String -Width 160 | Should -BeExactly $plain
            $plain | Should -Not -Match '\e'
        }
        finally { $PSStyle.OutputRendering = $rendering }
        $command = "Import-Module '$repository/out/OciRuntime'; Get-OciContainer $id, $($ended.Id) -Root '$($fixture.Root)'"
        $lines = Invoke-Pwsh -Command $command | Where-Object { $_ -match 'Running|Stopped' }
        @($lines).Count | Should -Be 2
        $lines | Should -Not -Match '\e'
    }

    It 'FindingsHaveColorsWhereColorsAreShown' {
        $rendering = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $red, $yellow = $PSStyle.Foreground.Red, $PSStyle.Foreground.Yellow
            $text = (New-OciSpec sleep, 300 | Measure-OciSpecSecurity).Findings | Format-Table | Out-String
            $text.Contains("${red}High") | Should -BeTrue
            $text.Contains("${yellow}Medium") | Should -BeTrue
            (Test-OciSpec -Spec (New-OciSpec -Cwd relative) | Format-Table | Out-String).Contains("${red}Error") | Should -BeTrue
            (Test-OciHardening HostProcesses | Out-String).Contains("$($PSStyle.Foreground.Green)True") | Should -BeTrue
        }
        finally { $PSStyle.OutputRendering = $rendering }
    }
}
