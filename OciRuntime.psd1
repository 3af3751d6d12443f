@{
  RootModule           = 'OciRuntime.PowerShell.dll'
  # VersionPrefix of Directory.Build.props: the build writes it into the staged copy.
  ModuleVersion        = '0.0.0'
  GUID                 = '6f0c7a52-3f0e-4b0e-9c5e-2b1d7a4f8e31'
  Author               = 'OciRuntime contributors'
  CompanyName          = 'OciRuntime contributors'
  Copyright            = '(c) the OciRuntime maintainers. MIT license.'
  Description          = 'Run OCI containers on Linux from PowerShell: typed objects in a pipeline, no daemon.'
  CompatiblePSEditions = @('Core')
  PowerShellVersion    = '7.6'
  TypesToProcess       = @('OciRuntime.Types.ps1xml')
  FormatsToProcess     = @('OciRuntime.Format.ps1xml')
  FunctionsToExport    = @()
  VariablesToExport    = @()
  # The verb's prefix (Get-Verb), oci, and the first letter of what it is about when that is not the container itself.
  AliasesToExport      = @(
    'croci'
    'crocis'
    'etoci'
    'goci'
    'gocil'
    'gocip'
    'gocis'
    'ioci'
    'iocic'
    'noci'
    'nocib'
    'nocis'
    'roci'
    'rtoci'
    'ruoci'
    'saoci'
    'sdocis'
    'socir'
    'spoci'
    'ssoci'
    'tocih'
    'tocis'
    'wcoci'
    'woci'
  )
  CmdletsToExport      = @(
    'Add-OciCapability'
    'Add-OciHook'
    'Add-OciMount'
    'Add-OciNamespace'
    'Compare-OciContainer'
    'Compare-OciSpec'
    'ConvertFrom-OciSpec'
    'ConvertTo-OciSpec'
    'Disable-OciRuncAlias'
    'Enable-OciRuncAlias'
    'Enter-OciContainer'
    'Export-OciSpec'
    'Get-OciContainer'
    'Get-OciContainerLog'
    'Get-OciContainerProcess'
    'Get-OciContainerStatistic'
    'Get-OciLaunchPlan'
    'Get-OciRuntimeFeature'
    'Import-OciSpec'
    'Invoke-OciContainer'
    'Invoke-OciContainerCommand'
    'New-OciBundle'
    'New-OciContainer'
    'New-OciSpec'
    'Remove-OciCapability'
    'Remove-OciContainer'
    'Remove-OciNamespace'
    'Restart-OciContainer'
    'Resume-OciContainer'
    'Send-OciContainerSignal'
    'Set-OciContainerResource'
    'Set-OciProcess'
    'Set-OciResource'
    'Set-OciSeccomp'
    'Start-OciContainer'
    'Stop-OciContainer'
    'Suspend-OciContainer'
    'Test-OciHost'
    'Test-OciSpec'
    'Wait-OciContainer'
    'Watch-OciContainer'
  )
  PrivateData          = @{
    PSData = @{
      Tags       = @('Linux', 'Container', 'OCI', 'runc', 'PSEdition_Core')
      LicenseUri = 'https://github.com/ociruntime/ociruntime/blob/main/LICENSE'
      ProjectUri = 'https://github.com/ociruntime/ociruntime'
    }
  }
}
