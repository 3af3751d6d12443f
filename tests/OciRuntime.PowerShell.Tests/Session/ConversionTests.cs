using System.Collections;
using System.Management.Automation;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Session;

/// <summary>What parameters make of what users write.</summary>
public sealed class ConversionTests : IDisposable
{
    private readonly PowerShellHost _shell = new();

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("512m", 512L << 20)]
    [InlineData("1.5g", 1536L << 20)]
    [InlineData("64MB", 64L << 20)]
    [InlineData("'64MiB'", 64L << 20)]
    [InlineData("'2 k'", 2048L)]
    [InlineData("4096", 4096L)]
    [InlineData("1e6", 1000000L)]
    [InlineData("unlimited", -1L)]
    [InlineData("-1", -1L)]
    [InlineData("1t", 1L << 40)]
    public void SizesAreBytes(string size, long bytes) =>
        Assert.Equal(bytes, One($"(New-OciSpec -Memory {size}).Linux.Resources.Memory.Limit"));

    [Theory]
    [InlineData("12q")]
    [InlineData("1.5")]
    [InlineData("'-3'")]
    [InlineData("9999999999g")]
    [InlineData("''")]
    public void OtherTextIsNoSize(string size) => Refused($"New-OciSpec -Memory {size}", "Memory");

    [Theory]
    [InlineData("0-3,7", "0-3,7")]
    [InlineData("0,1", "0,1")]
    [InlineData("2", "2")]
    [InlineData("'0-3,7'", "0-3,7")]
    public void CpuListsArePutTogether(string list, string expected) =>
        Assert.Equal(expected, One($"(New-OciSpec -CpuSet {list}).Linux.Resources.Cpu.Cpus"));

    [Theory]
    [InlineData("3-1")]
    [InlineData("a")]
    [InlineData("'1,,2'")]
    public void OtherTextIsNoCpuList(string list) => Refused($"New-OciSpec -CpuSet {list}", "CpuSet");

    [Fact]
    public void CpusAreAQuota() =>
        Assert.Equal([150000L, 100000UL], _shell.Get("$c = (New-OciSpec -Cpus 1.5).Linux.Resources.Cpu; $c.Quota; $c.Period").Select(value => value.BaseObject));

    [Fact]
    public void EnvironmentComesFromTextAndTables() =>
        Assert.Equal(["PATH=/bin", "TERM=xterm", "A=1", "B=x=y"], Texts("(New-OciSpec -Env PATH=/bin, @{ A = 1 }, 'B=x=y').Process.Env"));

    [Theory]
    [InlineData("novalue")]
    [InlineData("'=x'")]
    public void OtherTextIsNoVariable(string variable) => Refused($"New-OciSpec -Env {variable}", "Env");

    [Fact]
    public void MountsComeFromTextAndTables()
    {
        IReadOnlyList<string> mounts = Texts("""
            Set-Location /usr
            $m = (New-OciSpec -Mount './lib:/l:ro,nosuid', tmpfs:/t:size=1m, @{ Destination = '/p'; Type = 'proc'; Source = 'proc' }).Mounts
            foreach ($x in $m[-3..-1]) { "$($x.Destination) $($x.Type) $($x.Source) $($x.Options -join ',')" }
            """);
        Assert.Equal(["/l bind /usr/lib rbind,ro,nosuid", "/t tmpfs tmpfs nosuid,nodev,size=1m", "/p proc proc "], mounts);
    }

    [Fact]
    public void MountOptionsArePutTogether() => Assert.Equal(
        ["/b rbind,ro,nosuid", "/t nosuid,nodev,size=1m,mode=700", "/c rbind"],
        Texts("(New-OciSpec -Mount /a:/b:ro,nosuid, tmpfs:/t:size=1m, mode=700, /a:/c).Mounts[-3..-1] | ForEach-Object { \"$($_.Destination) $($_.Options -join ',')\" }"));

    [Theory]
    [InlineData("/only")]
    [InlineData("/a:relative")]
    [InlineData("@{ Source = '/a' }")]
    public void OtherTextIsNoMount(string mount) => Refused($"New-OciSpec -Mount {mount}", "Mount");

    [Fact]
    public void CapabilitiesNeedNoPrefix()
    {
        Assert.Contains("CAP_NET_RAW", Texts("(New-OciSpec -Capability net_raw).Process.Capabilities.Bounding"));
        Assert.Equal(["CAP_CHOWN"], Texts("(New-OciSpec -DropCapability all -Capability CAP_CHOWN).Process.Capabilities.Effective"));
        Assert.Equal([true], _shell.Get("$null -eq (New-OciSpec -Capability all).Process.Capabilities.Inheritable").Select(value => value.BaseObject));
        Refused("New-OciSpec -Capability net_rwa", "Capability");
    }

    [Fact]
    public void NamespacesAreMadeOrJoined() =>
        Assert.Equal(["pid=", "network=/run/netns/web"], Texts("(New-OciSpec -Namespace pid, network:/run/netns/web).Linux.Namespaces | ForEach-Object { \"$($_.Type)=$($_.Path)\" }"));

    [Theory]
    [InlineData("1x")]
    [InlineData("ms")]
    [InlineData("10d")]
    [InlineData("'-5'")]
    [InlineData("''")]
    public void OtherTextIsNoDuration(string duration) => Refused($"Wait-OciContainer x -Timeout {duration}", "Timeout");

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1s", 1000)]
    [InlineData("0.5", 500)]
    [InlineData("'00:00:02'", 2000)]
    [InlineData("1m30s", 90000)]
    [InlineData("([TimeSpan]::FromMinutes(1))", 60000)]
    public void DurationsAreTimeSpans(string duration, int milliseconds)
    {
        CommandInfo command = (CommandInfo)_shell.Get("Get-Command Wait-OciContainer")[0].BaseObject;
        ArgumentTransformationAttribute conversion = command.Parameters["Timeout"].Attributes.OfType<ArgumentTransformationAttribute>().Single(a => a.GetType().Name == "DurationConversionAttribute");
        object value = _shell.Get($"function f {{ param($x) ,$x }}; f {duration}")[0];
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), conversion.Transform(null, value));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("TREM")]
    public void OtherTextIsNoSignal(string signal) => Refused($"Send-OciContainerSignal x -Signal {signal}", "Signal");

    private object One(string script) => Assert.Single(_shell.Get(script)).BaseObject;

    private string[] Texts(string script) => [.. _shell.Get(script).Select(value => value.BaseObject is IEnumerable and not string ? string.Join(' ', value) : value.ToString())];

    private void Refused(string script, string parameter)
    {
        ScriptResult result = _shell.Run(script);
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.StartsWith("ParameterArgumentTransformationError,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"'{parameter}'", error.ToString(), StringComparison.Ordinal);
    }
}
