BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $fixture = New-Fixture
}

AfterAll {
    Remove-Fixture $fixture
}

Describe 'Add-OciHook' {
    It 'RunsWithItsArgumentsAndEnvironment: <Moment>' -ForEach @(
        @{ Moment = 'CreateRuntime' }, @{ Moment = 'Prestart' }, @{ Moment = 'Poststart' }, @{ Moment = 'Poststop' }
    ) {
        $file = "$($fixture.Work)/$Moment"
        $spec = New-OciSpec true | Add-OciHook $Moment /bin/sh -Argument '-c', 'cat > "$1"; printf " %s" "$WORD" >> "$1"', x, $file -Env @{ WORD = 'given' }
        Invoke-OciContainer (New-Id) $fixture.Bundle -Spec $spec
        $text = Get-Content -Raw $file
        $text | Should -Match '"ociVersion"'
        $text | Should -Match ' given$'
    }

    It 'GoesBehindTheOthersOfItsMoment' {
        $spec = New-OciSpec | Add-OciHook Poststop /bin/true | Add-OciHook poststop /bin/false -Timeout 1500ms
        $spec.Hooks.Poststop.Path | Should -Be '/bin/true', '/bin/false'
        $spec.Hooks.Poststop[1].Timeout | Should -Be 2
        $spec.Hooks.Poststop[0].Args | Should -BeNullOrEmpty
    }

    It 'RefusesWhatIsNone' {
        { New-OciSpec | Add-OciHook Later /bin/true } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { New-OciSpec | Add-OciHook Poststop bin/true } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}
