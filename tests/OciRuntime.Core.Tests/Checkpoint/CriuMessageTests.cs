using OciRuntime.Core.Criu;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using Xunit;

namespace OciRuntime.Core.Tests.Checkpoint;

/// <summary>Bytes of criu's messages: the numbers are those of criu's rpc.proto, the expected bytes were made by protoc.</summary>
public sealed class CriuMessageTests
{
    [Fact]
    public void ARequestWithoutOptions()
    {
        Assert.Equal("080A2001", Hex(new CriuRequest(CriuRequestType.Version) { KeepOpen = true }));
        Assert.Equal("08061801", Hex(new CriuRequest(CriuRequestType.Notify)));
        Assert.Equal("080920012A0408011000", Hex(new CriuRequest(CriuRequestType.FeatureCheck) { KeepOpen = true, Features = CriuFeatures.MemoryTracking }));
    }

    [Fact]
    public void OptionsOfADump()
    {
        var options = new CriuOptions { ImagesDirectory = 300, LogFile = "d", Pid = 7, LeaveRunning = true, ExternalMounts = [("/a", "b")], PageServer = ("h", 1), FreezeCgroup = "f" };
        Fields fields = FieldsOf(options);
        Assert.Equal(300, fields.Number(1));
        Assert.Equal(7, fields.Number(2));
        Assert.Equal(1, fields.Number(3));
        Assert.Equal("d", fields.Text(10));
        Assert.Equal("0A0168" + "1001", fields.Hex(11));
        Assert.Equal(1, fields.Number(12));
        Assert.Equal("0A022F61" + "120162", fields.Hex(23));
        Assert.Equal(6, fields.Number(34));
        Assert.Equal("f", fields.Text(44));
        Assert.False(fields.Has(13));
        Assert.False(fields.Has(15));
        Assert.False(fields.Has(26));
        Assert.False(fields.Has(64));
    }

    [Fact]
    public void OptionsOfARestore()
    {
        var options = new CriuOptions
        {
            ImagesDirectory = 4,
            LogFile = "r",
            Root = "/root",
            RestoreSibling = true,
            WorkDirectory = 5,
            ParentImages = "../p",
            InheritFds = [("pipe:[1]", 1)],
            CgroupRoots = [("", "/c")],
            JoinNamespaces = [("uts", "/n")],
            External = ["net[1]:x", "net[2]:y"],
            CgroupMode = CriuCgroupMode.Strict,
            EmptyNamespaces = CloneBits.CLONE_NEWNET,
            NetworkLock = 2,
            LsmProfile = "apparmor:p",
        };
        Fields fields = FieldsOf(options);
        Assert.Equal("/root", fields.Text(13));
        Assert.Equal("../p", fields.Text(14));
        Assert.Equal(1, fields.Number(15));
        Assert.Equal(5, fields.Number(17));
        Assert.Equal("0A00" + "12022F63", fields.Hex(25));
        Assert.Equal(1, fields.Number(26));
        Assert.Equal("0A08706970653A5B315D" + "1001", fields.Hex(27));
        Assert.Equal(5, fields.Number(34));
        Assert.Equal("net[2]:y", fields.Text(37));
        Assert.Equal(0x40000000, fields.Number(38));
        Assert.Equal("0A03757473" + "12022F6E", fields.Hex(39));
        Assert.Equal("apparmor:p", fields.Text(53));
        Assert.Equal(2, fields.Number(64));
        Assert.False(fields.Has(2));
    }

    [Fact]
    public void EveryOptionIsWritten()
    {
        string plain = Hex(new CriuRequest(CriuRequestType.Dump) { Options = Plain });
        Assert.All(typeof(CriuOptions).GetProperties(), option =>
        {
            CriuOptions options = Plain with { };
            option.SetValue(options, Value(option.PropertyType));
            Assert.True(plain != Hex(new CriuRequest(CriuRequestType.Dump) { Options = options }), option.Name);
        });
    }

    [Theory]
    [InlineData(typeof(CheckpointRequest), nameof(CheckpointRequest.PreDump), nameof(CheckpointRequest.StatusFd))]
    [InlineData(
        typeof(RestoreRequest), nameof(RestoreRequest.Bundle), nameof(RestoreRequest.ConsoleSocket), nameof(RestoreRequest.Stdio), nameof(RestoreRequest.Supervised), nameof(RestoreRequest.LogLimit),
        nameof(RestoreRequest.PidFile), nameof(RestoreRequest.Detach), nameof(RestoreRequest.NoPivot))]
    public void EverySettingOfARequestIsAnOption(Type type, params string[] others)
    {
        string[] own = [.. others, nameof(CheckpointSettings.Id), nameof(CheckpointSettings.ImagePath), nameof(CheckpointSettings.WorkPath)];
        CriuOptions plain = Make().Options("log");
        Assert.All(type.GetProperties().Where(property => property.CanWrite && !own.Contains(property.Name)), property =>
        {
            CheckpointSettings settings = Make();
            property.SetValue(settings, property.Name switch
            {
                nameof(CheckpointSettings.ManageCgroupsMode) => "strict",
                nameof(CheckpointSettings.NetworkLock) => "skip",
                _ => Value(property.PropertyType),
            });
            Assert.True(plain != settings.Options("log"), property.Name);
        });

        CheckpointSettings Make() => (CheckpointSettings)Activator.CreateInstance(type)!;
    }

