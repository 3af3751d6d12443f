# What a native command would do, and Invoke-OciContainer and Invoke-OciContainerCommand do as well.

BeforeDiscovery {
    $taking = Get-ChildItem "$PSScriptRoot/../../../docs/help/*-*.md" | Where-Object { (Get-Content -Raw $_) -match '(?m)^### InputObject$' } | ForEach-Object BaseName
}

BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    $other = "$($fixture.Work)/other"
    New-OciBundle $other -Busybox -Spec (New-OciSpec cat, /whoami) | Out-Null
    [System.IO.File]::WriteAllText("$other/rootfs/whoami", "the other bundle`n")
    $sleeping = (Start-Script 'sleep 300').Id
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Bundle' {
    It 'PipedDirectoryIsTheBundleBesideASpec' {
        Push-Location $fixture.Bundle
        try { Get-Item $other | Invoke-OciContainer (New-Id) -Spec (New-OciSpec cat, /whoami) | Should -Be 'the other bundle' }
        finally { Pop-Location }
    }

    It 'PipedBundleObjectIsTheBundleBesideASpec' {
        Push-Location $fixture.Bundle
        try { [pscustomobject]@{ Bundle = $other } | Invoke-OciContainer (New-Id) -Spec (New-OciSpec cat, /whoami) | Should -Be 'the other bundle' }
        finally { Pop-Location }
    }

    It 'EmptyPipelineRunsNothing' {
        Push-Location $other
        try { @() | Invoke-OciContainer (New-Id) | Should -BeNullOrEmpty }
        finally { Pop-Location }
    }

    It 'NamedBundleLeavesThePipelineToStandardInput' {
        Get-Item $other | Invoke-OciContainer (New-Id) $fixture.Bundle -Command cat | Should -Be $other
    }
}

Describe 'InputObject' {
    It 'IsRefusedBesideAnIdBy<_>' -ForEach 'Remove-OciContainer', 'Stop-OciContainer', 'Suspend-OciContainer', 'Resume-OciContainer', 'Start-OciContainer', 'Wait-OciContainer',
        'Send-OciContainerSignal', 'Get-OciContainerProcess', 'Get-OciContainerLog', 'Set-OciContainerResource' {
        $failure = $null
        $more = @{}
        if ($_ -eq 'Set-OciContainerResource') { $more.Pids = 50 }
        if ($_ -eq 'Send-OciContainerSignal') { $more.Signal = 'USR1' }
        Get-OciContainer $sleeping | & $_ (New-Id) @more -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'InputObjectNotBound,*'
        (Get-OciContainer $sleeping).Status | Should -Be 'Running'
    }
}

Describe 'InputObject by name' {
    # Each cmdlet that takes one, and what else it must have.
    It 'IsEnoughFor<_>' -ForEach $taking {
        $more = @{ 'Set-OciContainerResource' = @{ Pids = 50 }; 'Send-OciContainerSignal' = @{ Signal = 'WINCH' }; 'Wait-OciContainer' = @{ Status = 'Running' } }[$_] ?? @{}
        if ((Get-Command $_).Parameters.ContainsKey('WhatIf')) { $more.WhatIf = $true }
        if ((Get-Command $_).Parameters.ContainsKey('Follow')) { $more.Tail = 1 }
        $container = Get-OciContainer $sleeping
        { & $_ -InputObject $container @more -ErrorAction Stop } | Should -Not -Throw
        (Get-OciContainer $sleeping).Status | Should -Be 'Running'
    }

    It 'HasTheRootOfTheObject' {
        $container = Get-OciContainer $sleeping
        (Get-OciContainerProcess -InputObject $container -Root /nowhere).Count | Should -BeGreaterThan 0
    }
}

