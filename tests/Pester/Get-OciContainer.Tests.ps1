BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Get-OciContainer' {
    It 'ShowsEveryStatus' {
        $container = New-OciContainer (New-Id) $fixture.Bundle -Spec (New-OciSpec sh, -c, 'while [ ! -e /tmp/go ]; do sleep 0.05; done')
        (Get-OciContainer $container.Id).Status | Should -Be 'Created'
        Start-OciContainer $container.Id
        (Get-OciContainer $container.Id).Status | Should -Be 'Running'
        Invoke-OciContainerCommand $container.Id touch, /tmp/go
        $null = Wait-OciContainer $container.Id -Timeout 30
        $stopped = Get-OciContainer $container.Id
        $stopped.Status | Should -Be 'Stopped'
        $stopped.ExitCode | Should -Be 0
        $stopped.Pid | Should -Be 0
    }

    It 'UnknownIdIsANonTerminatingError' {
        $id = New-Id
        $null = New-OciContainer $id $fixture.Bundle
        $failure = $null
        $found = @(Get-OciContainer 'nobody', $id -ErrorVariable failure -ErrorAction SilentlyContinue)
        $found.Count | Should -Be 1
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'ContainerNotFound,OciRuntime.PowerShell.Commands.GetOciContainerCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure[0].TargetObject | Should -Be 'nobody'
    }

    It 'WildcardThatFitsNothingIsSilent' {
        $failure = $null
        Get-OciContainer 'nobody*' -ErrorVariable failure | Should -BeNullOrEmpty
        $failure | Should -BeNullOrEmpty
    }

    It 'IdsAreCaseSensitive' {
        $id = New-Id lower
        $null = New-OciContainer $id $fixture.Bundle
        Get-OciContainer "$($id.ToUpperInvariant())*" | Should -BeNullOrEmpty
        { Get-OciContainer $id.ToUpperInvariant() -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound,OciRuntime.PowerShell.Commands.GetOciContainerCommand'
    }

    It 'StatusFilters' {
        $container = Start-Script 'sleep 300'
        (Get-OciContainer -Status Running).Id | Should -Contain $container.Id
        (Get-OciContainer -Status Stopped).Id | Should -Not -Contain $container.Id
    }

    It 'EmptyRootIsSilent' {
        Get-OciContainer -Root "$($fixture.Work)/other" | Should -BeNullOrEmpty
    }

    It 'ToStringIsTheId' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        "$container" | Should -BeExactly $container.Id
    }

    It 'MessageNamesTheContainer' {
        $failure = $null
        # The runtime's words have an a in them, too.
        Get-OciContainer a -ErrorVariable failure -ErrorAction SilentlyContinue
        "$($failure[0])" | Should -Be 'container a does not exist'
    }

    It 'TimesAreComparable' {
        $container = New-OciContainer (New-Id) $fixture.Bundle
        $container.Created | Should -BeOfType ([DateTime])
        ([DateTime]::Now - $container.Created).TotalMinutes | Should -BeLessThan 1
        ($container.Created -gt [DateTime]::Now.AddMinutes(-1)) | Should -BeTrue
    }

    It 'JsonHasNoEmptyName' {
        # ConvertFrom-Json refuses one.
        New-OciContainer (New-Id) $fixture.Bundle | ConvertTo-Json -Depth 3 | Should -Not -Match '"":'
    }

    It 'FilterSelects' {
        $with = (New-OciContainer (New-Id) $fixture.Bundle -Annotation @{ role = 'web'; empty = '' }).Id
        $without = (New-OciContainer (New-Id) $fixture.Bundle -Unsupervised).Id
        (Get-OciContainer -Filter annotation=role).Id | Should -Be $with
        (Get-OciContainer -Filter annotation=role=W*).Id | Should -Be $with
        Get-OciContainer -Filter annotation=role=db | Should -BeNullOrEmpty
        (Get-OciContainer -Filter status=created, supervised=false).Id | Should -Be $without
        (Get-OciContainer -Filter "bundle=*$($fixture.Work)*", "id=$without").Id | Should -Be $without
        { Get-OciContainer -Filter nonsense=1 } | Should -Throw -ExpectedMessage '*is not a filter*'
        { Get-OciContainer -Filter status } | Should -Throw -ExpectedMessage '*is not a filter*'
    }
}
