# Cmdlets and ocirun over the same state.
BeforeDiscovery {
    $ocirun = "$PSScriptRoot/../../../out/bin/ocirun"
}

BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    # What a container inherits must not be pipes that are waited for: create keeps them open.
    function Invoke-Ocirun {
        $output = "$($fixture.Work)/ocirun"
        sh -c 'out=$1; shift; exec "$@" >"$out" 2>"$out.error" </dev/null' sh $output $fixture.Ocirun --root $fixture.Root @args
        if ($LASTEXITCODE) { throw "ocirun $args`: $(Get-Content "$output.error")" }
        Get-Content $output
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Ocirun' -Skip:(-not (Test-Path $ocirun)) {
    It 'ListsKillsAndDeletesACmdletsContainer' {
        $container = New-OciContainer (New-Id) $fixture.Bundle | Start-OciContainer -PassThru
        $row = Invoke-Ocirun list -f json | ConvertFrom-Json | Where-Object id -CEQ $container.Id
        $row.status | Should -Be 'running'
        $row.pid | Should -Be $container.Pid
        Invoke-Ocirun kill $container.Id KILL
        (Wait-OciContainer $container.Id -Timeout 30).ExitCode | Should -Be 137
        Invoke-Ocirun delete $container.Id
        Get-OciContainer "$($container.Id)*" | Should -BeNullOrEmpty
    }

    It 'ContainerIsStartedStoppedAndRemovedByCmdlets' {
        $id = New-Id
        Invoke-Ocirun create --bundle $fixture.Bundle $id
        (Get-OciContainer $id).Status | Should -Be 'Created'
        Start-OciContainer $id
        (Invoke-Ocirun state $id | ConvertFrom-Json).status | Should -Be 'running'
        Stop-OciContainer $id -Force
        Remove-OciContainer $id
        Invoke-Ocirun list -q | Should -Not -Contain $id
    }
}