Describe 'Output' {
    It 'LongLineIsWhole' {
        (Invoke-OciContainer (New-Id) $fixture.Bundle -Command sh, -c, "head -c 30000000 /dev/zero | tr '\0' a").Length | Should -Be 30000000
    }

    It 'IsReadToItsEndHoweverLateItIsTaken' {
        $count = 0
        Invoke-OciContainer (New-Id) $fixture.Bundle -Command seq, 5000 | ForEach-Object {
            if ($count++ -eq 0) { [System.Threading.Thread]::Sleep(1600) }
        }
        $count | Should -Be 5000
    }

    It 'OfAnExecIsReadToItsEndHoweverLateItIsTaken' {
        $count = 0
        Invoke-OciContainerCommand $sleeping seq 5000 | ForEach-Object {
            if ($count++ -eq 0) { [System.Threading.Thread]::Sleep(1600) }
        }
        $count | Should -Be 5000
    }

    It 'OfAProgramLeftBehindByAnExecIsReadToo' {
        Invoke-OciContainerCommand $sleeping -Command sh, -c, '(sleep 1; echo late) & echo early' | Should -Be @('early', 'late')
    }

    # Without a pid namespace of its own nothing but the end of the container ends its children.
    It 'OfAProgramThatOutlivesTheContainersInitEndsWithTheContainer' {
        $spec = New-OciSpec -Args sh, -c, 'sleep 300 & echo started' -Namespace mount, uts, ipc, network
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec | Should -Be 'started'
    }

    It 'FlowsWhileInputFlows' {
        $lines = @(1..20000 | Invoke-OciContainer (New-Id) $fixture.Bundle -Command cat)
        $lines.Count | Should -Be 20000
        $lines[-1] | Should -Be '20000'
    }

    It 'IsBytesWithAsByteStream' {
        $bytes = @(Invoke-OciContainer (New-Id) $fixture.Bundle -AsByteStream -Command cat, /bin/busybox)
        $bytes | Should -BeOfType ([byte[]])
        $all = [System.IO.MemoryStream]::new()
        foreach ($chunk in $bytes) { $all.Write($chunk, 0, $chunk.Length) }
        [System.Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($all.ToArray())) | Should -Be (Get-FileHash /bin/busybox).Hash
    }

    It 'GoesToAFileByteForByte' {
        $file = "$($fixture.Work)/copy"
        Invoke-OciContainerCommand $sleeping -OutFile $file -Command cat, /bin/busybox | Should -BeNullOrEmpty
        (Get-FileHash $file).Hash | Should -Be (Get-FileHash /bin/busybox).Hash
        Invoke-OciContainer (New-Id) $fixture.Bundle -OutFile $file -Command echo, short
        [System.IO.File]::ReadAllText($file) | Should -Be "short`n"
    }

    It 'HasTheEncodingThatWasNamed' {
        'é' | Invoke-OciContainerCommand $sleeping -Encoding latin1 -Command sh, -c, 'cat | od -An -tx1' | Should -Be ' e9 0a'
        Invoke-OciContainerCommand $sleeping -Encoding latin1 -Command printf, '\351\n' | Should -Be 'é'
        { Invoke-OciContainerCommand $sleeping -Encoding nonsense -Command ls } | Should -Throw -ExpectedMessage '*is not an encoding*'
    }
}

Describe 'StandardInput' {
    It 'IsBytesAsTheyAre' {
        [byte[]](0, 255, 10, 13) | Invoke-OciContainerCommand $sleeping -Command sh, -c, 'cat | od -An -tx1' | Should -Be ' 00 ff 0a 0d'
        , [System.IO.File]::ReadAllBytes('/bin/busybox') | Invoke-OciContainerCommand $sleeping -Command sha256sum |
            Should -Be "$((Get-FileHash /bin/busybox).Hash.ToLower())  -"
    }

    It 'HasEachObjectBeforeTheNextIsMade' {
        $file = "/tmp/$(New-Id)"
        & {
            'first'
            Wait-Until { [System.IO.File]::Exists("$($fixture.Bundle)/rootfs$file") }
        } | Invoke-OciContainerCommand $sleeping -Command sh, -c, "read a; echo `$a; echo > $file; cat" | Should -Be @('first', 'True')
    }

    It 'ThatIsNotReadStopsNothing' {
        1..30000 | Invoke-OciContainerCommand $sleeping -Command head, -n, 1 | Should -Be '1'
        $LASTEXITCODE | Should -Be 0
    }
}

