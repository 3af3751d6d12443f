BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

# With a terminal: Terminal/Interactive.Tests.ps1.
Describe 'Enter-OciContainer' {
    It 'RunsTheShellThatIsThere' {
        $container = Start-Script 'exec sleep 300'
        $lines = Enter-OciContainer $container.Id -Shell sh, -c, 'echo in $PWD as $(id -u) with $WORD; tty; exit 4' -Cwd /tmp -User 1000 -Env WORD=x
        $lines[0] | Should -Be 'in /tmp as 1000 with x'
        $lines[1] | Should -BeLike '/dev/*'
        $LASTEXITCODE | Should -Be 4
        # busybox has ash and sh, and no bash.
        $debug = Enter-OciContainer $container.Id -Debug 5>&1
        "$debug" | Should -BeLike '*bash*'
    }

    It 'NamesWhatIsMissing' {
        $bundle = "$($fixture.Work)/none"
        $null = New-Item -ItemType Directory "$bundle/rootfs/bin", "$bundle/rootfs/proc", "$bundle/rootfs/dev", "$bundle/rootfs/sys"
        Copy-Item /bin/busybox "$bundle/rootfs/bin/sleep"
        $container = New-OciContainer (New-Id) $bundle -Spec (New-OciSpec sleep, 300) | Start-OciContainer -PassThru
        $failure = @(Get-Failure { Enter-OciContainer $container.Id })[0]
        $failure.FullyQualifiedErrorId | Should -Be 'CommandNotFound,OciRuntime.PowerShell.Commands.EnterOciContainerCommand'
        "$failure" | Should -BeLike '*no shell*'
        $LASTEXITCODE | Should -Be 127
        @(Get-Failure { Enter-OciContainer nobody })[0].FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
    }
}
