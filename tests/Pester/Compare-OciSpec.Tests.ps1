BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Compare-OciSpec' {
    It 'SaysNothingOfEqualOnes' {
        Compare-OciSpec (New-OciSpec) (New-OciSpec) | Should -BeNullOrEmpty
    }

    It 'NamesThePlace' {
        $before = New-OciSpec sh -Env A=1, B=2
        $after = $before | Set-OciProcess sleep, 1 -Env A=3 -Cwd /tmp | Add-OciMount tmpfs:/x | Set-OciResource -Memory 1m | Remove-OciNamespace ipc
        $found = $after | Compare-OciSpec $before
        $found | ForEach-Object { "$($_.Change) $($_.Pointer)" } | Sort-Object | Should -Be @(
            'Added /linux/resources/memory', "Added /mounts/$($before.Mounts.Count)", 'Changed /process/args', 'Changed /process/cwd',
            "Changed /process/env/$($before.Process.Env.IndexOf('A=1'))", "Removed /linux/namespaces/$($before.Linux.Namespaces.FindIndex({ $args[0].Type -eq 'ipc' }))" | Sort-Object)
        $variable = $found | Where-Object Pointer -Like /process/env/*
        $variable.Reference, $variable.Difference | Should -Be 'A=1', 'A=3'
        "$variable" | Should -BeLike '*A=1 became A=3'
    }

    It 'AMountInBetweenMovesNothing' {
        $before = New-OciSpec
        $after = New-OciSpec
        $after.Mounts.Insert(1, '/a:/b')
        @(Compare-OciSpec $before $after) | ForEach-Object { "$($_.Change) $($_.Pointer)" } | Should -Be 'Added /mounts/1'
    }

    It 'OrderCountsWhereItMeansSomething' {
        $after = New-OciSpec
        $after.Mounts.Reverse()
        $after.Process.Capabilities.Bounding.Reverse()
        $after.Linux.Namespaces.Reverse()
        @(Compare-OciSpec (New-OciSpec) $after) | ForEach-Object { "$($_.Change) $($_.Pointer)" } | Should -Be 'Reordered /mounts'
    }

    It 'TakesWhatTravelled' {
        $travelled = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((New-OciSpec -Hostname other), 12))
        @($travelled | Compare-OciSpec (New-OciSpec)).Pointer | Should -Be '/hostname'
    }
}
