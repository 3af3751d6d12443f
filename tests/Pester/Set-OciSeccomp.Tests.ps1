BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
    function Get-Names($Spec, [string] $Action = 'SCMP_ACT_ALLOW') { ($Spec.Linux.Seccomp.Syscalls | Where-Object Action -EQ $Action).Names }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Set-OciSeccomp' {
    It 'DockersProfileFollowsTheCapabilities' {
        $plain = New-OciSpec | Set-OciSeccomp docker
        Get-Names $plain | Should -Contain 'openat2'
        Get-Names $plain | Should -Not -Contain 'mount'
        Get-Names $plain 'SCMP_ACT_ERRNO' | Should -Be 'clone3'
        $admin = New-OciSpec | Add-OciCapability sys_admin | Set-OciSeccomp docker
        Get-Names $admin | Should -Contain 'mount'
        Get-Names $admin 'SCMP_ACT_ERRNO' | Should -BeNullOrEmpty
        Test-OciSpec -Spec $plain | Where-Object { $_.Pointer -like '/linux/seccomp*' -and $_.Severity -eq 'Error' } | Should -BeNullOrEmpty
    }

    It 'DockersProfileIsDockers' {
        $file = [System.IO.Path]::GetFullPath("$repository/../shared/data/docker-default-seccomp.x86_64.json")
        if (-not (Test-Path $file) -or [System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture -ne 'X64') {
            Set-ItResult -Skipped -Because 'shared/data/docker-default-seccomp.x86_64.json is not beside this checkout'
        }
        # Docker's default capabilities
        $spec = New-OciSpec | Remove-OciCapability ALL |
            Add-OciCapability chown, dac_override, fsetid, fowner, mknod, net_raw, setgid, setuid, setfcap, setpcap, net_bind_service, sys_chroot, kill, audit_write |
            Set-OciSeccomp docker
        $dockers = Get-Content -Raw $file | ConvertFrom-Json
        # The rules one by one: their grouping means nothing.
        $rules = { param($syscalls) foreach ($rule in $syscalls) { foreach ($name in $rule.names) { "$($rule.action) $([int] $rule.errnoRet) $name " + (@($rule.args | ForEach-Object { "$($_.index) $($_.op) $($_.value) $([uint64] $_.valueTwo)" }) -join ', ') } } }
        & $rules $spec.Linux.Seccomp.Syscalls | Sort-Object -Unique | Should -Be (& $rules $dockers.syscalls | Sort-Object -Unique)
        $spec.Linux.Seccomp.DefaultAction, $spec.Linux.Seccomp.DefaultErrnoRet | Should -Be $dockers.defaultAction, $dockers.defaultErrnoRet
        $spec.Linux.Seccomp.Architectures | Should -Be $dockers.architectures
    }

    It 'IsInForce' {
        $spec = New-OciSpec sh, -c, 'grep ^Seccomp: /proc/self/status; unshare -U true && echo was allowed' | Set-OciSeccomp docker
        $lines = Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec 2>&1 | ForEach-Object ToString
        $lines[0] | Should -Match '2$'
        "$lines" | Should -Match 'Operation not permitted'
        "$lines" | Should -Not -Match 'was allowed'
    }

    It 'TakesAFileInEitherForm' {
        $file = "$($fixture.Work)/profile.json"
        @{
            defaultAction = 'SCMP_ACT_ALLOW'
            archMap = @(@{ architecture = 'SCMP_ARCH_X86_64'; subArchitectures = @('SCMP_ARCH_X86') }, @{ architecture = 'SCMP_ARCH_AARCH64'; subArchitectures = @('SCMP_ARCH_ARM') })
            syscalls = @(
                @{ names = @('mkdir', 'mkdirat'); action = 'SCMP_ACT_ERRNO'; errnoRet = 5; args = @(); comment = ''; includes = @{}; excludes = @{} }
                @{ names = @('swapon'); action = 'SCMP_ACT_ERRNO'; includes = @{ caps = @('CAP_SYS_BOOT') } }
                @{ names = @('swapoff'); action = 'SCMP_ACT_ERRNO'; excludes = @{ minKernel = '3.0' } }
                @{ name = 'acct'; action = 'SCMP_ACT_ERRNO'; includes = @{ arches = @('amd64', 'arm64') ; minKernel = '4.8' } }
            )
        } | ConvertTo-Json -Depth 6 | Set-Content $file
        $spec = New-OciSpec mkdir, /tmp/x | Set-OciSeccomp $file
        $spec.Linux.Seccomp.Syscalls.Names | Should -Be 'mkdir', 'mkdirat', 'acct'
        $spec.Linux.Seccomp.Architectures.Count | Should -Be 2
        "$(Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec 2>&1)" | Should -Match 'Input/output error|I/O error'
        # What it has become is a profile too.
        ($spec | ConvertFrom-OciSpec | ConvertFrom-Json).linux.seccomp | ConvertTo-Json -Depth 6 | Set-Content $file
        (New-OciSpec | Set-OciSeccomp $file).Linux.Seccomp.Syscalls.Names | Should -Be 'mkdir', 'mkdirat', 'acct'
    }

    It 'RefusesWhatIsNone' {
        'words' | Set-Content "$($fixture.Work)/words"
        $failure = @(Get-Failure { New-OciSpec | Set-OciSeccomp "$($fixture.Work)/words" })[0]
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidSpec,*'
        "$failure" | Should -BeLike '*not a seccomp profile*'
        '{"ociVersion":"1.0.0"}' | Set-Content "$($fixture.Work)/words"
        @(Get-Failure { New-OciSpec | Set-OciSeccomp "$($fixture.Work)/words" })[0].FullyQualifiedErrorId | Should -BeLike 'InvalidSpec,*'
        @(Get-Failure { New-OciSpec | Set-OciSeccomp /nowhere })[0].FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
    }

    It 'UnconfinedIsNone' {
        (New-OciSpec | Set-OciSeccomp docker | Set-OciSeccomp unconfined).Linux.Seccomp | Should -BeNullOrEmpty
    }

    It 'PodmansIsItsPackages' {
        if (Test-Path /usr/share/containers/seccomp.json) { Get-Names (New-OciSpec | Set-OciSeccomp podman) | Should -Contain 'openat2' }
        else { @(Get-Failure { New-OciSpec | Set-OciSeccomp podman })[0].FullyQualifiedErrorId | Should -BeLike 'NotInstalled,*' }
    }

    It 'CompletesNames' {
        (TabExpansion2 'Set-OciSeccomp do' -cursorColumn 17).CompletionMatches.CompletionText | Should -Contain 'docker'
    }
}
