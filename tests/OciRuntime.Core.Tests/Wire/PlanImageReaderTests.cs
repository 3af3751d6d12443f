using System.Buffers.Binary;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;
using Xunit;

namespace OciRuntime.Core.Tests.Wire;

/// <summary>Each check of an image, at the last value that passes and the first that does not.</summary>
public sealed class PlanImageReaderTests
{
    private const int FirstStep = WireFormat.HeaderSize;

    private static readonly byte[] Image = Encode(
        new HookStep { Path = "/hook", Args = ["a", "bc"], State = new InheritedFd(3), Output = new InheritedFd(4) },
        new MountStep { FilesystemType = "tmpfs", Target = "/mnt", Data = ["size=1", "mode=755"] },
        new HostnameStep { Hostname = "name" });

    [Theory]
    [InlineData(0, WireFormat.Magic + 1, "magic")]
    [InlineData(4, WireFormat.Version + 1, "version")]
    [InlineData(4, 0u, "version")]
    [InlineData(8, 0u, "size")]
    [InlineData(12, 2u, "flags")]
    [InlineData(12, 3u, "flags")]
    [InlineData(16, WireFormat.MaxSteps + 1u, "step count")]
    [InlineData(16, 4u, "step offset")]
    [InlineData(20, FirstStep + 4u, "step offset")]
    [InlineData(20, FirstStep + 8u, "step offset")]
    [InlineData(20, FirstStep - 8u, "step offset")]
    [InlineData(24, uint.MaxValue - 3, "data offset")]
    [InlineData(24, FirstStep + (3 * WireFormat.StepSize) + 1u, "data offset")]
    [InlineData(24, FirstStep + (3 * WireFormat.StepSize) - 4u, "step offset")]
    [InlineData(28, WireFormat.MaxFds + 1u, "descriptor count")]
    public void AHeaderThatIsWrongIsRefused(int offset, uint value, string check) => AssertRefused(With(Image, offset, value), check);

    [Theory]
    [InlineData(12, 0u)]
    [InlineData(12, 1u)]
    [InlineData(16, 0u)]
    [InlineData(16, 2u)]
    [InlineData(28, (uint)WireFormat.MaxFds)]
    [InlineData(32, 0u)]
    public void AHeaderAtItsLimitIsRead(int offset, uint value) => PlanImageReader.Read(With(Image, offset, value));

    [Fact]
    public void TheSizeIsThatOfTheHeader()
    {
        AssertRefused(Image[..(WireFormat.HeaderSize - 1)], "size");
        AssertRefused([.. Image, 0], "size");
        AssertRefused(Image[..^1], "size");
        Assert.Empty(PlanImageReader.Read(Encode()).Steps);
        PlanImageReader.Read(Padded(WireFormat.MaxImage));
        AssertRefused(Padded(WireFormat.MaxImage + 1), "size");
    }

