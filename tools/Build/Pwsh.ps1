# The command of this PowerShell: its own program, or the one that the .NET tool is run with.
$Pwsh = [Environment]::ProcessPath -like '*/dotnet' ? @([Environment]::ProcessPath, 'exec', "$PSHOME/pwsh.dll") : @([Environment]::ProcessPath)

# Another process of it.
function Invoke-Pwsh {
    $program, $first = $Pwsh
    & $program @first -NoProfile @args
}
