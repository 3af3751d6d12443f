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
