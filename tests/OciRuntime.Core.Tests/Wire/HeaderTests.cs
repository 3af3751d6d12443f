using System.Globalization;
using System.Text.RegularExpressions;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;
using Xunit;

namespace OciRuntime.Core.Tests.Wire;

/// <summary>wire.h is the definition; the C# side repeats it.</summary>
public sealed class HeaderTests
{
    private static readonly string Header = ReadHeader();

    [Fact]
    public void StepKindsAreThoseOfTheHeader() => Assert.Equal(Entries("OCI_STEP_KINDS"), Names<StepKind>());

    [Fact]
    public void OpsAreThoseOfTheHeader()
    {
        Assert.Equal(Entries("OCI_OPS"), Names<WireOp>());
        foreach (Match match in Regex.Matches(List("OCI_OPS"), "X\\((\\w+), (\\d+), \"([^\"]*)\"\\)"))
            Assert.Equal(match.Groups[3].Value, ((WireOp)uint.Parse(match.Groups[2].Value)).Name());
    }

    [Fact]
    public void AnUnknownOpHasNoName() => Assert.All([Enum.GetValues<WireOp>().Max() + 1, (WireOp)9999], op => Assert.Equal(string.Empty, op.Name()));

    [Fact]
    public void MessagesAndSyncPointsAreThoseOfTheHeader()
    {
        Assert.Equal(Constants("OCI_MSG_"), Names<MessageType>());
        Assert.Equal(Constants("OCI_SYNC_"), Names<SyncPoint>());
        Assert.Equal(Constants("OCI_SYNC_"), Names<AwaitReason>());
    }

