#!/bin/sh
# The project's tasks: hands over to build.ps1, in a pwsh of 7.6 or newer from the PATH or else in the pinned .NET tool. `./build.sh help` lists them.
set -eu
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
if pwsh -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.6")' >/dev/null 2>&1 </dev/null; then
	exec pwsh -NoProfile -File ./build.ps1 "$@"
fi
command -v dotnet >/dev/null 2>&1 || { echo "build.sh: the .NET 10 SDK (dotnet) is not on the PATH" >&2; exit 1; }
log=$(dotnet tool restore 2>&1 </dev/null) || { echo "$log" >&2; exit 1; }
exec dotnet tool run pwsh -- -NoProfile -File ./build.ps1 "$@"
