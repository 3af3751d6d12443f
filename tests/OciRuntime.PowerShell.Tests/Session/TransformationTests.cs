using System.IO.Pipes;
using System.Management.Automation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Session;

/// <summary>The conversions alone, value by value: what a parameter's attribute makes of an argument before it is bound.</summary>
public sealed class TransformationTests(TransformationTests.Session session) : IClassFixture<TransformationTests.Session>
{
    private const string Descriptors = "Invoke-OciContainerCommand -PreserveFd";
    private const string Since = "Get-OciContainerLog -Since";

    private readonly PowerShellHost _shell = session.Shell;

    [Theory]
    [InlineData("'50ms'", 50_000L)]
    [InlineData("'1.5s'", 1_500_000L)]
    [InlineData("([TimeSpan]::FromMilliseconds(2))", 2_000L)]
    [InlineData("'00:00:01'", 1_000_000L)]
    [InlineData("'100000'", 100_000L)]
    [InlineData("7", 7L)]
    [InlineData("([byte]7)", 7L)]
    [InlineData("([long]5000000000)", 5_000_000_000L)]
    [InlineData("'-1'", -1L)]
    [InlineData("' -1 '", -1L)]
    [InlineData("' Unlimited '", -1L)]
    public void MicrosecondsAreNumbersOfThemOrDurations(string value, long expected) => Assert.Equal(expected, Made("Set-OciResource -CpuQuota", value));

    [Theory]
    [InlineData("'0.5'")]
    [InlineData("1.5")]
    [InlineData("'1x'")]
    [InlineData("''")]
    public void OtherValuesAreNoMicroseconds(string value) => Refused("Set-OciResource -CpuQuota", value, "microseconds");

    [Theory]
    [InlineData("-1", "-00:00:00.0010000")]
    [InlineData("'-1'", "-00:00:00.0010000")]
    [InlineData("0", "00:00:00")]
    [InlineData("'00:00:00'", "00:00:00")]
    [InlineData("' 2 '", "00:00:02")]
    [InlineData("2147483", "24.20:31:23")]
    [InlineData("([byte]3)", "00:00:03")]
    [InlineData("([long]3)", "00:00:03")]
    [InlineData("([float]0.5)", "00:00:00.5000000")]
    [InlineData("'1h'", "01:00:00")]
    [InlineData("'2d'", "2.00:00:00")]
    [InlineData("'1.5m'", "00:01:30")]
    [InlineData("'1d2h3m4s5ms'", "1.02:03:04.0050000")]
    public void DurationsHaveUnits(string value, string expected) => Assert.Equal(expected, Text(Made("Wait-OciContainer -Timeout", value)));

    [Theory]
    [InlineData("2147484")]
    [InlineData("'2147484'")]
    [InlineData("'25d'")]
    [InlineData("'-00:00:01'")]
    [InlineData("'1..5s'")]
    [InlineData("'5s5'")]
    [InlineData("'.s'")]
    [InlineData("([decimal]5)")]
    [InlineData("' '")]
    [InlineData("$true")]
    public void OtherValuesAreNoDurations(string value) => Refused("Wait-OciContainer -Timeout", value, "duration");