Describe 'ExitCode' {
    It 'DecidesWhatFollows' {
        (Invoke-OciContainer (New-Id) $fixture.Bundle -Command false && 'next') | Should -BeNullOrEmpty
        (Invoke-OciContainer (New-Id) $fixture.Bundle -Command false || 'other') | Should -Be 'other'
        (Invoke-OciContainerCommand $sleeping sh, -c, 'echo warning >&2' 2>$null && 'next') | Should -Be 'next'
        (Invoke-OciContainerCommand $sleeping false && 'next') | Should -BeNullOrEmpty
    }

    It 'OtherThan0IsNoErrorRecord' {
        $before = $Error.Count
        $failure = $null
        Invoke-OciContainerCommand $sleeping false -ErrorVariable failure
        $? | Should -BeFalse
        $failure | Should -BeNullOrEmpty
        $Error.Count | Should -Be $before
        $LASTEXITCODE | Should -Be 1
    }

    It 'IsAnErrorByThePreferenceForNativeCommands' {
        $PSNativeCommandUseErrorActionPreference = $true
        $ErrorActionPreference = 'Stop'
        { Invoke-OciContainerCommand $sleeping false } | Should -Throw -ErrorId 'NonZeroExitCode,*'
        { Invoke-OciContainerCommand $sleeping sh, -c, 'echo a >&2' 2>$null } | Should -Not -Throw
    }
}

Describe 'StandardError' {
    It 'IsTheTextAsItCame' {
        Invoke-OciContainer (New-Id) $fixture.Bundle -Command sh, -c, 'echo one >&2; echo two >&2' *>&1 | Out-String | Should -Be "one`ntwo`n"
        $file = "$($fixture.Work)/errors"
        Invoke-OciContainer (New-Id) $fixture.Bundle -Command sh, -c, 'echo one >&2; echo two >&2' 2>$file
        [System.IO.File]::ReadAllText($file) | Should -Be "one`ntwo`n"
    }

    It 'EndsNothingWithErrorActionStop' {
        Invoke-OciContainer (New-Id) $fixture.Bundle -ErrorAction Stop -Command sh, -c, 'echo one >&2; echo out' 2>$null | Should -Be 'out'
        $ErrorActionPreference = 'Stop'
        Invoke-OciContainerCommand $sleeping sh, -c, 'echo one >&2; echo out' 2>$null | Should -Be 'out'
    }

    It 'FailureToStartEndsWithErrorActionStop' {
        { Invoke-OciContainer (New-Id) $fixture.Bundle -ErrorAction Stop -Command no-such-program } | Should -Throw -ErrorId 'CommandNotFound,*'
    }
}

Describe 'Words of the command' {
    It 'AbbreviatedParameterAfterTheCommandIsRefused' {
        { Invoke-OciContainerCommand $sleeping ls -d /bin } | Should -Throw -ErrorId 'WordBecameParameter,*' -ExpectedMessage '*-- COMMAND*'
        { Invoke-OciContainerCommand $sleeping cp -v } | Should -Throw
        { Invoke-OciContainerCommand $sleeping find / -name busybox } | Should -Throw -ErrorId 'WordBecameParameter,*'
        { Invoke-OciContainer (New-Id) $fixture.Bundle ls -tt /bin } | Should -Throw -ErrorId 'WordBecameParameter,*'
        { Invoke-OciContainer (New-Id) $fixture.Bundle -Command ls -tt } | Should -Throw -ErrorId 'WordBecameParameter,*'
        # One that fits several parameters is the engine's own error.
        { Invoke-OciContainer (New-Id) $fixture.Bundle ls -d /bin } | Should -Throw -ErrorId 'AmbiguousParameter,*'
        { New-OciSpec ls -verb } | Should -Throw -ErrorId 'WordBecameParameter,*'
    }

    It 'AbbreviatedParameterOfSplattedWordsIsRefused' {
        function Invoke-Inside { Invoke-OciContainerCommand $sleeping @args }
        { Invoke-Inside ls -d /bin } | Should -Throw -ErrorId 'WordBecameParameter,*'
        Invoke-Inside echo one two | Should -Be 'one two'
    }

    It 'WordsAfterTwoDashesAreTheCommands' {
        Invoke-OciContainerCommand $sleeping -- ls -d /bin | Should -Be '/bin'
        Invoke-OciContainer (New-Id) $fixture.Bundle -- ls -d /bin | Should -Be '/bin'
        (New-OciSpec -- ls -d /bin).Process.Args | Should -Be @('ls', '-d', '/bin')
    }

    It 'WordsOfAnArrayAreTheCommands' {
        Invoke-OciContainerCommand $sleeping -Command ls, -d, /bin | Should -Be '/bin'
        $words = 'ls', '-d', '/bin'
        Invoke-OciContainerCommand $sleeping $words | Should -Be '/bin'
    }

    It 'FullParameterAfterTheCommandIsTheCmdlets' {
        Invoke-OciContainerCommand $sleeping id, -u -User 1000 | Should -Be '1000'
        Invoke-OciContainer (New-Id) -Command id, -u -bundle $fixture.Bundle | Should -Be '0'
    }

    It 'ParameterBeforeTheCommandMayBeShort' {
        Invoke-OciContainerCommand -Us 1000 $sleeping id, -u | Should -Be '1000'
    }

    It 'ArgumentMayBeEmpty' {
        Invoke-OciContainer (New-Id) $fixture.Bundle -Command sh, -c, 'echo $#', x, '' | Should -Be '1'
        Invoke-OciContainerCommand $sleeping -Command sh, -c, 'echo $#', x, '', '' | Should -Be '2'
        (New-OciSpec sh, '').Process.Args | Should -Be @('sh', '')
    }
}

