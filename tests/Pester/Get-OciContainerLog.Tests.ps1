BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
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
        $file = "$($fixture.Root)/$($container.Id)/log"
        $hour = 0
        $lines = [System.IO.File]::ReadAllLines($file) | ForEach-Object { $hour++; "2026-01-01T0${hour}:00:00.000000000Z$($_.Substring($_.IndexOf(' ')))" }
        [System.IO.File]::WriteAllText($file, ($lines -join "`n") + "`n")
        (Get-OciContainerLog $container.Id -Since '2026-01-01T02:00:00Z').Line | Should -Be @('two', 'three')
        (Get-OciContainerLog $container.Id -Since '2026-01-01T02:00:01Z').Line | Should -Be @('three')
        Get-OciContainerLog $container.Id -Since 1s | Should -BeNullOrEmpty
        (Get-OciContainerLog $container.Id).Count | Should -Be 3
    }
}
