using System.Buffers.Binary;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

/// <summary>Writes an image: the header and the step array, followed by blobs, in one growing buffer.</summary>
internal sealed class ImageWriter : IStepFields
{
    private readonly List<PlanFd> _slots = [];
    private readonly Dictionary<PlanFd, int> _slotOf = [];
    private readonly int _dataOffset;
    private byte[] _buffer;
    private int _length;
    private int _step;
    private HelperStep? _current;

    public ImageWriter(int stepCount)
    {
        _dataOffset = WireFormat.HeaderSize + (stepCount * WireFormat.StepSize);
        _buffer = new byte[_dataOffset + 8192];
        _length = _dataOffset;
        _step = WireFormat.HeaderSize - WireFormat.StepSize;
    }

    public List<PlanFd> Slots => _slots;

    public ReadOnlyMemory<byte> Finish(int stepCount, PlanImageOptions options)
    {
        Align(4);
        Span<byte> header = _buffer;
        BinaryPrimitives.WriteUInt32LittleEndian(header, WireFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], WireFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)_length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], options.Timeline ? WireFormat.ImageTimeline : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)stepCount);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], WireFormat.HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)_dataOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], (uint)_slots.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(header[32..], options.FaultStep is { } fault ? (uint)fault : WireFormat.NoFault);
        BinaryPrimitives.WriteUInt32LittleEndian(header[36..], (uint)options.FaultErrno);
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>Writes the next step of the array.</summary>
    public void Step(HelperStep step)
    {
        _current = step;
        _step += WireFormat.StepSize;
        StepBits bits = step.Bits;
        if (step.IgnoreMissing)
            bits |= StepBits.IgnoreEnoent;
        if (step.WarnOnly)
            bits |= StepBits.Warn;
        int slot = SlotOf(step.Descriptor);
        Span<byte> at = _buffer.AsSpan(_step);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)step.Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)bits);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], slot);
        step.Write(this);
    }

    /// <inheritdoc/>
    public void Number(int index, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_step + WireFormat.StepNumbers + (index * 8)), value);

    /// <inheritdoc/>
    public void Slot(int index, PlanFd? fd) => Number(index, (ulong)(long)SlotOf(fd));

    /// <inheritdoc/>
    public void Text(int index, string? text)
    {
        if (text is null)
            return;
        int start = BeginBlob(4);
        Append(text);
        EndBlob(index, start);
    }

    /// <inheritdoc/>
    public void RootPath(int index, string path)
    {
        int slashes = 0;
        while (slashes < path.Length && path[slashes] == '/')
            slashes++;
        Text(index, slashes == path.Length ? "." : path[slashes..]);
    }

    /// <inheritdoc/>
    public void Bytes(int index, ReadOnlySpan<byte> bytes)
    {
        int start = BeginBlob(4);
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        EndBlob(index, start);
    }

    /// <inheritdoc/>
    public void List(int index, IReadOnlyList<string> items)
    {
        int start = BeginBlob(4);
        Items(items);
        EndBlob(index, start);
    }

    /// <inheritdoc/>
    public void Vector(int index, IReadOnlyList<string> items)
    {
        int start = BeginBlob(8);
        Items(items);
        EndBlob(index, start);
        Align(8);
        int room = (items.Count + 1) * 8;
        Reserve(room);
        _length += room;
    }

    private void Items(IReadOnlyList<string> items)
    {
        Reserve(4);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), items.Count);
        _length += 4;
        for (int i = 0; i < items.Count; i++)
        {
            Append(items[i]);
            Reserve(1);
            _length++;
        }
    }

    private int SlotOf(PlanFd? fd)
    {
        if (fd is null)
            return WireFormat.NoFd;
        if (_slotOf.TryGetValue(fd, out int slot))
            return slot;
        if (_slots.Count == WireFormat.MaxFds)
            throw Refused($"the plan needs more than {WireFormat.MaxFds} descriptors");
        _slotOf.Add(fd, _slots.Count);
        _slots.Add(fd);
        return _slots.Count - 1;
    }

    private int BeginBlob(int alignment)
    {
        Align(alignment);
        Reserve(4);
        _length += 4;
        return _length - 4;
    }

    // The buffer is zeroed, so the NUL and the padding are already there.
    private void EndBlob(int index, int start)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(start), _length - start - 4);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_step + WireFormat.StepStrings + (index * 4)), start);
        Reserve(1);
        _length++;
    }

    private void Append(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw Refused("a text contains a NUL character, which would end it for the kernel");
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    private void Align(int alignment)
    {
        int padded = (_length + alignment - 1) & -alignment;
        Reserve(padded - _length);
        _length = padded;
    }

    private void Reserve(int count)
    {
        long needed = (long)_length + count;
        if (needed > WireFormat.MaxImage)
            throw Refused($"the plan needs more than {WireFormat.MaxImage >> 20} MiB");
        if (needed > _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, _buffer.Length * 2L), WireFormat.MaxImage));
    }

    private OciException Refused(string why) => new(OciErrorCode.InvalidSpec, $"{_current?.Name} {_current?.SpecPointer}: {why}".Replace('\0', ' '))
    {
        Step = _current?.Name,
        SpecPointer = _current?.SpecPointer,
    };
}
