BeforeDiscovery {
    $pages = Get-ChildItem "$PSScriptRoot/../../../docs/help/*-*.md" | ForEach-Object { @{ Cmdlet = $_.BaseName; Text = Get-Content -Raw $_ } }
    $examples = foreach ($page in $pages) {
        foreach ($example in [regex]::Matches($page.Text, '(?ms)^### (Example [^\n]+)\n\n```powershell\n(.*?)^```')) {
            @{ Cmdlet = $page.Cmdlet; Title = $example.Groups[1].Value; Code = $example.Groups[2].Value }
        }
    }
}

BeforeAll {
    . "$PSScriptRoot/../Common.ps1"
    Import-Module "$repository/out/OciRuntime"
}

Describe 'Help' {
    It 'IsComplete: <Cmdlet>' -ForEach $pages {
        $help = Get-Help $Cmdlet -Full
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        $described = $help.parameters.parameter | Where-Object { $_.description.Text } | ForEach-Object Name
        $own = (Get-Command $Cmdlet).Parameters.Values | ForEach-Object Name |
            Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters }
        $described | Sort-Object | Should -Be ($own | Sort-Object)
    }

    It 'ShowsOnAScreen: <Cmdlet>' -ForEach $pages {
        $text = Get-Help $Cmdlet -Full | Out-String
        foreach ($heading in 'NAME', 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'Example 1', 'Example 2') {
            $text | Should -MatchExactly $heading
        }
    }

    It 'HasAPageForEveryCmdlet' {
        (Get-ChildItem "$repository/docs/help/*-*.md").BaseName | Sort-Object | Should -Be ((Get-Command -Module OciRuntime).Name | Sort-Object)
    }

    It 'HasAboutTopics' {
        $topics = (Get-ChildItem "$repository/docs/help/about_*.help.txt").Name -replace '\.help\.txt$'
        foreach ($about in 'Rootless', 'RuncWords', 'Errors', 'LaunchPlan', 'Security', 'Networking') { $topics | Should -Contain "about_OciRuntime_$about" }
        foreach ($topic in $topics) {
            $text = Get-Help $topic | Out-String
            $text | Should -Match "(?m)^\s*$topic\s*$" -Because $topic
            # What it speaks of is there: cmdlets, their parameters, topics. A verb that is meant with others ends with a hyphen.
            foreach ($word in [regex]::Matches($text, '\b[A-Z][a-z]+-Oci\w+').Value | Sort-Object -Unique) { Get-Command $word -Module OciRuntime -ErrorAction Ignore | Should -Not -BeNullOrEmpty -Because "$topic names $word" }
            foreach ($word in [regex]::Matches($text, '\babout_OciRuntime\w*').Value | Sort-Object -Unique) { $topics | Should -Contain $word -Because $topic }
            foreach ($line in $text -split '\n' | Where-Object { $_ -match '^        \S.*-Oci' }) {
                $errors = $null
                $tree = [System.Management.Automation.Language.Parser]::ParseInput($line.Trim().TrimEnd('|'), [ref] $null, [ref] $errors)
                foreach ($command in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                    $known = Get-Command $command.GetCommandName() -Module OciRuntime -ErrorAction Ignore
                    foreach ($parameter in $command.CommandElements | Where-Object { $known -and $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                        $known.Parameters.Keys | Should -Contain $parameter.ParameterName -Because "$topic`: $line"
                    }
                }
            }
        }
    }

    It 'TheWordsOfRuncAreThoseOfTheAliases' {
        $rows = [regex]::Matches((Get-Help about_OciRuntime_RuncWords | Out-String), '(?m)\b(\w+-Oci\w+) +([a-z]+)\s*$')
        $rows.Count | Should -BeGreaterThan 12
        foreach ($row in $rows) { (Get-Alias $row.Groups[2].Value).Definition | Should -Be $row.Groups[1].Value }
    }

    It 'TheErrorsOfTheTopicAreThose' {
        $codes = [enum]::GetNames([OciRuntime.Core.Errors.OciErrorCode])
        $text = (Get-Help about_OciRuntime_Errors | Out-String) -replace '(?s).*The id is stable:(.*?)\..*', '$1'
        $text.Split(',').Trim() | Where-Object { $_ -notin $codes } | Should -BeNullOrEmpty
        [OciRuntime.Core.Errors.OciException].GetProperties().Name | Should -Contain SpecPointer
    }

    It 'HasAnOnlinePage: <Cmdlet>' -ForEach $pages {
        $address = "$((Get-Module OciRuntime).ProjectUri)/blob/main/docs/help/$Cmdlet.md"
        # The one that Get-Help -Online opens.
        @((Get-Help $Cmdlet).relatedLinks.navigationLink.uri | Where-Object { $_ })[0] | Should -Be $address
        $Text | Should -Match "(?m)^online version: $([regex]::Escape($address))$"
    }
}