Describe 'Ctrl+C' {
    BeforeAll {
        # Runs a script in a runspace of its own, stops it as Ctrl+C does once a file is there, and waits for its end.
        function Stop-Script([string] $Script, [string] $Ready) {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$((Get-Module OciRuntime).Path)'; `$PSDefaultParameterValues['*-Oci*:Root'] = '$($fixture.Root)'; $Script")
                $running = $shell.BeginInvoke()
                Wait-Until { [System.IO.File]::Exists($Ready) } | Should -BeTrue -Because "$($shell.Streams.Error.ReadAll())"
                $shell.Stop()
                $running.IsCompleted | Should -BeTrue
            }
            finally { $shell.Dispose() }
        }
    }

    It 'IsSigintFirstForInvokeOciContainer' {
        $id = New-Id
        $inside = "$($fixture.Bundle)/rootfs/tmp/$id"
        Stop-Script "Invoke-OciContainer $id '$($fixture.Bundle)' -Command sh, -c, 'trap ""echo int > /tmp/$id.signal; exit 3"" INT; touch /tmp/$id; sleep 300'" $inside
        [System.IO.File]::ReadAllText("$inside.signal") | Should -Be "int`n"
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'IsSigintFirstForInvokeOciContainerCommand' {
        $id = New-Id
        $inside = "$($fixture.Bundle)/rootfs/tmp/$id"
        Stop-Script "Invoke-OciContainerCommand $sleeping -Command sh, -c, 'trap ""echo int > /tmp/$id.signal; exit 3"" INT; touch /tmp/$id; sleep 300'" $inside
        [System.IO.File]::ReadAllText("$inside.signal") | Should -Be "int`n"
        (Get-OciContainer $sleeping).Status | Should -Be 'Running'
    }

    It 'IsSigintFirstForTraceOciSyscall' {
        $id = New-Id
        $inside = "$($fixture.Bundle)/rootfs/tmp/$id"
        Stop-Script "Trace-OciSyscall $id '$($fixture.Bundle)' -Command sh, -c, 'trap ""echo int > /tmp/$id.signal; exit 3"" INT; touch /tmp/$id; sleep 300'" $inside
        [System.IO.File]::ReadAllText("$inside.signal") | Should -Be "int`n"
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }

    It 'EndsWhatHeedsNoSignal' {
        $id = New-Id
        $inside = "$($fixture.Bundle)/rootfs/tmp/$id"
        Stop-Script "Invoke-OciContainer $id '$($fixture.Bundle)' -Command sh, -c, 'trap """" INT TERM; touch /tmp/$id; sleep 300'" $inside
        Get-OciContainer "$id*" | Should -BeNullOrEmpty
        Get-CgroupOf $id | Should -BeNullOrEmpty
    }
}
