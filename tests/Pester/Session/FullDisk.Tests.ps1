# A disk that is full: a clear error of the right category, nothing left behind, nothing lost.
BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    $fixture = New-Fixture
    $disk = "$($fixture.Work)/disk"
    $null = New-Item -ItemType Directory $disk

    function Get-Refusal([scriptblock] $Script) {
        $failure = @(Get-Failure $Script)
        $failure.Count | Should -Be 1 -Because "$failure"
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'LimitsExceeded,*'
        $failure[0].CategoryInfo.Category | Should -Be 'LimitsExceeded'
        $failure[0]
    }

    function Complete-Disk {
        try { [System.IO.File]::WriteAllBytes("$disk/fill", [byte[]]::new(1MB)) } catch [System.IO.IOException] { $null = $_ }
    }
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'FullDisk' {
    BeforeEach { mount -t tmpfs -o size=64k tmpfs $disk }

    AfterEach {
        Get-OciContainer -Root "$disk/root" | Remove-OciContainer -Force
        umount $disk
    }

    It 'NoContainerIsMade' {
        Complete-Disk
        $container = New-Id
        $failure = Get-Refusal { New-OciContainer $container $fixture.Bundle -Root "$disk/root" }
        "$failure" | Should -Match "$disk/root/"
        "$failure" | Should -Match 'no space left on device'
        Get-OciContainer -Root "$disk/root" | Should -BeNullOrEmpty
        Get-Leftover $container "$($fixture.Work)/bundle" | Should -BeNullOrEmpty
    }

    It 'PidFileThatDoesNotFitUndoesTheContainer' {
        Complete-Disk
        $null = Get-Refusal { New-OciContainer (New-Id) $fixture.Bundle -PidFile "$disk/pid" }
        Get-OciContainer | Should -BeNullOrEmpty
        Get-ChildItem $disk -Force | ForEach-Object Name | Should -Be 'fill'
    }

    It 'LogThatFillsItKeepsTheExitCode' {
        $id = New-Id
        $spec = New-OciSpec sh, -c, 'i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done; exit 5'
        (New-OciContainer $id $fixture.Bundle -Root "$disk/root" -Spec $spec | Start-OciContainer -PassThru | Wait-OciContainer -Timeout 60).ExitCode | Should -Be 5
        (Get-OciContainer $id -Root "$disk/root").ExitCode | Should -Be 5
        Get-OciContainerLog $id -Root "$disk/root" -Tail 1 | Should -Not -BeNullOrEmpty
        Remove-OciContainer $id -Root "$disk/root"
        Get-ChildItem "$disk/root" | Should -BeNullOrEmpty
    }

    It 'ConfigurationThatDoesNotFitKeepsTheOldOne' {
        'mine' | Set-Content -NoNewline "$disk/old.json"
        Complete-Disk
        $null = Get-Refusal { New-OciSpec | Export-OciSpec "$disk/old.json" }
        Get-Content "$disk/old.json" | Should -Be 'mine'
        $null = Get-Refusal { New-OciSpec | Export-OciSpec "$disk/new.json" }
        Get-ChildItem $disk -Force | ForEach-Object Name | Sort-Object | Should -Be 'fill', 'old.json'
    }

    It 'BundleThatDoesNotFitIsNotThere' {
        $null = Get-Refusal { New-OciBundle "$disk/bundle" -Busybox }
        Get-ChildItem $disk -Force | Should -BeNullOrEmpty
    }
}