# As the pages say: in a directory with the bundle ./web, and what New-OciBundle's page names.
Describe 'Example' {
    BeforeAll {
        function Add-Blob([string] $Layout, [byte[]] $Bytes) {
            $digest = [Convert]::ToHexStringLower([System.Security.Cryptography.SHA256]::HashData($Bytes))
            [System.IO.File]::WriteAllBytes("$Layout/blobs/sha256/$digest", $Bytes)
            @{ digest = "sha256:$digest"; size = $Bytes.Length }
        }

        # An OCI image layout with one layer, as `skopeo copy ... oci:DIRECTORY:latest` leaves it.
        function New-ImageLayout([string] $Layout, [string] $Rootfs) {
            $null = New-Item -ItemType Directory -Force "$Layout/blobs/sha256"
            tar -C $Rootfs -cf "$Layout/layer.tar" .
            $layer = Add-Blob $Layout ([System.IO.File]::ReadAllBytes("$Layout/layer.tar"))
            Remove-Item "$Layout/layer.tar"
            $machine = [System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture -eq 'Arm64' ? 'arm64' : 'amd64'
            $image = @{
                architecture = $machine; os = 'linux'; config = @{ Cmd = '/bin/sh', '-c', 'echo image'; Env = @('PATH=/bin') }
                rootfs = @{ type = 'layers'; diff_ids = @($layer.digest) }
            }
            $config = Add-Blob $Layout ([System.Text.Encoding]::UTF8.GetBytes(($image | ConvertTo-Json -Depth 5)))
            $manifest = @{
                schemaVersion = 2; mediaType = 'application/vnd.oci.image.manifest.v1+json'
                config = $config + @{ mediaType = 'application/vnd.oci.image.config.v1+json' }
                layers = @($layer + @{ mediaType = 'application/vnd.oci.image.layer.v1.tar' })
            }
            $entry = Add-Blob $Layout ([System.Text.Encoding]::UTF8.GetBytes(($manifest | ConvertTo-Json -Depth 5)))
            $entry += @{ mediaType = 'application/vnd.oci.image.manifest.v1+json'; annotations = @{ 'org.opencontainers.image.ref.name' = 'latest' } }
            @{ schemaVersion = 2; manifests = @($entry) } | ConvertTo-Json -Depth 5 | Set-Content "$Layout/index.json"
            '{"imageLayoutVersion":"1.0.0"}' | Set-Content "$Layout/oci-layout"
        }
    }

    BeforeEach {
        $fixture = New-Fixture
        Move-Item $fixture.Bundle "$($fixture.Work)/web"
        Push-Location $fixture.Work
    }

    AfterEach {
        Pop-Location
        Remove-Fixture $fixture
    }

    It 'Runs: <Cmdlet> <Title>' -ForEach $examples {
        if ($Code.Contains('./web.tar')) { tar -C ./web/rootfs -cf web.tar . }
        if ($Code.Contains('./web-image.tar')) {
            New-ImageLayout "$PWD/web-image" ./web/rootfs
            tar -C ./web-image -cf web-image.tar .
        }
        if ($Code.Contains('./image')) { New-ImageLayout "$PWD/image" ./web/rootfs }
        # SilentlyContinue keeps an error off the stream; what is there was not meant.
        Get-Failure ([scriptblock]::Create($Code)) | Should -BeNullOrEmpty
    }
}
