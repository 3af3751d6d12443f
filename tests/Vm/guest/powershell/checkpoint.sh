# Checkpoint-OciContainer and Restore-OciContainer with a real criu. PowerShell takes half a minute to start where the processor is emulated.
# seconds: 300
[ -e /payload/powershell/pwsh.dll ] || skip "PowerShell was not found beside the module"
command -v criu >/dev/null || skip "criu is not installed"

# powershell SCRIPT: $id, $bundle and the module are there; an error ends it.
powershell() {
	HOME=/tmp DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off NO_COLOR=1 \
		/payload/dotnet/dotnet exec /payload/powershell/pwsh.dll -NoProfile -NonInteractive -Command "
			\$ErrorActionPreference = 'Stop'
			Import-Module /payload/module/OciRuntime.psd1
			\$id, \$bundle = '$id', '$bundle'
			$1" >$bundle/said 2>&1 || fail "$(tail -n 40 $bundle/said; tail -n 20 $bundle/images/dump.log $bundle/images/restore.log 2>/dev/null)"
}

test_a_container_goes_on_with_its_supervisor() {
	config 'trap "exit 5" TERM; n=0; while :; do n=$((n + 1)); echo $n; sleep 0.1; done'
	powershell '
		function Get-Count { [int](Get-OciContainerLog $id -Tail 1).Line }
		function Wait-Count([int] $Beyond) { foreach ($i in 1..600) { if ((Get-Count) -gt $Beyond) { return }; Start-Sleep -Milliseconds 100 }; throw "it does not count beyond $Beyond" }
		New-OciContainer $id $bundle | Start-OciContainer
		Wait-Count 2
		$checkpoint = Checkpoint-OciContainer $id "$bundle/images"
		if (Get-OciContainer "$id*") { throw "it is still there" }
		if ($checkpoint.Size -lt 10000 -or $checkpoint.PagesWritten -lt 10) { throw "not a checkpoint: $($checkpoint | ConvertTo-Json)" }
		$restored = $checkpoint | Restore-OciContainer
		if ($restored.Status -ne "Running" -or -not $restored.Supervised) { throw "restored as $($restored | ConvertTo-Json)" }
		$first = [int](Get-OciContainerLog $id | Select-Object -First 1).Line
		if ($first -le 2) { throw "it began anew: $first" }
		Wait-Count ($first + 2)
		if ((Invoke-OciContainerCommand $id hostname) -ne "guest") { throw "exec" }
		# What was restored can be dumped once more.
		Checkpoint-OciContainer $id "$bundle/again" | Restore-OciContainer > $null
		Wait-Count ($first + 6)
		Send-OciContainerSignal $id TERM
		$ended = Wait-OciContainer $id -Timeout 60
		if ($ended.ExitCode -ne 5) { throw "ended with $($ended.ExitCode)" }
		Remove-OciContainer $id'
}

test_a_terminal_is_logged_again() {
	config 'n=0; while :; do n=$((n + 1)); echo $n $(tty); sleep 0.1; done' '' '' ', "terminal": true'
	powershell '
		function Wait-Log([string] $Pattern) { foreach ($i in 1..600) { if ((Get-OciContainerLog $id -Tail 1).Line -like $Pattern) { return }; Start-Sleep -Milliseconds 100 }; throw "no $Pattern" }
		New-OciContainer $id $bundle | Start-OciContainer
		Wait-Log "*/dev/*"
		Checkpoint-OciContainer $id "$bundle/images" -ShellJob | Restore-OciContainer > $null
		Wait-Log "*/dev/*"
		Stop-OciContainer $id -Force
		Remove-OciContainer $id'
}