    [Fact]
    public void ARestoreMakesWhatItsRequestSays()
    {
        string[] own = [nameof(RestoreRequest.Stdio), nameof(RestoreRequest.PidFile)];
        var common = typeof(RestoreRequest).GetProperties().Where(property => typeof(CreateRequest).GetProperty(property.Name) is not null && !own.Contains(property.Name)).ToList();
        Assert.True(common.Count >= 7);
        Assert.All(common, property =>
        {
            var request = new RestoreRequest { Id = "c", ImagePath = "/i", Bundle = "/b" };
            object value = property.PropertyType == typeof(LogLimit) ? new LogLimit(7, 7) : Value(property.PropertyType);
            property.SetValue(request, value);
            Assert.Equal(value, typeof(CreateRequest).GetProperty(property.Name)!.GetValue(request.AsCreate()));
        });
    }

    private static CriuOptions Plain => new() { ImagesDirectory = 0, LogFile = "log" };

    // One that is nobody's default.
    private static object Value(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(bool) => true,
        var t when t == typeof(int) => 77,
        var t when t == typeof(string) => "77",
        var t when t == typeof((string, int)) => ("77", 77),
        var t when t == typeof(CriuCgroupMode) => CriuCgroupMode.Strict,
        var t when t == typeof(CloneBits) => CloneBits.CLONE_NEWNET,
        var t when t == typeof(IReadOnlyList<string>) => new[] { "77" },
        var t when t == typeof(IReadOnlyList<(string, int)>) => new[] { ("77", 77) },
        var t when t == typeof(IReadOnlyList<(string, string)>) => new[] { ("77", "77") },
        var t => throw new ArgumentOutOfRangeException(nameof(type), t.Name),
    };

    [Fact]
    public void ANegativeNumberIsTenBytes()
    {
        var to = new ProtobufWriter();
        to.Number(1, -1);
        Assert.Equal("08FFFFFFFFFFFFFFFFFF01", Convert.ToHexString(to.Written));
        var from = new ProtobufReader(to.Written);
        Assert.True(from.Read());
        Assert.Equal(-1, from.Number);
    }

    [Fact]
    public void AnswersAndNotices()
    {
        CriuResponse restored = CriuResponse.Decode(Convert.FromHexString("0802" + "1001" + "2203088421"));
        Assert.Equal((CriuRequestType.Restore, true, 4228), (restored.Type, restored.Success, restored.Pid));
        CriuResponse notice = CriuResponse.Decode(Convert.FromHexString("0806" + "1001" + "2A060A027B7D1007"));
        Assert.Equal(("{}", 7), (notice.Script, notice.Pid));
        CriuResponse failed = CriuResponse.Decode(Convert.FromHexString("0801" + "1000" + "3816" + "4A0165"));
        Assert.Equal((false, 22), (failed.Success, failed.Errno));
        Assert.Equal(31701, CriuResponse.Decode(Convert.FromHexString("080A1001" + "52080803101120013200")).Version);
        Assert.Equal(CriuFeatures.LazyPages, CriuResponse.Decode(Convert.FromHexString("08091001" + "420408001001")).Features);
    }

    [Fact]
    public void WhatIsUnknownIsSkipped()
    {
        // A number, eight bytes, a text and four bytes of later versions.
        CriuResponse response = CriuResponse.Decode(Convert.FromHexString("A00601" + "A1060102030405060708" + "A20601FF" + "A50601020304" + "0801" + "1001"));
        Assert.Equal((CriuRequestType.Dump, true), (response.Type, response.Success));
    }

    [Theory]
    [InlineData("08"), InlineData("0A05"), InlineData("0F"), InlineData("08FFFFFFFFFFFFFFFFFFFFFF01"), InlineData("2A020A05"), InlineData("A106010203"), InlineData("0AFFFFFFFFFFFFFFFFFF01")]
    public void WhatIsNoMessageIsAnError(string bytes) =>
        Assert.Equal("criu", Assert.Throws<OciException>(() => CriuResponse.Decode(Convert.FromHexString(bytes))).Step);

    private static string Hex(CriuRequest request) => Convert.ToHexString(request.Encode());

    private static Fields FieldsOf(CriuOptions options)
    {
        var fields = new Fields();
        var message = new ProtobufReader(new CriuRequest(CriuRequestType.Dump) { Options = options }.Encode());
        while (message.Read())
        {
            if (message.Field == 2)
                fields.Add(message.Bytes);
        }
        return fields;
    }

    private sealed class Fields
    {
        private readonly Dictionary<int, (long Number, byte[] Bytes)> _last = [];

        public void Add(ReadOnlySpan<byte> message)
        {
            int before = 0;
            var from = new ProtobufReader(message);
            while (from.Read())
            {
                Assert.True(from.Field >= before, "fields are in their order");
                before = from.Field;
                _last[from.Field] = (from.Number, from.Bytes.ToArray());
            }
        }

        public bool Has(int field) => _last.ContainsKey(field);

        public long Number(int field) => _last[field].Number;

        public string Text(int field) => System.Text.Encoding.UTF8.GetString(_last[field].Bytes);

        public string Hex(int field) => Convert.ToHexString(_last[field].Bytes);
    }
}