    [Theory]
    [InlineData("1e6", 1_000_000L)]
    [InlineData("([byte]8)", 8L)]
    [InlineData("([uint32]8)", 8L)]
    [InlineData("([ulong]8)", 8L)]
    [InlineData("([decimal]8)", 8L)]
    [InlineData("' MAX '", -1L)]
    [InlineData("'Unlimited'", -1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("([ulong]9223372036854775807)", long.MaxValue)]
    [InlineData("([decimal]9223372036854775807)", long.MaxValue)]
    public void SizesAreNumbersToo(string value, long expected) => Assert.Equal(expected, Made("New-OciSpec -Memory", value));

    [Theory]
    [InlineData("1.5")]
    [InlineData("([decimal]1.5)")]
    [InlineData("([ulong]::MaxValue)")]
    [InlineData("([double]9223372036854775808)")]
    [InlineData("([decimal]9223372036854775808)")]
    [InlineData("([double]::MaxValue)")]
    [InlineData("([double]::MinValue)")]
    [InlineData("([double]::NaN)")]
    [InlineData("([decimal]::MaxValue)")]
    [InlineData("([DateTime]::Now)")]
    public void OtherValuesAreNoSizes(string value) => Refused("New-OciSpec -Memory", value, "size");

    [Theory]
    [InlineData("0,1,'5-7'", "0,1,5-7")]
    [InlineData("' 1 ', 2", "1,2")]
    [InlineData("'3-3'", "3-3")]
    [InlineData("65535", "65535")]
    public void NumbersOfCpusMakeAList(string value, string expected) => Assert.Equal(expected, Made("New-OciSpec -CpuSet", value));

    [Theory]
    [InlineData("'1-2-3'")]
    [InlineData("65536")]
    [InlineData("'-1'")]
    [InlineData("'0-'")]
    public void OtherValuesAreNoListOfCpus(string value) => Refused("New-OciSpec -CpuSet", value, "list of numbers");

    [Theory]
    [InlineData("'A=1'", "A=1")]
    [InlineData("[ordered]@{ A = 1; B = 'x=y'; C = $null }", "A=1 B=x=y C=")]
    [InlineData("@{ A = Write-Output 1.5 }", "A=1.5")]
    [InlineData("'A=1', @{ B = 2 }, $null, 'A=3'", "A=1 B=2 A=3")]
    public void VariablesStayInOrder(string value, string expected) => Assert.Equal(expected, Text(Made("New-OciSpec -Env", value)));

    [Theory]
    [InlineData("\"A=`0\"")]
    [InlineData("@{ '' = 1 }")]
    [InlineData("'A=1', 'B'")]
    public void OtherValuesAreNoVariables(string value) => Refused("New-OciSpec -Env", value, "environment variable");

    [Theory]
    [InlineData("'utf8'", 65001)]
    [InlineData("'utf-8'", 65001)]
    [InlineData("'utf8NoBOM'", 65001)]
    [InlineData("'Unicode'", 1200)]
    [InlineData("'bigendianunicode'", 1201)]
    [InlineData("'utf32'", 12000)]
    [InlineData("'ascii'", 20127)]
    [InlineData("'latin1'", 28591)]
    [InlineData("'iso-8859-1'", 28591)]
    [InlineData("'12001'", 12001)]
    [InlineData("12001", 12001)]
    public void EncodingsHaveNames(string value, int page) => Assert.Equal(page, Made("Invoke-OciContainer -Encoding", value, "$_.CodePage"));

    [Theory]
    [InlineData("'utf8'", "24C3A4")]
    [InlineData("'unicode'", "2400E400")]
    [InlineData("'bigendianunicode'", "002400E4")]
    [InlineData("'utf32'", "24000000E4000000")]
    public void AStreamHasNoByteOrderMark(string value, string bytes)
    {
        var encoding = (Encoding)Made("Invoke-OciContainer -Encoding", value)!;
        Assert.Equal(bytes, Convert.ToHexString([.. encoding.GetPreamble(), .. encoding.GetBytes("$ä")]));
    }

    [Fact]
    public void AnEncodingStaysTheObjectThatItIs() => Assert.Same(Encoding.BigEndianUnicode, Made("Invoke-OciContainer -Encoding", "[System.Text.Encoding]::BigEndianUnicode"));

    [Theory]
    [InlineData("'utf9'")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public void OtherValuesAreNoEncodings(string value) => Refused("Invoke-OciContainer -Encoding", value, "utf8, unicode or latin1");

    [Fact]
    public void DescriptorsAreThoseOfTheirObjects()
    {
        using FileStream file = File.OpenRead("/dev/null");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        var made = (SafeHandle[])Transform(Descriptors, new object[] { file, socket, pipe, file.SafeFileHandle })!;
        Assert.Equal([file.SafeFileHandle, socket.SafeHandle, pipe.SafePipeHandle, file.SafeFileHandle], made);
        string number = pipe.GetClientHandleAsString();
        Assert.Equal(number, Assert.Single((SafeHandle[])Transform(Descriptors, int.Parse(number))!).DangerousGetHandle().ToString());
        Assert.Equal(number, Assert.Single((SafeHandle[])Transform(Descriptors, number)!).DangerousGetHandle().ToString());
    }

    [Theory]
    [InlineData("2", "the lowest that can be passed is 3")]
    [InlineData("'x'", "a FileStream, a Socket")]
    [InlineData("-4", "a FileStream, a Socket")]
    [InlineData("1.5", "a FileStream, a Socket")]
    public void OtherValuesAreNoDescriptors(string value, string why) => Refused(Descriptors, value, why);

    [Fact]
    public void FiltersAreReadOnce()
    {
        Assert.Equal("status=run* id=a", Text(Made("Get-OciContainer -Filter", "'status=run*', 'id=a'")));
        Assert.Equal("id=a", Text(Made("Get-OciContainer -Filter", "[OciRuntime.PowerShell.Common.ContainerFilter]::TryParse('id=a')")));
        Refused("Get-OciContainer -Filter", "'id=a', 'colour=red'", "'colour=red'");
    }

    [Fact]
    public void ALaunchRecordIsAnObjectATableOrAFile()
    {
        const string Parameter = "Compare-OciContainer -Record";
        const string Table = "@{ Id = 'web'; Pid = 7; StartTime = 9 }";
        Assert.Equal("web 7 9", Made(Parameter, Table, "\"$($_.Id) $($_.Pid) $($_.StartTime)\""));
        Assert.Equal("web 7 9", Made(Parameter, $"[pscustomobject]{Table}", "\"$($_.Id) $($_.Pid) $($_.StartTime)\""));
        object record = Made(Parameter, Table)!;
        Assert.Same(record, Transform(Parameter, record));

        DirectoryInfo directory = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "record.json"), """{ "Id": "web", "Pid": 8, "StartTime": 9 }""");
            Assert.Equal(8, Made(Parameter, $"(& {{ Set-Location {directory.FullName}; 'record.json' }})", "$_.Pid"));
            Refused(Parameter, "'missing.json'", "missing.json");
        }
        finally
        {
            _shell.Get("Set-Location /");
            directory.Delete(recursive: true);
        }
        Refused(Parameter, "@{ Id = 'web' }", "launch record");
        Refused(Parameter, "'nowhere:/record.json'", "nowhere");
    }

    [Theory]
    [InlineData("[ordered]@{ DESTINATION = '/p'; type = 'proc'; Source = 'proc' }", "proc:/p")]
    [InlineData("[pscustomobject]@{ destination = '/t'; Type = 'tmpfs'; Source = 'tmpfs'; Options = 'ro,nosuid' }", "tmpfs:/t:ro,nosuid")]
    [InlineData("@{ Destination = '/t'; Type = 'tmpfs'; Options = 'ro', 'size=1m,mode=700' }", "tmpfs:/t:ro,size=1m,mode=700")]
    [InlineData("[OciRuntime.Core.Spec.OciMount]::Parse('/a:/b:ro')", "/a:/b:rbind,ro")]
    [InlineData("'/a:/b:ro', 'nosuid', '/c:/d:ro'", "/a:/b:rbind,ro,nosuid /c:/d:rbind,ro")]
    [InlineData("@{ Destination = '/p'; Type = 'proc' }, '/a:/b:ro', 'nosuid'", "proc:/p /a:/b:rbind,ro,nosuid")]
    public void MountsAreTextsTablesAndObjects(string value, string expected) => Assert.Equal(expected, Text(Made("New-OciSpec -Mount", value)));

    [Theory]
    [InlineData("5")]
    [InlineData("'ro', '/a:/b:ro'")]
    [InlineData("'/a:/b', 'ro'")]
    [InlineData("@{ Destination = '' }")]
    [InlineData("@{ Destination = '/a' }, 'ro'")]
    public void OtherValuesAreNoMounts(string value) => Refused("New-OciSpec -Mount", value, "mount");

    [Fact]
    public void ResourcesAreTablesOrTheObject()
    {
        const string Parameter = "Set-OciResource -Resource";
        Assert.Equal(4096L, Made(Parameter, "@{ memory = @{ limit = 4096 } }", "$_.Memory.Limit"));
        Assert.Equal(4096L, Made(Parameter, "[pscustomobject]@{ memory = @{ limit = 4096 } }", "$_.Memory.Limit"));
        object resources = Made(Parameter, "@{ pids = @{ limit = 5 } }")!;
        Assert.Same(resources, Transform(Parameter, resources));
        Refused(Parameter, "'text'", "a table is expected");
        Refused(Parameter, "@{ memory = 5 }", "memory");
    }

    [Fact]
    public void AProfileIsAnObjectANameOrAFile()
    {
        const string Parameter = "Set-OciSeccomp -Profile";
        const string Profile = "[OciRuntime.Core.Spec.OciSeccomp]@{ DefaultAction = 'SCMP_ACT_KILL' }";
        Assert.Equal("docker", Made(Parameter, "'docker'"));
        Assert.Equal("/etc/passwd", Made(Parameter, "(Get-Item /etc/passwd)"));
        Assert.Equal("OciSeccomp SCMP_ACT_KILL", Made(Parameter, Profile, "\"$($_.GetType().Name) $($_.DefaultAction)\""));
        Assert.Equal("OciSeccomp SCMP_ACT_KILL", Made(Parameter, Travelled(Profile), "\"$($_.GetType().Name) $($_.DefaultAction)\""));
        Refused(Parameter, "5", "docker, podman");
        Refused(Parameter, "[pscustomobject]@{ DefaultAction = 'SCMP_ACT_KILL' }", "docker, podman");
    }

    [Fact]
    public void AConfigurationThatTravelledIsOneAgain()
    {
        const string Parameter = "Export-OciSpec -Spec";
        Assert.Equal("OciSpec web", Made(Parameter, Travelled("(New-OciSpec -Hostname web)"), "\"$($_.GetType().Name) $($_.Hostname)\""));
        object spec = Made(Parameter, "New-OciSpec")!;
        Assert.Same(spec, Transform(Parameter, spec));
        Assert.Equal("text", Made(Parameter, "'text'"));
    }

    [Theory]
    [InlineData("Add-OciMount -Container", "'web', 'db'", "web@ db@")]
    [InlineData("Add-OciMount -Container", "'web'", "web@")]
    [InlineData("Add-OciMount -Container", "[OciRuntime.Core.State.OciContainer]::Named('web', '/r')", "web@/r")]
    [InlineData("Get-OciContainer -InputObject", "'web'", "String")]
    [InlineData("Add-OciMount -Container", "''", "String")]
    [InlineData("Get-OciContainer -InputObject", "$travelled", "web@/r")]
    [InlineData("Get-OciContainer -InputObject", "$travelled, $travelled", "web@/r web@/r")]
    [InlineData("Get-OciContainer -InputObject", "$nameless", "PSCustomObject")]
    [InlineData("Get-OciContainer -InputObject", "$rootless", "PSCustomObject")]
    [InlineData("Get-OciContainer -InputObject", "([pscustomobject]@{ Id = 'web'; Root = '/r' })", "PSCustomObject")]
    public void AContainerThatTravelledHasItsIdAndRoot(string parameter, string value, string expected)
    {
        _shell.Get("""
            $travelled, $nameless, $rootless = @{ Id = 'web'; Root = '/r' }, @{ Root = '/r' }, @{ Id = 'web' } | ForEach-Object {
                $bag = [pscustomobject]$_
                $bag.PSTypeNames.Insert(0, 'Deserialized.OciRuntime.Core.State.OciContainer')
                $bag
            }
            """);
        Assert.Equal(expected, Made(parameter, value, """
            ($_ | ForEach-Object { $_ -is [OciRuntime.Core.State.OciContainer] ? "$($_.Id)@$($_.Root)" : $_.GetType().Name }) -join ' '
            """));
    }

    [Theory]
    [InlineData("'openat'", "openat  ")]
    [InlineData("[pscustomobject]@{ Syscall = 'read'; Architecture = 'SCMP_ARCH_X86_64'; Arguments = '0x1', $null, '0x2' }", "read SCMP_ARCH_X86_64 0x1,0x2")]
    [InlineData("[pscustomobject]@{ Syscall = 'read'; Arguments = 'System.Collections.Generic.List`1[System.String]' }", "read  ")]
    [InlineData("[OciRuntime.Core.Seccomp.Tracing.OciTracedSyscall]@{ Syscall = 'read' }, 'write'", "read   write  ")]
    public void CallsOfATraceHaveNames(string value, string expected) =>
        Assert.Equal(expected, Made("New-OciSeccompProfile -InputObject", value, "($_ | ForEach-Object { \"$($_.Syscall) $($_.Architecture) $($_.Arguments -join ',')\" }) -join ' '"));

    [Theory]
    [InlineData("''")]
    [InlineData("5")]
    [InlineData("[pscustomobject]@{ Name = 'read' }")]
    public void OtherValuesAreNoCalls(string value) => Refused("New-OciSeccompProfile -InputObject", value, "system call");

    [Fact]
    public void ATimeIsAMoment()
    {
        Assert.Equal(DateTimeOffset.Parse("2026-01-02T03:04:05Z"), Made(Since, "'2026-01-02T03:04:05Z'"));
        Assert.Equal(new DateTime(2026, 1, 2), Made(Since, "([DateTime]'2026-01-02')"));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), Made(Since, "([DateTimeOffset]'2026-01-02T00:00:00Z')"));
        Assert.Equal(new DateTimeOffset(DateTime.Today.AddHours(12.5)), Made(Since, "'12:30'"));
        Refused(Since, "'x'", "250ms or 1m30s");
        Refused(Since, "$true", "250ms or 1m30s");
    }

    [Theory]
    [InlineData("'10m'", 600)]
    [InlineData("'0s'", 0)]
    [InlineData("([TimeSpan]'01:00:00')", 3600)]
    [InlineData("90", 90)]
    [InlineData("10s", 10)]
    [InlineData("0.5", 0.5)]
    public void ADurationCountsBackFromNow(string value, double seconds)
    {
        DateTimeOffset before = DateTimeOffset.UtcNow;
        var made = (DateTimeOffset)Made(Since, value)!;
        Assert.InRange(made.AddSeconds(seconds), before, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("0", "0:0")]
    [InlineData("'1000:100'", "1000:100")]
    [InlineData("[OciRuntime.Core.Spec.OciUser]@{ Uid = 5; Gid = 6 }", "5:6")]
    public void AUserIsNumbers(string value, string expected) => Assert.Equal(expected, Made("Set-OciProcess -User", value));

    [Fact]
    public void ANameIsNoUser() => Refused("Set-OciProcess -User", "'nobody'", "nobody");

    [Theory]
    [InlineData("15", 15)]
    [InlineData("'term'", 15)]
    [InlineData("'SIGKILL'", 9)]
    [InlineData("'RTMIN+1'", 35)]
    public void ASignalIsItsNumber(string value, int expected) => Assert.Equal(expected, Made("Send-OciContainerSignal -Signal", value));

    [Theory]
    [InlineData("'chown', 'CAP_CHOWN', 'net_raw'", "CAP_CHOWN CAP_NET_RAW")]
    [InlineData("'chown'", "CAP_CHOWN")]
    public void CapabilitiesAreNamedOnce(string value, string expected) => Assert.Equal(expected, Text(Made("New-OciSpec -Capability", value)));

    [Theory]
    [InlineData("'pid', 'network:/run/netns/web'", "pid: network:/run/netns/web")]
    [InlineData("[OciRuntime.Core.Spec.OciNamespace]@{ Type = 'ipc' }", "ipc:")]
    public void NamespacesAreTextsAndObjects(string value, string expected) => Assert.Equal(expected, Made("New-OciSpec -Namespace", value, "($_ | ForEach-Object { \"$($_.Type):$($_.Path)\" }) -join ' '"));

    [Theory]
    [InlineData("Wait-OciContainer -Timeout")]
    [InlineData("New-OciSpec -Mount")]
    [InlineData("Get-OciContainer -Filter")]
    [InlineData("Export-OciSpec -Spec")]
    public void NothingStaysNothing(string parameter) => Assert.Null(Transform(parameter, null));

    private static string Travelled(string expression) =>
        $"[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(({expression}), 8))";

    private static string? Text(object? value) => value is Array list ? string.Join(' ', list.Cast<object>()) : value?.ToString();

    // What the parameter's attribute makes of an expression of PowerShell, and of that what the view has of it.
    private object? Made(string parameter, string expression, string? view = null)
    {
        object? made = Transform(parameter, Value(expression));
        if (view is null)
            return made is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : made;
        return Assert.Single(_shell.Get($"$_ = $made; {view}", ("made", made))).BaseObject;
    }

    private PSObject Value(string expression) => _shell.Get($"function f {{ param($x) ,$x }}; f ({expression})")[0];

    private object? Transform(string parameter, object? value)
    {
        string[] words = parameter.Split(" -");
        var command = (CommandInfo)_shell.Get($"Get-Command {words[0]}")[0].BaseObject;
        ArgumentTransformationAttribute conversion = Assert.Single(
            command.Parameters[words[1]].Attributes.OfType<ArgumentTransformationAttribute>(), attribute => attribute.GetType().Name.EndsWith("ConversionAttribute", StringComparison.Ordinal));
        return conversion.Transform((EngineIntrinsics)_shell.Runspace.SessionStateProxy.GetVariable("ExecutionContext"), value!);
    }

    private void Refused(string parameter, string expression, string why)
    {
        PSObject value = Value(expression);
        Assert.Contains(why, Assert.Throws<ArgumentTransformationMetadataException>(() => Transform(parameter, value)).Message, StringComparison.Ordinal);
    }

    /// <summary>One session for all: a conversion leaves nothing in it.</summary>
    public sealed class Session : IDisposable
    {
        internal PowerShellHost Shell { get; } = new();

        public void Dispose() => Shell.Dispose();
    }
}