    [Fact]
    public void DataMayBeginAtTheEnd()
    {
        byte[] image = Encode(new ReadyStep());
        Assert.Equal(image.Length, BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(24)));
        Assert.Single(PlanImageReader.Read(image).Steps);
        AssertRefused(With(image, 24, (uint)image.Length + 4), "data offset");
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData((int)StepKind.Restore + 1, false)]
    [InlineData((int)StepKind.Restore, true)]
    public void AKindIsOneOfThose(int kind, bool isRead)
    {
        byte[] image = With(Encode(new ReadyStep()), FirstStep, (uint)kind);
        if (isRead)
            Assert.Equal((StepKind)kind, Assert.Single(PlanImageReader.Read(image).Steps).Kind);
        else
            AssertRefused(image, "step kind");
    }

    /// <summary>A hook has slots in fd, n2, n3 and n4; n0 and n1 are numbers.</summary>
    [Fact]
    public void ASlotIsOneOfThoseThatCame()
    {
        Assert.Equal(1, PlanImageReader.Read(With(Image, FirstStep + 4, 1)).Steps[0].Fd);
        Assert.Equal(-1, PlanImageReader.Read(With(Image, FirstStep + 4, unchecked((uint)-1))).Steps[0].Fd);
        AssertRefused(With(Image, FirstStep + 4, 2), "slot");
        AssertRefused(With(Image, FirstStep + 4, unchecked((uint)-2)), "slot");
        foreach (int number in (int[])[2, 3, 4])
        {
            int at = FirstStep + WireFormat.StepNumbers + (8 * number);
            Assert.Equal(1ul, PlanImageReader.Read(With(Image, at, 1, 0)).Steps[0].N[number]);
            Assert.Equal(ulong.MaxValue, PlanImageReader.Read(With(Image, at, uint.MaxValue, uint.MaxValue)).Steps[0].N[number]);
            AssertRefused(With(Image, at, 2, 0), "slot");
            AssertRefused(With(Image, at, unchecked((uint)-2), uint.MaxValue), "slot");
        }
        foreach (int number in (int[])[0, 1])
            Assert.Equal(ulong.MaxValue, PlanImageReader.Read(With(Image, FirstStep + WireFormat.StepNumbers + (8 * number), uint.MaxValue, uint.MaxValue)).Steps[0].N[number]);
    }

    [Fact]
    public void ABlobLiesInTheData()
    {
        int path = Offset(0, 0);
        uint data = BinaryPrimitives.ReadUInt32LittleEndian(Image.AsSpan(24));
        Assert.Equal(data, BinaryPrimitives.ReadUInt32LittleEndian(Image.AsSpan(path)));
        AssertRefused(With(Image, path, data - 4), "blob offset");
        AssertRefused(With(Image, path, data + 2), "blob offset");
        AssertRefused(With(Image, path, (uint)Image.Length), "blob offset");
        AssertRefused(With(Image, path, uint.MaxValue - 3), "blob offset");
        // The last four bytes are a length at most, and nothing is left for the terminator.
        AssertRefused(With([.. With(Image, 8, (uint)Image.Length + 4), 0, 0, 0, 0], path, (uint)Image.Length), "blob length");
        byte[] empty = With([.. With(Image, 8, (uint)Image.Length + 5), 0, 0, 0, 0, 0], path, (uint)Image.Length);
        Assert.Equal(string.Empty, PlanImageReader.Read(empty).Steps[0].S[0]);
    }

    [Fact]
    public void AVectorIsAlignedForItsPointers()
    {
        int args = Offset(0, 1);
        uint blob = BinaryPrimitives.ReadUInt32LittleEndian(Image.AsSpan(args));
        AssertRefused(With(Image, args, blob + 4), "blob offset");
    }

    [Fact]
    public void AVectorWithoutRoomForItsPointersIsRefused()
    {
        byte[] image = Encode(new HookStep { Path = "/hook", Args = ["a", "bc"], State = new InheritedFd(3), Output = new InheritedFd(4) });
        PlanImageReader.Read(image);
        AssertRefused(With(image[..^4], 8, (uint)image.Length - 4), "room of a vector");
    }

    [Fact]
    public void AKindHasNoBlobThatItHasNoUseFor()
    {
        for (int text = 1; text < WireFormat.StringCount; text++)
            AssertRefused(With(Image, Offset(2, text), BinaryPrimitives.ReadUInt32LittleEndian(Image.AsSpan(Offset(2, 0)))), "a blob that its step kind does not use");
    }

    [Fact]
    public void ATextEndsWithItsNul()
    {
        int blob = Blob(2, 0);
        AssertRefused(With(Image, blob, 3), "blob terminator");
        AssertRefused(With(Image, blob, (uint)(Image.Length - blob - 4)), "blob length");
        AssertRefused(With(Image, blob, uint.MaxValue), "blob length");
        AssertRefused(With(Image, blob + 4, 0x0061_0061), "NUL in a text");
        AssertRefused(With(Image, blob + 4, 0xffffffff), "text encoding");
    }

    [Fact]
    public void AListHasAsManyStringsAsItSays()
    {
        int blob = Blob(1, 1);
        Assert.Equal(["size=1", "mode=755"], (string[])PlanImageReader.Read(Image).Steps[1].S[1]!);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Image.AsSpan(blob));
        AssertRefused(With(Image, blob + 4, 1), "list length");
        AssertRefused(With(Image, blob + 4, 3), "list terminator");
        AssertRefused(With(Image, blob + 4, length - 4), "list terminator");
        AssertRefused(With(Image, blob + 4, length - 4 + 1), "list count");
        AssertRefused(With(With(Image, blob, 3), blob + 4, 0), "list length");
        Assert.Empty((string[])PlanImageReader.Read(With(With(Image, blob, 4), blob + 4, 0, 0)).Steps[1].S[1]!);
    }

    private static byte[] Encode(params LaunchStep[] steps) => PlanImage.Encode(new LaunchPlan(steps), PlanImageOptions.Default).Image.ToArray();

    private static byte[] Padded(int size)
    {
        byte[] image = With(Image, 8, (uint)size);
        Array.Resize(ref image, size);
        return image;
    }

    private static byte[] With(byte[] image, int offset, params uint[] values)
    {
        image = [.. image];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(offset + (4 * i)), values[i]);
        return image;
    }

    /// <summary>Where s[] of a step has the offset of a blob.</summary>
    private static int Offset(int step, int text) => FirstStep + (step * WireFormat.StepSize) + WireFormat.StepStrings + (4 * text);

    private static int Blob(int step, int text) => BinaryPrimitives.ReadInt32LittleEndian(Image.AsSpan(Offset(step, text)));

    private static void AssertRefused(byte[] image, string check)
    {
        OciException e = Assert.Throws<OciException>(() => PlanImageReader.Read(image));
        Assert.Equal((OciErrorCode.HelperDied, $"the wire image is broken: {check}"), (e.Code, e.Message));
    }
}
