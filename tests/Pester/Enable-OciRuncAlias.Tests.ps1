BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Disable-OciRuncAlias
    Remove-Fixture $fixture
}

Describe 'Enable-OciRuncAlias' {
    AfterEach { Disable-OciRuncAlias }

    It 'IsTheOcirunBesideTheModule' {
        (Enable-OciRuncAlias -PassThru).Definition | Should -Be $fixture.Ocirun
        runc --version | Select-Object -First 1 | Should -BeLike '*version*'
        $LASTEXITCODE | Should -Be 0
    }

    # In a process of its own, whose streams the commands have as at a prompt: what is captured waits for a container that holds it open.
    It 'WalksAsRuncsReadmeDoes' {
        $bundle = "$($fixture.Work)/walk"
        Copy-Item $fixture.Bundle $bundle -Recurse
        Remove-Item "$bundle/config.json"
        @'
param($Module, $Root, $Id)
$ErrorActionPreference = 'Stop'
Import-Module $Module
Enable-OciRuncAlias
runc spec
"spec: $LASTEXITCODE"
$config = Get-Content -Raw config.json | ConvertFrom-Json
$config.process.terminal = $false
$config.process.args = 'sleep', '60'
$config | ConvertTo-Json -Depth 20 | Set-Content config.json
runc --root $Root create $Id
"create: $LASTEXITCODE"
"list: $((runc --root $Root list | Where-Object { $_ -match "^$Id " }) -split ' +' | Select-Object -Index 2)"
runc --root $Root start $Id
"start: $((runc --root $Root list -f json | ConvertFrom-Json | Where-Object id -EQ $Id).status)"
"exec: $(runc --root $Root exec -e A=1,2 -e B=x:y $Id sh -c 'echo $A $B')"
runc --root $Root kill $Id KILL
while ((runc --root $Root state $Id | ConvertFrom-Json).status -ne 'stopped') { }
runc --root $Root delete $Id
"delete: $LASTEXITCODE"
"state: $(runc --root $Root state $Id 2>&1)"
"state: $LASTEXITCODE"
$config.process.args = 'sh', '-c', 'cat; exit 3'
$config | ConvertTo-Json -Depth 20 | Set-Content config.json
"run: $('piped' | runc --root $Root run $Id)"
"run: $LASTEXITCODE"
Disable-OciRuncAlias
"gone: $($null -eq (Get-Alias runc -ErrorAction Ignore))"
'@ | Set-Content "$bundle/walk.ps1"
        Push-Location $bundle
        try { $lines = Invoke-Pwsh -File "$bundle/walk.ps1" "$repository/out/OciRuntime" $fixture.Root (New-Id) }
        finally { Pop-Location }
        $lines | Should -Be @(
            'spec: 0', 'create: 0', 'list: created', 'start: running', 'exec: 1,2 x:y', 'delete: 0'
            ($lines -match '^state: .*does not exist'); 'state: 1', 'run: piped', 'run: 3', 'gone: True')
    }

    It 'Completes' {
        Enable-OciRuncAlias
        $id = New-Id
        $container = New-OciContainer $id $fixture.Bundle
        $complete = { (TabExpansion2 $args[0] -cursorColumn $args[0].Length).CompletionMatches.CompletionText }
        & $complete 'runc sta' | Should -Be 'start', 'state'
        & $complete 'runc create --no-' | Should -Contain '--no-pivot'
        & $complete "runc --root $($fixture.Root) start pst-" | Should -Contain $id
        $container | Remove-OciContainer
    }

    It 'TakesThePlaceOfAnotherAliasOnlyByForce' {
        Set-Alias runc /bin/true -Scope Global
        try {
            @(Get-Failure { Enable-OciRuncAlias })[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            @(Get-Failure { Disable-OciRuncAlias })[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            Enable-OciRuncAlias -Force -WhatIf
            (Get-Alias runc).Definition | Should -Be '/bin/true'
            Enable-OciRuncAlias -Force
            (Get-Alias runc).Definition | Should -Be $fixture.Ocirun
        }
        finally { Remove-Alias runc -Scope Global -Force }
    }

    It 'AMissingProgramIsAnError' {
        @(Get-Failure { Enable-OciRuncAlias /nowhere/ocirun })[0].FullyQualifiedErrorId | Should -BeLike 'NotInstalled,*'
    }
}
