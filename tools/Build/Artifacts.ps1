# What is built, and where it goes.

function Assert-Compiler {
    if (-not (Get-Command dotnet -ErrorAction Ignore)) { throw 'the .NET 10 SDK (dotnet) is not on the PATH' }
    Install-Missing @{ 'gcc' = 'gcc'; 'musl-gcc' = 'musl-tools'; '/usr/include/linux/mount.h' = 'linux-libc-dev'; '/usr/include/stdlib.h' = 'libc6-dev' }
}

# The module, the C helper and the tests.
function Build-Module {
    Assert-Compiler
    Write-Heading build
    dotnet build OciRuntime.sln -c $Configuration --nologo -v q
}

# A static link against glibc always warns of what would need its shared libraries; the compilers' own warnings are errors.
function Publish-Command {
    dotnet publish src/OciRuntime.Cli -c $Configuration --nologo -v q -clp:ErrorsOnly @args
}

# The command: out/bin/ocirun.
function Build-Command {
    Write-Heading 'ocirun (NativeAOT)'
    Publish-Command
}

# The command for arm64: out/arm64/bin/ocirun. Its helper is linked with glibc: Debian has no musl cross compiler.
function Build-Arm64 {
    Assert-Compiler
    Install-Missing @{ 'aarch64-linux-gnu-gcc' = 'gcc-aarch64-linux-gnu'; '/usr/aarch64-linux-gnu/include/stdlib.h' = 'libc6-dev-arm64-cross' }
    Write-Heading 'ocirun for arm64 (NativeAOT)'
    Publish-Command -r linux-arm64 '-p:OciArch=arm64' "-p:StageDir=$PWD/out/arm64/" --artifacts-path out/arm64/obj
}

# The module as Publish-PSResource sends it to a repository: NAME.VERSION.nupkg.
function New-Package([string] $Destination) {
    $null = New-Item -ItemType Directory -Force $Destination
    Compress-PSResource -Path "$PSScriptRoot/../../out/OciRuntime" -DestinationPath $Destination -PassThru | ForEach-Object FullName
}

function Install-Artifact {
    Build-Module
    Build-Command
    $destination = "${env:DESTDIR}$($env:PREFIX ? $env:PREFIX : '/usr/local')"
    $modules = "$destination/share/powershell/Modules"
    $null = New-Item -ItemType Directory -Force "$destination/bin", $modules
    Copy-Item out/bin/ocirun "$destination/bin/"
    Remove-Item "$modules/OciRuntime" -Recurse -Force -ErrorAction Ignore
    Copy-Item out/OciRuntime $modules -Recurse
    Install-CommandPage $destination
    "installed $destination/bin/ocirun and $modules/OciRuntime"
}

# Pages for man and what shells complete by, from the command itself.
function Install-CommandPage([string] $Destination) {
    $pages = "$Destination/share/man/man8"
    $null = New-Item -ItemType Directory -Force $pages, "$Destination/share/bash-completion/completions", "$Destination/share/fish/vendor_completions.d", "$Destination/share/zsh/site-functions"
    $ocirun = "$Destination/bin/ocirun"
    & $ocirun man | Set-Content "$pages/ocirun.8"
    foreach ($line in & $ocirun __complete -- '') {
        $command = ($line -split "`t")[0]
        if ($command -notlike ':*' -and $command -ne 'help') { & $ocirun man $command | Set-Content "$pages/ocirun-$command.8" }
    }
    & $ocirun completion bash | Set-Content "$Destination/share/bash-completion/completions/ocirun"
    & $ocirun completion fish | Set-Content "$Destination/share/fish/vendor_completions.d/ocirun.fish"
    & $ocirun completion zsh | Set-Content "$Destination/share/zsh/site-functions/_ocirun"
}

function Clear-Artifact {
    Remove-Item out -Recurse -Force -ErrorAction Ignore
    Get-ChildItem src, tests, tools -Recurse -Directory -Include bin, obj | Remove-Item -Recurse -Force -ErrorAction Ignore
}
