BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    function Get-Completion([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Completion' {
    It 'OfIdsFitsTheStatus' {
        $created = (New-OciContainer (New-Id) $fixture.Bundle).Id
        $running = (New-OciContainer (New-Id) $fixture.Bundle | Start-OciContainer -PassThru).Id
        Get-Completion "Start-OciContainer -Root $($fixture.Root) -Id $($fixture.Prefix)" | Should -Be $created
        Get-Completion "Suspend-OciContainer -Root $($fixture.Root) -Id $($fixture.Prefix)" | Should -Be $running
        Get-Completion "Remove-OciContainer -Root $($fixture.Root) -Id $($fixture.Prefix)" | Sort-Object | Should -Be ($created, $running | Sort-Object)
        Remove-OciContainer $created, $running -Force
    }

    It 'OfAMissingRootIsNone' {
        Get-Completion 'Start-OciContainer -Root /nowhere/at/all -Id x' | Should -BeNullOrEmpty
    }

    It 'OfWords: <Line>' -ForEach @(
        @{ Line = 'Send-OciContainerSignal x -Signal HU'; Word = 'HUP' }
        @{ Line = 'Stop-OciContainer x -Signal SIGKI'; Word = 'KILL' }
        @{ Line = 'New-OciSpec -Capability net_ra'; Word = 'CAP_NET_RAW' }
        @{ Line = 'New-OciSpec -Namespace net'; Word = 'network' }
        @{ Line = 'New-OciSpec -Mount /a:/b:noex'; Word = '/a:/b:noexec' }
        @{ Line = "New-OciSpec -Mount '/a:/b:ro,nosu"; Word = '/a:/b:ro,nosuid' }
        @{ Line = 'New-OciSpec -Mount tmpfs:/t:'; Word = 'tmpfs:/t:tmpcopyup' }
        @{ Line = 'Get-OciContainer -Status Runn'; Word = 'Running' }
    ) {
        @(Get-Completion $Line | Where-Object { $_.Trim("'").EndsWith($Word) }).Count | Should -BeGreaterThan 0
    }

    It 'OfIdsUsesTheSessionsRoot' {
        $id = (New-OciContainer (New-Id) $fixture.Bundle).Id
        $most = $id.Substring(0, $id.Length - 1)
        Get-Completion "Start-OciContainer $most" | Should -Be $id
        $global:PSDefaultParameterValues.Remove('*-Oci*:Root')
        try {
            Get-Completion "Start-OciContainer $most" | Should -BeNullOrEmpty
            # From the session's location, which is not the process's directory.
            Push-Location $fixture.Work
            try { Get-Completion "Start-OciContainer -Root ./root $most" | Should -Be $id } finally { Pop-Location }
        }
        finally { $global:PSDefaultParameterValues['*-Oci*:Root'] = $fixture.Root }
        Remove-OciContainer $id -Force
    }

    # A line that nothing fits is completed with nothing, or files, and never an error.
    It 'OfNonsenseIsNoError: <_>' -ForEach @(
        'Start-OciContainer -Root (throw) x'
        'Start-OciContainer -Root /etc/passwd x'
        'Start-OciContainer -Root env: x'
        'Start-OciContainer -Root nodrive:/x y'
        "Start-OciContainer -Root '' no-such-container"
        'New-OciSpec -Mount ::::'
        'Send-OciContainerSignal x -Signal ('
    ) {
        $global:Error.Clear()
        { Get-Completion $_ } | Should -Not -Throw
        $global:Error | Should -BeNullOrEmpty
    }
}
