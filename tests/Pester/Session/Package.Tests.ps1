BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    . "$repository/tools/Build/Artifacts.ps1"
    $fixture = New-Fixture
    $user = "$($fixture.Work)/home"
    $null = New-Item -ItemType Directory $user, "$($fixture.Work)/repository"
    $package = New-Package "$($fixture.Work)/package"

    # A PowerShell of somebody who has nothing installed.
    function Invoke-CleanPwsh([string] $Command) {
        env -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u PSModulePath HOME=$user NO_COLOR=1 @Pwsh -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; $Command" 2>&1
        $LASTEXITCODE | Should -Be 0
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Package' {
    It 'HasTheNameAndTheVersion' {
        $version = (Import-PowerShellDataFile "$repository/out/OciRuntime/OciRuntime.psd1").ModuleVersion
        Split-Path -Leaf $package | Should -BeExactly "OciRuntime.$version.nupkg"
    }

    It 'HasWhatTheGalleryAsksFor' {
        $data = (Import-PowerShellDataFile "$repository/out/OciRuntime/OciRuntime.psd1")
        $data.Author, $data.Description, $data.PrivateData.PSData.ProjectUri | Should -Not -BeNullOrEmpty
        $data.PrivateData.PSData.LicenseUri | Should -BeLike 'https://*'
        "$repository/out/OciRuntime/LICENSE" | Should -Exist
    }

    It 'IsPublishedInstalledRunAndRemoved' {
        Invoke-CleanPwsh "Register-PSResourceRepository local -Uri '$($fixture.Work)/repository'; Publish-PSResource -NupkgPath '$package' -Repository local" | Should -BeNullOrEmpty
        "$($fixture.Work)/repository/$(Split-Path -Leaf $package)" | Should -Exist
        Invoke-CleanPwsh 'Install-PSResource OciRuntime -Repository local -TrustRepository' | Should -BeNullOrEmpty
        # No Import-Module: it is found by a cmdlet's name.
        $lines = Invoke-CleanPwsh "Invoke-OciContainer -Root '$($fixture.Root)' -Bundle '$($fixture.Bundle)' -Command echo, installed; (Get-Module OciRuntime).ModuleBase; (Get-Help New-OciSpec).Synopsis"
        $lines[0] | Should -BeExactly 'installed'
        $lines[1] | Should -BeLike "$user/.local/share/powershell/Modules/OciRuntime/*"
        $lines[2] | Should -BeExactly (Get-Help New-OciSpec).Synopsis
        Invoke-CleanPwsh 'Uninstall-PSResource OciRuntime; Get-Module -ListAvailable OciRuntime' | Should -BeNullOrEmpty
        "$user/.local/share/powershell/Modules/OciRuntime" | Should -Not -Exist
    }
}

Describe 'Installation' -Skip:(-not (Test-Path "$PSScriptRoot/../../../out/bin/ocirun")) {
    It 'PutsPagesAndCompletionsInPlace' {
        $destination = "$($fixture.Work)/usr"
        $null = New-Item -ItemType Directory "$destination/bin"
        Copy-Item $fixture.Ocirun "$destination/bin/"
        Install-CommandPage $destination
        $help = & $fixture.Ocirun --help
        $commands = $help | Select-String '^   ([a-z]+) {2,}' | ForEach-Object { $_.Matches[0].Groups[1].Value }
        (Get-ChildItem "$destination/share/man/man8").Name | Sort-Object | Should -Be (@('ocirun.8') + @($commands | ForEach-Object { "ocirun-$_.8" }) | Sort-Object)
        Get-Content -Raw "$destination/share/man/man8/ocirun-kill.8" | Should -Match '(?m)^\.TH OCIRUN-KILL 8'
        foreach ($file in 'bash-completion/completions/ocirun', 'fish/vendor_completions.d/ocirun.fish', 'zsh/site-functions/_ocirun') { "$destination/share/$file" | Should -FileContentMatch 'ocirun' }
    }

    It 'PowerShellCompletesTheCommand' {
        $null = New-OciContainer (New-Id) $fixture.Bundle
        $env:PATH = "$(Split-Path $fixture.Ocirun):$env:PATH"
        & $fixture.Ocirun completion pwsh | Out-String | Invoke-Expression
        (TabExpansion2 'ocirun del').CompletionMatches.CompletionText | Should -Be 'delete'
        (TabExpansion2 'ocirun list --format ').CompletionMatches.CompletionText | Should -Be 'table', 'json'
        $line = "ocirun --root $($fixture.Root) start "
        (TabExpansion2 $line).CompletionMatches.CompletionText | Should -Be (Get-OciContainer).Id
    }
}
