BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    Import-Module "$repository/out/OciRuntime"
    $cmdlets = Get-Command -Module OciRuntime
}

Describe 'Module' {
    It 'IsTheStagedOne' {
        (Get-Command Get-OciContainer).ImplementingType.Assembly.Location | Should -BeExactly "$repository/out/OciRuntime/OciRuntime.PowerShell.dll"
    }

    It 'IsCompiledAhead' {
        foreach ($name in 'OciRuntime.PowerShell', 'OciRuntime.Core') {
            $assembly = [System.Reflection.PortableExecutable.PEReader]::new([System.IO.File]::OpenRead("$repository/out/OciRuntime/$name.dll"))
            $assembly.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size | Should -BeGreaterThan 0 -Because $name
            $assembly.Dispose()
        }
    }

    It 'ShowsNoTypeOfCoreThatAUserNeverMeets' {
        $own = (Get-Command Get-OciContainer).ImplementingType.Assembly
        $core = [OciRuntime.Core.Errors.OciException].Assembly
        $met = [System.Collections.Generic.HashSet[type]]::new()
        $ahead = [System.Collections.Generic.Queue[type]]::new()
        # An error record holds the exception; the rest are parameters, output, and what these have.
        $ahead.Enqueue([OciRuntime.Core.Errors.OciException])
        foreach ($cmdlet in $own.GetExportedTypes()) {
            $ahead.Enqueue($cmdlet)
            $cmdlet.GetCustomAttributes([System.Management.Automation.OutputTypeAttribute], $false).Type.Type | Where-Object { $_ } | ForEach-Object { $ahead.Enqueue($_) }
        }
        while ($ahead.Count) {
            $type = $ahead.Dequeue()
            if ($type.HasElementType) { $ahead.Enqueue($type.GetElementType()); continue }
            $type.GetGenericArguments() | Where-Object { -not $_.IsGenericParameter } | ForEach-Object { $ahead.Enqueue($_) }
            if ($type.Assembly -notin $own, $core -or -not $met.Add($type)) { continue }
            foreach ($next in $type.BaseType, $type.DeclaringType) { if ($next) { $ahead.Enqueue($next) } }
            foreach ($member in $type.GetMembers('Public, Instance, Static, DeclaredOnly')) {
                if ($member -is [System.Reflection.MethodInfo]) { $ahead.Enqueue($member.ReturnType) }
                if ($member -is [System.Reflection.MethodBase]) { $member.GetParameters() | ForEach-Object { $ahead.Enqueue($_.ParameterType) } }
                if ($member -is [System.Reflection.FieldInfo]) { $ahead.Enqueue($member.FieldType) }
            }
        }
        $met | Should -Contain ([OciRuntime.Core.Spec.OciMemory])
        $core.GetExportedTypes() | Where-Object { -not $met.Contains($_) } | Should -BeNullOrEmpty
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

    It 'EveryAliasResolves' {
        $listed = (Import-PowerShellDataFile "$repository/out/OciRuntime/OciRuntime.psd1").AliasesToExport
        $listed | Should -Contain ioci
        (Get-Module OciRuntime).ExportedAliases.Keys | Sort-Object | Should -Be ($listed | Sort-Object)
        foreach ($name in $listed) {
            $alias = Get-Alias $name
            $alias.Source | Should -Be OciRuntime -Because $name
            $command = $alias.ResolvedCommand
            $cmdlets.Name | Should -Contain $command.Name -Because $name
            # The rule of the manifest.
            $name | Should -BeExactly ((Get-Verb $command.Verb).AliasPrefix + 'oci' + ($command.Noun -creplace '^Oci(Container)?(.?).*$', '$2').ToLowerInvariant()) -Because $command.Name
        }
    }

    It 'EveryCmdletOfContainersHasAnAlias' {
        $short = (Get-Module OciRuntime).ExportedAliases.Values.ReferencedCommand.Name
        ($cmdlets | Where-Object Noun -CLike OciContainer*).Name | Where-Object { $_ -notin $short } | Should -BeNullOrEmpty
    }

    It 'NoAliasHidesAnother' {
        $others = Invoke-Pwsh -NonInteractive -Command '(Get-Command -CommandType Alias, Function, Cmdlet | Where-Object Source -ne OciRuntime).Name'
        $others | Should -Contain gci
        (Get-Module OciRuntime).ExportedAliases.Keys | Where-Object { $_ -in $others } | Should -BeNullOrEmpty
    }

    It 'AnAliasLoadsTheModule' {
        $path = $env:PSModulePath
        try {
            $env:PSModulePath = "$repository/out:$path"
            Invoke-Pwsh -Command '(nocis).Process.Args' | Should -Be 'sh'
        }
        finally { $env:PSModulePath = $path }
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
