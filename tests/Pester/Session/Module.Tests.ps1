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
        foreach ($name in 'OciRuntime.PowerShell', 'OciRuntime.Core', 'lib/OciRuntime.Bus', 'lib/Tmds.DBus.Protocol') {
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
            Should -Be 'lib/OciRuntime.Bus.dll', 'lib/Tmds.DBus.Protocol.dll', 'lib/ZstdSharp.dll', 'OciRuntime.Core.dll', 'OciRuntime.PowerShell.dll'
    }

    It 'ALibraryOfTheSameNameInTheSessionIsNotUsed' {
        $script = {
            param($module, $work)
            $builder = [System.Reflection.Emit.PersistedAssemblyBuilder]::new('Tmds.DBus.Protocol, Version=0.1.0.0', [object].Assembly)
            $null = $builder.DefineDynamicModule('other')
            $builder.Save("$work/other.dll")
            $null = [System.Reflection.Assembly]::LoadFrom("$work/other.dll")
            Import-Module $module
            $null = New-OciSpec
            # A bus that takes the connection and says nothing.
            $socket = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
            $socket.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new("$work/bus"))
            $socket.Listen()
            $core = [OciRuntime.Core.Errors.OciException].Assembly
            $address = $core.GetType('OciRuntime.Core.Systemd.BusAddress')
            $addresses = [System.Array]::CreateInstance($address, 1)
            $addresses[0] = [System.Activator]::CreateInstance($address, "$work/bus", $false, $false)
            $connect = $core.GetType('OciRuntime.Core.Systemd.BusConnection').GetMethod('Connect', [System.Reflection.BindingFlags] 'NonPublic, Static')
            try { $connect.Invoke($null, @($addresses, [uint32] 0, 100)) } catch { $_.Exception.InnerException.Code }
            [System.AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object GetName | Where-Object Name -EQ 'Tmds.DBus.Protocol' | ForEach-Object Version | Sort-Object | ForEach-Object ToString
            [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -Like 'OciRuntime.*' | ForEach-Object { $_.Assemblies | ForEach-Object { $_.GetName().Name } } | Sort-Object
        }
        $work = [System.IO.Directory]::CreateTempSubdirectory().FullName
        try {
            Invoke-Pwsh -Command "& { $script } '$repository/out/OciRuntime' '$work'" |
                Should -Be 'Timeout', '0.1.0.0', '0.95.2.0', 'OciRuntime.Bus', 'Tmds.DBus.Protocol'
        }
        finally { Remove-Item -Recurse $work }
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
