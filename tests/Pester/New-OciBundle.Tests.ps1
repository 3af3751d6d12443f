BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'New-OciBundle' {
    It 'BusyboxRuns' {
        $bundle = New-OciBundle "$($fixture.Work)/made" -Busybox -Spec (New-OciSpec echo, made)
        $bundle | Invoke-OciContainer | Should -Be 'made'
    }

    It 'WhatIfMakesNothing' {
        New-OciBundle "$($fixture.Work)/never" -Busybox -WhatIf
        [System.IO.Directory]::Exists("$($fixture.Work)/never") | Should -BeFalse
    }

    It 'ExportedRootFilesystemRuns' {
        & tar -C "$($fixture.Bundle)/rootfs" -cf "$($fixture.Work)/export.tar" .
        $bundle = New-OciBundle "$($fixture.Work)/unpacked" -Archive "$($fixture.Work)/export.tar" -Spec (New-OciSpec echo, unpacked)
        $bundle | Invoke-OciContainer | Should -Be 'unpacked'
    }

    It 'ZstdIsUnpackedByALibraryInAContextOfItsOwn' -Skip:(-not (Get-Command zstd -CommandType Application -ErrorAction Ignore)) {
        & tar -C "$($fixture.Bundle)/rootfs" -cf "$($fixture.Work)/plain.tar" .
        & zstd -q "$($fixture.Work)/plain.tar" -o "$($fixture.Work)/export.tar.zst"
        $bundle = New-OciBundle "$($fixture.Work)/zstd" -Archive "$($fixture.Work)/export.tar.zst" -Spec (New-OciSpec echo, zstd)
        $bundle | Invoke-OciContainer | Should -Be 'zstd'
        $library = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'ZstdSharp' -and $_.Location -like '*OciRuntime/lib/*' }
        [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($library).Name | Should -Be 'OciRuntime.Zstd'
    }

    It 'TheLimitsHold' {
        & tar -C "$($fixture.Bundle)/rootfs" -cf "$($fixture.Work)/limited.tar" .
        { New-OciBundle "$($fixture.Work)/limited" -Archive "$($fixture.Work)/limited.tar" -MaxSize 64k -ErrorAction Stop } |
            Should -Throw -ErrorId 'LimitsExceeded,OciRuntime.PowerShell.Commands.NewOciBundleCommand'
        { New-OciBundle "$($fixture.Work)/limited" -Archive "$($fixture.Work)/limited.tar" -MaxEntries 3 -ErrorAction Stop } |
            Should -Throw -ErrorId 'LimitsExceeded,OciRuntime.PowerShell.Commands.NewOciBundleCommand'
        [System.IO.Directory]::Exists("$($fixture.Work)/limited") | Should -BeFalse
    }

    It 'OnlyMappedRootIsLetThrough' {
        & tar -C "$($fixture.Bundle)/rootfs" -cf "$($fixture.Work)/mapped.tar" .
        $closed = New-OciBundle "$($fixture.Work)/closed" -Archive "$($fixture.Work)/mapped.tar"
        & stat -c %a $closed.Path | Should -Be '700'
        $spec = New-OciSpec id, -u
        $spec.Linux.Namespaces.Add([OciRuntime.Core.Spec.OciNamespace]@{ Type = 'user' })
        $spec.Linux.UidMappings = [OciRuntime.Core.Spec.OciIdMapping[]]@(@{ ContainerID = 0; HostID = 200000; Size = 1000 })
        $spec.Linux.GidMappings = [OciRuntime.Core.Spec.OciIdMapping[]]@(@{ ContainerID = 0; HostID = 300000; Size = 1000 })
        $mapped = New-OciBundle "$($fixture.Work)/mapped" -Archive "$($fixture.Work)/mapped.tar" -Spec $spec
        & stat -c '%a %u %g' $mapped.Path | Should -Be '710 0 300000'
        & chmod 711 $fixture.Work
        $mapped | Invoke-OciContainer | Should -Be '0'
    }

    It 'MissingArchiveIsAnError' {
        { New-OciBundle "$($fixture.Work)/none" -Archive "$($fixture.Work)/none.tar" -ErrorAction Stop } | Should -Throw
        [System.IO.Directory]::Exists("$($fixture.Work)/none") | Should -BeFalse
    }

    It 'SpecComesThroughThePipeline' {
        New-OciSpec echo, piped | New-OciBundle "$($fixture.Work)/piped" | Invoke-OciContainer | Should -Be 'piped'
    }
}
