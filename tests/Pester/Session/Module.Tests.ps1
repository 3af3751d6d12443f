BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    Import-Module "$repository/out/OciRuntime"
    $cmdlets = Get-Command -Module OciRuntime
}

Describe 'Module' {
    It 'IsTheStagedOne' {
        (Get-Command Get-OciContainer).ImplementingType.Assembly.Location | Should -BeExactly "$repository/out/OciRuntime/OciRuntime.PowerShell.dll"
    }

    It 'ExportsWhatTheManifestLists' {
        $cmdlets.Name | Sort-Object | Should -Be ((Test-ModuleManifest "$repository/out/OciRuntime/OciRuntime.psd1").ExportedCmdlets.Keys | Sort-Object)
    }

    It 'ExportsEveryCmdletOfTheAssembly' {
        $made = foreach ($type in (Get-Command Get-OciContainer).ImplementingType.Assembly.GetTypes()) {
            foreach ($cmdlet in $type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)) { "$($cmdlet.VerbName)-$($cmdlet.NounName)" }
        }
        $cmdlets.Name | Sort-Object | Should -Be ($made | Sort-Object)
    }

    It 'HasApprovedVerbsAndNounsOfOci' {
        $cmdlets.Verb | Where-Object { $_ -notin (Get-Verb).Verb } | Should -BeNullOrEmpty
        $cmdlets.Noun | Where-Object { $_ -cnotlike 'Oci*' } | Should -BeNullOrEmpty
    }

    It 'ForeignAssembliesStandApart' {
        Get-ChildItem "$repository/out/OciRuntime" -Recurse -Filter *.dll | ForEach-Object { [System.IO.Path]::GetRelativePath("$repository/out/OciRuntime", $_.FullName) } | Sort-Object |
            Should -Be 'lib/ZstdSharp.dll', 'OciRuntime.Core.dll', 'OciRuntime.PowerShell.dll'
    }

    It 'AutoloadsFromTheModulePath' {
        $path = $env:PSModulePath
        try {
            $env:PSModulePath = "$repository/out:$path"
            Invoke-Pwsh -Command '(New-OciSpec).Process.Args' | Should -Be 'sh'
        }
        finally { $env:PSModulePath = $path }
    }
}
