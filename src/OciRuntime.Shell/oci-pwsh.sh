#!/bin/sh
# Starts the host next door. `dotnet` is looked up on the PATH too, where an apphost would not.
here=$(dirname "$(readlink -f "$0")")
if [ -n "${DOTNET_ROOT:-}" ] && [ -x "$DOTNET_ROOT/dotnet" ]; then dotnet=$DOTNET_ROOT/dotnet; else dotnet=dotnet; fi
exec "$dotnet" exec "$here/../lib/oci-pwsh/oci-pwsh.dll" "$@"