    [Fact]
    public void StepFlagsAreThoseOfTheHeader()
    {
        var expected = Defines("OCI_STEP_").Concat(Defines("OCI_F_")).OrderBy(pair => pair.Value).ToList();
        var actual = Names<StepBits>().Where(pair => pair.Value != 0).OrderBy(pair => pair.Value).ToList();
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void WhatAStepCarriesIsWhatTheHeaderSays()
    {
        MatchCollection rows = Regex.Matches(List("OCI_STEP_KINDS"), @"X\(\w+, (\d+), \w+, [\w |]+, \w+, (0x\w+|0), ([\w, ]+)\)");
        Assert.Equal(Names<StepKind>().Count, rows.Count);
        foreach (Match row in rows)
        {
            var kind = (StepKind)Number(row.Groups[1].Value);
            BlobKind[] blobs = [.. row.Groups[3].Value.Split(", ").Select(word => Enum.Parse<BlobKind>(word.Replace("OPTIONAL_", "").Replace("STRING", "Text"), ignoreCase: true))];
            Array.Resize(ref blobs, WireFormat.StringCount);
            Assert.Equal((kind, (blobs[0], blobs[1], blobs[2], blobs[3])), (kind, WireStep.Blobs(kind)));
            Assert.Equal((kind, Number(row.Groups[2].Value)), (kind, WireStep.SlotNumbers(kind)));
        }
    }

    [Fact]
    public void NumbersAreThoseOfTheHeader()
    {
        Assert.Equal(WireFormat.Magic, Define("OCI_WIRE_MAGIC"));
        Assert.Equal(WireFormat.Version, Define("OCI_WIRE_VERSION"));
        Assert.Equal(16 << 20, WireFormat.MaxImage);
        Assert.Contains("#define OCI_WIRE_MAX_IMAGE (16u << 20)", Header, StringComparison.Ordinal);
        Assert.Equal(WireFormat.MaxSteps, Define("OCI_WIRE_MAX_STEPS"));
        Assert.Equal(WireFormat.MaxFds, Define("OCI_WIRE_MAX_FDS"));
        Assert.Equal(WireFormat.NoFault, Define("OCI_WIRE_NO_FAULT"));
        Assert.Equal(WireFormat.ChannelFd, Define("OCI_CHANNEL_FD"));
        Assert.Equal(WireFormat.ImageTimeline, Define("OCI_IMAGE_TIMELINE"));
        Assert.Contains("#define OCI_WIRE_NO_FD (-1)", Header, StringComparison.Ordinal);
        Assert.Equal(-1, WireFormat.NoFd);
    }

    [Fact]
    public void StructsHaveTheSizesOfTheHeader()
    {
        Assert.Equal(WireFormat.HeaderSize, SizeOf("oci_image_header", out _));
        Assert.Equal(WireFormat.StepSize, SizeOf("oci_step", out Dictionary<string, (int Offset, int Count)> step));
        Assert.Equal((WireFormat.StepStrings, WireFormat.StringCount), step["s"]);
        Assert.Equal((WireFormat.StepNumbers, WireFormat.NumberCount), step["n"]);
        Assert.Equal(WireFormat.MessageSize, SizeOf("oci_msg", out Dictionary<string, (int Offset, int Count)> message));
        Assert.Equal((WireFormat.MessageText, WireFormat.MessageTextSize), message["text"]);
        Assert.Equal((24, 2), message["n"]);
    }

    private static string ReadHeader()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OciRuntime.sln")))
                return File.ReadAllText(Path.Combine(folder.FullName, "src/native/wire.h"));
        }
        throw new FileNotFoundException("no OciRuntime.sln above the tests");
    }

    private static string List(string macro) => Regex.Match(Header, "#define " + macro + @"\(X\)((?:.*\\\n)+.*)").Groups[1].Value;

    private static SortedDictionary<string, long> Entries(string macro) =>
        Sorted(Regex.Matches(List(macro), @"X\((\w+), (\d+)").Select(m => (m.Groups[1].Value, long.Parse(m.Groups[2].Value))));

    private static SortedDictionary<string, long> Constants(string prefix) =>
        Sorted(Regex.Matches(Header, @"^\s+" + prefix + @"(\w+) = (\d+)", RegexOptions.Multiline).Select(m => (m.Groups[1].Value, long.Parse(m.Groups[2].Value))));

    private static SortedDictionary<string, long> Defines(string prefix) =>
        Sorted(Regex.Matches(Header, "^#define " + prefix + @"(\w+) (0x\w+?)u", RegexOptions.Multiline).Select(m => (m.Groups[1].Value, Number(m.Groups[2].Value))));

    private static long Define(string name) => Number(Regex.Match(Header, "^#define " + name + @" (\w+)", RegexOptions.Multiline).Groups[1].Value);

    private static long Number(string text)
    {
        text = text.TrimEnd('u');
        return text.StartsWith("0x", StringComparison.Ordinal) ? long.Parse(text[2..], NumberStyles.HexNumber) : long.Parse(text);
    }

    // JOIN_NS and JoinNs are the same name.
    private static SortedDictionary<string, long> Sorted(IEnumerable<(string Name, long Value)> entries)
    {
        var sorted = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach ((string name, long value) in entries)
            sorted.Add(name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant(), value);
        Assert.NotEmpty(sorted);
        return sorted;
    }

    private static SortedDictionary<string, long> Names<T>()
        where T : struct, Enum => Sorted(Enum.GetValues<T>().Select(value => (value.ToString(), Convert.ToInt64(value))));

    private static int SizeOf(string name, out Dictionary<string, (int Offset, int Count)> fields)
    {
        fields = [];
        string body = Regex.Match(Header, "struct " + name + @" \{(.*?)\n\};", RegexOptions.Singleline).Groups[1].Value;
        int offset = 0;
        foreach (Match match in Regex.Matches(body, @"^\s*(uint|int|char)(16|32|64)?(?:_t)? (\w+)(?:\[(\d+)\])?;", RegexOptions.Multiline))
        {
            int size = match.Groups[2].Success ? int.Parse(match.Groups[2].Value) / 8 : 1;
            int count = match.Groups[4].Success ? int.Parse(match.Groups[4].Value) : 1;
            offset = (offset + size - 1) / size * size;
            fields.Add(match.Groups[3].Value, (offset, count));
            offset += size * count;
        }
        return offset;
    }
}
