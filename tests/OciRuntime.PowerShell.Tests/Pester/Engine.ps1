# The part of Pester 5 that tests/Pester uses, for machines without Pester: the same two phases (discovery, then run), the same scopes.
# Results are written to the pipeline: one object a test.

$global:PesterBlock = $null

function New-PesterBlock([string] $Name) {
    @{ Name = $Name; BeforeAll = @(); AfterAll = @(); BeforeEach = @(); AfterEach = @(); Tests = [System.Collections.Generic.List[object]]::new(); Blocks = [System.Collections.Generic.List[object]]::new() }
}

function Describe([string] $Name, [scriptblock] $Fixture) {
    $parent = $global:PesterBlock
    $global:PesterBlock = New-PesterBlock $Name
    $parent.Blocks.Add($global:PesterBlock)
    try { & $Fixture } finally { $global:PesterBlock = $parent }
}

function Context([string] $Name, [scriptblock] $Fixture) { Describe $Name $Fixture }
function BeforeAll([scriptblock] $Body) { $global:PesterBlock.BeforeAll += $Body }
function AfterAll([scriptblock] $Body) { $global:PesterBlock.AfterAll += $Body }
function BeforeEach([scriptblock] $Body) { $global:PesterBlock.BeforeEach += $Body }
function AfterEach([scriptblock] $Body) { $global:PesterBlock.AfterEach += $Body }
function It([string] $Name, [scriptblock] $Body) { $global:PesterBlock.Tests.Add(@{ Name = $Name; Body = $Body }) }

function Invoke-PesterTest($PesterTest, $PesterEach) {
    $PesterError = $null
    try {
        foreach ($PesterStep in $PesterEach.Before) { . $PesterStep }
        $null = . $PesterTest.Body
    }
    catch { $PesterError = "$_`n$($_.ScriptStackTrace)" }
    finally { foreach ($PesterStep in $PesterEach.After) { . $PesterStep } }
    [pscustomobject]@{ Name = $PesterTest.Name; Error = $PesterError }
}

function Write-PesterFailure($PesterFailed, [string] $PesterReason) {
    foreach ($PesterTest in $PesterFailed.Tests) { [pscustomobject]@{ Name = $PesterTest.Name; Error = $PesterReason } }
    foreach ($PesterChild in $PesterFailed.Blocks) { Write-PesterFailure $PesterChild $PesterReason }
}

function Invoke-PesterBlock($PesterCurrent, $PesterEach) {
    $PesterEach = @{ Before = @($PesterEach.Before) + $PesterCurrent.BeforeEach; After = $PesterCurrent.AfterEach + @($PesterEach.After) }
    try {
        foreach ($PesterStep in $PesterCurrent.BeforeAll) { $null = . $PesterStep }
        foreach ($PesterTest in $PesterCurrent.Tests) { Invoke-PesterTest $PesterTest $PesterEach }
        foreach ($PesterChild in $PesterCurrent.Blocks) { Invoke-PesterBlock $PesterChild $PesterEach }
    }
    catch { Write-PesterFailure $PesterCurrent "BeforeAll: $_`n$($_.ScriptStackTrace)" }
    finally {
        try { foreach ($PesterStep in $PesterCurrent.AfterAll) { $null = . $PesterStep } }
        catch { [pscustomobject]@{ Name = 'AfterAll'; Error = "$_`n$($_.ScriptStackTrace)" } }
    }
}

function Invoke-PesterFile([string] $Path) {
    $global:PesterBlock = New-PesterBlock ''
    & $Path
    Invoke-PesterBlock $global:PesterBlock @{ Before = @(); After = @() }
}

function Should {
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(ValueFromPipeline)] $ActualValue,
        [Parameter(Position = 0)] $ExpectedValue,
        [switch] $Not, [switch] $Be, [switch] $BeExactly, [switch] $BeTrue, [switch] $BeFalse, [switch] $BeNullOrEmpty, [switch] $BeOfType,
        [switch] $BeGreaterThan, [switch] $BeLessThan, [switch] $BeLike, [switch] $Match, [switch] $Contain, [switch] $HaveCount, [switch] $Throw,
        [string] $ErrorId
    )
    begin { $all = [System.Collections.Generic.List[object]]::new() }
    process { if ($PSBoundParameters.ContainsKey('ActualValue')) { $all.Add($ActualValue) } }
    end {
        $actual = if ($all.Count -eq 1) { , $all[0] } else { $all.ToArray() }
        if ($all.Count -eq 1) { $actual = $all[0] }
        $expected = @($ExpectedValue)
        $word = ''
        $holds = switch ($true) {
            $Be { $word = 'be'; Test-PesterEqual $actual $ExpectedValue $false; break }
            $BeExactly { $word = 'be exactly'; Test-PesterEqual $actual $ExpectedValue $true; break }
            $BeTrue { $word = 'be true'; [bool]$actual; break }
            $BeFalse { $word = 'be false'; -not $actual; break }
            $BeNullOrEmpty { $word = 'be null or empty'; $all.Count -eq 0 -or ($all.Count -eq 1 -and ($null -eq $actual -or $actual -eq '' -or ($actual -is [array] -and $actual.Count -eq 0))); break }
            $BeOfType { $word = 'be of type'; $actual -is ($ExpectedValue -as [type]); break }
            $BeGreaterThan { $word = 'be greater than'; $actual -gt $ExpectedValue; break }
            $BeLessThan { $word = 'be less than'; $actual -lt $ExpectedValue; break }
            $BeLike { $word = 'be like'; $actual -like $ExpectedValue; break }
            $Match { $word = 'match'; $actual -match $ExpectedValue; break }
            $Contain { $word = 'contain'; @($actual) -contains $ExpectedValue; break }
            $HaveCount { $word = 'have the count'; $all.Count -eq $ExpectedValue; break }
            $Throw {
                $word = "throw $ErrorId"
                $thrown = $null
                try { $null = & $actual } catch { $thrown = $_ }
                $actual = if ($thrown) { $thrown.FullyQualifiedErrorId } else { 'no error' }
                [bool]$thrown -and (-not $ErrorId -or $thrown.FullyQualifiedErrorId -eq $ErrorId)
                break
            }
            default { throw 'Should has no assertion that this engine knows' }
        }
        if ([bool]$holds -eq [bool]$Not) {
            throw "expected '$(@($actual) -join "', '")'$(if ($Not) { ' not' }) to $word '$($expected -join "', '")'"
        }
    }
}

function Test-PesterEqual($Actual, $Expected, [bool] $CaseSensitive) {
    if ($Expected -is [array]) {
        $Actual = @($Actual)
        if ($Actual.Count -ne $Expected.Count) { return $false }
        for ($i = 0; $i -lt $Expected.Count; $i++) {
            if (-not (Test-PesterEqual $Actual[$i] $Expected[$i] $CaseSensitive)) { return $false }
        }
        return $true
    }
    if ($Actual -is [array]) { return $false }
    if ($CaseSensitive) { $Expected -ceq $Actual } else { $Expected -eq $Actual }
}
