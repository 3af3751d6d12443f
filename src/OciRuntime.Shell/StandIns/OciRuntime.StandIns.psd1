@{
  RootModule           = '../../oci-pwsh.dll'
  ModuleVersion        = '0.1.0'
  GUID                 = '0f1a4d0c-6f6f-4b57-9f4e-4fd4f7f8a3f1'
  Author               = 'OciRuntime contributors'
  Description          = 'Stand-ins for everyday cmdlets where only the PowerShell engine is installed. See StandIns/README.md.'
  PowerShellVersion    = '7.6'
  CompatiblePSEditions = @('Core')
  FunctionsToExport    = @()
  CmdletsToExport      = @(
    'ConvertTo-Json', 'Format-List', 'Format-Table', 'Get-ChildItem', 'Get-Content', 'Get-Location', 'Join-Path', 'New-Item', 'Remove-Item',
    'Select-Object', 'Set-Content', 'Set-Location', 'Sort-Object', 'Start-Sleep', 'Test-Path', 'Write-Debug', 'Write-Error', 'Write-Host',
    'Write-Output', 'Write-Verbose', 'Write-Warning'
  )
  VariablesToExport    = @()
  AliasesToExport      = @()
}
