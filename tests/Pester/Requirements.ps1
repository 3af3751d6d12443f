# Why no container can be made here; null when one can.
$Missing = if (-not [Environment]::IsPrivilegedProcess) { 'containers need root here' }
elseif (-not (Test-Path /bin/busybox)) { '/bin/busybox is not installed (busybox-static)' }
