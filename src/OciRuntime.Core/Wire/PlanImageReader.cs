using System.Buffers.Binary;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

/// <summary>Reads an image back and checks offsets, lengths and slots as the helper does: for tests, and to show the contents of a recorded image.</summary>
internal sealed class PlanImageReader
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlyMemory<byte> _image;
    private readonly int _dataOffset;

    private PlanImageReader(ReadOnlyMemory<byte> image)
    {
        _image = image;
        ReadOnlySpan<byte> bytes = image.Span;
        Require(bytes.Length is >= WireFormat.HeaderSize and <= WireFormat.MaxImage, "size");
        Require(U32(0) == WireFormat.Magic, "magic");
        Require(U32(4) == WireFormat.Version, "version");
        Require(U32(8) == bytes.Length, "size");
        Require((U32(12) & ~WireFormat.ImageTimeline) == 0, "flags");
        uint count = U32(16), offset = U32(20), data = U32(24), fds = U32(28);
        Require(count <= WireFormat.MaxSteps, "step count");
        Require(offset % 8 == 0 && offset >= WireFormat.HeaderSize && offset + ((ulong)count * WireFormat.StepSize) <= data, "step offset");
        Require(data % 4 == 0 && data <= bytes.Length, "data offset");
        Require(fds <= WireFormat.MaxFds, "descriptor count");
        Timeline = U32(12) != 0;
        FdCount = (int)fds;
        FaultStep = U32(32) == WireFormat.NoFault ? null : U32(32);
        FaultErrno = U32(36);
        _dataOffset = (int)data;
        var steps = new WireStep[count];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = ReadStep((int)offset + (i * WireFormat.StepSize));
        Steps = steps;
    }

    public IReadOnlyList<WireStep> Steps { get; }

    public int FdCount { get; }

    public bool Timeline { get; }

    public uint? FaultStep { get; }

    public uint FaultErrno { get; }

    /// <exception cref="OciException">HelperDied: the image is invalid.</exception>
    public static PlanImageReader Read(ReadOnlyMemory<byte> image) => new(image);

    private WireStep ReadStep(int at)
    {
        ReadOnlySpan<byte> step = _image.Span.Slice(at, WireFormat.StepSize);
        ushort kind = BinaryPrimitives.ReadUInt16LittleEndian(step);
        Require(kind is >= (ushort)StepKind.Supervise and <= (ushort)StepKind.Restore, "step kind");
        int fd = BinaryPrimitives.ReadInt32LittleEndian(step[4..]);
        Require(fd >= WireFormat.NoFd && fd < FdCount, "slot");
        ulong[] numbers = new ulong[WireFormat.NumberCount];
        int slots = WireStep.SlotNumbers((StepKind)kind);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadUInt64LittleEndian(step[(WireFormat.StepNumbers + (i * 8))..]);
            Require((slots & (1 << i)) == 0 || ((long)numbers[i] >= WireFormat.NoFd && (long)numbers[i] < FdCount), "slot");
        }
        (BlobKind s0, BlobKind s1, BlobKind s2, BlobKind s3) = WireStep.Blobs((StepKind)kind);
        return new WireStep
        {
            Kind = (StepKind)kind,
            Bits = (StepBits)BinaryPrimitives.ReadUInt16LittleEndian(step[2..]),
            Fd = fd,
            N = numbers,
            S = [ReadBlob(at, 0, s0), ReadBlob(at, 1, s1), ReadBlob(at, 2, s2), ReadBlob(at, 3, s3)],
        };
    }

    private object? ReadBlob(int step, int index, BlobKind kind)
    {
        uint offset = U32(step + WireFormat.StepStrings + (index * 4));
        if (offset == 0)
            return null;
        Require(kind != BlobKind.None, "a blob that its step kind does not use");
        Require(offset >= _dataOffset && offset % (kind == BlobKind.Vector ? 8u : 4u) == 0 && offset + 4ul <= (ulong)_image.Length, "blob offset");
        uint length = U32((int)offset);
        ulong end = offset + 4ul + length;
        Require(end < (ulong)_image.Length, "blob length");
        ReadOnlySpan<byte> bytes = _image.Span.Slice((int)offset + 4, (int)length);
        Require(_image.Span[(int)end] == 0, "blob terminator");
        switch (kind)
        {
            case BlobKind.Bytes:
                return bytes.ToArray();
            case BlobKind.Text:
                Require(!bytes.Contains((byte)0), "NUL in a text");
                return Decode(bytes);
            default:
                string[] items = ReadList(bytes);
                if (kind == BlobKind.Vector)
                {
                    ulong room = ((end + 1 + 7) & ~7ul) + (((ulong)items.Length + 1) * 8);
                    Require(room <= (ulong)_image.Length, "room of a vector");
                }
                return items;
        }
    }

    private static string[] ReadList(ReadOnlySpan<byte> bytes)
    {
        Require(bytes.Length >= 4, "list length");
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        Require(count <= bytes.Length, "list count");
        string[] items = new string[count];
        for (int i = 0; i < items.Length; i++)
        {
            int length = bytes.IndexOf((byte)0);
            Require(length >= 0, "list terminator");
            items[i] = Decode(bytes[..length]);
            bytes = bytes[(length + 1)..];
        }
        Require(bytes.IsEmpty, "list length");
        return items;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Refused("text encoding");
        }
    }

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_image.Span[at..]);

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw Refused(what);
    }

    private static OciException Refused(string what) => new(OciErrorCode.HelperDied, $"the wire image is broken: {what}") { Step = "image" };
}
