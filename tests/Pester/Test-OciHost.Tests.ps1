BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Test-OciHost' {
    It 'IsOfThisMachine' {
        $items = Test-OciHost
        $items | Should -BeOfType OciRuntime.Core.Observe.HostItem
        ($items | Where-Object Name -EQ kernel).About | Should -Be "Linux $((Get-Content /proc/sys/kernel/osrelease).Trim())"
        ($items | Where-Object Name -EQ 'namespace time').Present | Should -Be (Test-Path /proc/self/ns/time)
        foreach ($item in $items) { [bool] $item.Hint | Should -Be (-not $item.Present) -Because $item }
    }

    It 'SaysWhatOcirunSays' {
        $theirs = & $fixture.Ocirun info --format json | ConvertFrom-Json
        Test-OciHost | ForEach-Object { "$_ $($_.Present) $($_.Required) $($_.About) $($_.Hint)" } |
            Should -Be @($theirs | ForEach-Object { "$($_.name) $($_.present) $($_.required) $($_.about) $($_.hint)" })
    }

    It 'WhatIsLackingSaysWhatBringsIt' {
        $path = $env:PATH
        try {
            $env:PATH = $fixture.Work
            $criu = Test-OciHost criu
            $criu.Present | Should -BeFalse
            $criu.Hint | Should -Be 'the package criu'
            (Test-OciHost -Missing).Name | Should -Contain newuidmap
            Test-OciHost newuidmap, kernel -Quiet | Should -BeFalse
            # No program is required.
            Test-OciHost -Quiet | Should -BeTrue
            $null = New-Item -ItemType File "$($fixture.Work)/criu"
            (Test-OciHost criu).Present | Should -BeTrue
            (Test-OciHost -Missing).Name | Should -Not -Contain criu
        }
        finally { $env:PATH = $path }
    }

    It 'ASettingThatForbidsUserNamespacesIsNamed' {
        $files = @{ 'user.max_user_namespaces' = '0'; 'kernel.unprivileged_userns_clone' = '0'; 'kernel.apparmor_restrict_unprivileged_userns' = '1' }
        $forbidding = $files.Keys | Where-Object { (Test-Path "/proc/sys/$($_.Replace('.', '/'))") -and (Get-Content "/proc/sys/$($_.Replace('.', '/'))").Trim() -eq $files[$_] }
        $item = Test-OciHost 'unprivileged user namespaces'
        $item.Present | Should -Be ((Test-Path /proc/self/ns/user) -and -not $forbidding)
        foreach ($name in $forbidding) { $item.Hint | Should -Match ([regex]::Escape($name)) }
    }

    # Each user namespace has a limit of its own.
    It 'ALimitOfNoUserNamespacesIsNamed' {
        & unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/max_user_namespaces' 2>$null
        if ($LASTEXITCODE -ne 0) { Set-ItResult -Skipped -Because 'no user namespace with a limit of its own can be made here'; return }
        $script = "Import-Module '$((Get-Module OciRuntime).ModuleBase)'; (Test-OciHost 'unprivileged user namespaces').Hint"
        & unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"' sh @Pwsh -NoProfile -NonInteractive -Command $script |
            Should -BeLike '*sysctl user.max_user_namespaces=15000*'
    }

    It 'NamesArePatternsAndAnUnknownOneIsAnError' {
        (Test-OciHost 'NAMESPACE *').Name | Should -Contain 'namespace pid'
        (Test-OciHost 'namespace *').Name | Should -Not -Contain kernel
        Test-OciHost 'nothing*' | Should -BeNullOrEmpty
        $found = Test-OciHost warp, kernel -ErrorAction SilentlyContinue -ErrorVariable failure
        $found.Name | Should -Be kernel
        @($failure).Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'HostItemNotFound,*'
        $failure[0].CategoryInfo.Category | Should -Be ObjectNotFound
        Test-OciHost warp -Quiet -ErrorAction Ignore | Should -BeFalse
    }

    It 'CompletesNames' {
        $line = 'Test-OciHost ker'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain kernel
        $line = 'Test-OciHost unpriv'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be "'unprivileged user namespaces'"
    }

    It 'IsATable' {
        $lines = @(Get-Screen { Test-OciHost kernel })
        $lines[0] | Should -Match '^Name\s+Present\s+About\s+Hint$'
        $lines[2] | Should -Match '^kernel\s+True\s+Linux \d'
    }
}
