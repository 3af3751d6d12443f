namespace OciRuntime.Core.Bundles;

/// <summary>A part of a sparse file that is not a hole.</summary>
internal readonly record struct SparseSegment(long Offset, long Length);

/// <summary>Where the content of a sparse file belongs, in the four formats of GNU tar (its manual, "Storing Sparse Files").</summary>
/// <param name="Size">The file's size with its holes.</param>
/// <param name="Segments">In order, without overlap.</param>
internal sealed record SparseMap(long Size, IReadOnlyList<SparseSegment> Segments)
{
    // 16 bytes of memory each; GNU tar needs one per hole of a file.
    private const int MaxSegments = 1 << 20;
    private const int SegmentSize = 24;

    /// <summary>The old format: in the header, and in blocks after it.</summary>
    public static SparseMap ReadOld(in TarHeader header, Action<Span<byte>> readBlock)
    {
        var segments = new List<SparseSegment>();
        AddOld(header.SparseSegments, segments);
        Span<byte> block = stackalloc byte[TarHeader.Size];
        for (bool more = header.HasMoreSegments; more; more = block[504] != 0)
        {
            readBlock(block);
            AddOld(block[..504], segments);
        }
        return new SparseMap(header.SparseSize, segments);
    }

    /// <summary>Formats 0.0 and 0.1, in pax attributes; null when the attributes do not describe a sparse file, or when the map is in the content (1.0).</summary>
    public static SparseMap? ReadPax(PaxRecords pax)
    {
        if (pax.Text("GNU.sparse.map") is { } map)
        {
            string[] numbers = map.Split(',');
            var segments = new List<SparseSegment>();
            for (int i = 0; i + 1 < numbers.Length; i += 2)
                Add(segments, PaxRecords.Number(numbers[i], "sparse map"), PaxRecords.Number(numbers[i + 1], "sparse map"));
            return numbers.Length % 2 == 0 ? new SparseMap(pax.RequiredNumber("GNU.sparse.size"), segments) : throw Wrong();
        }
        return pax.SparseSegments.Count > 0 ? new SparseMap(pax.RequiredNumber("GNU.sparse.size"), pax.SparseSegments) : null;
    }

    /// <summary>Format 1.0: decimal numbers, one per line, at the start of the content, padded to a block.</summary>
    /// <returns>The map and how many bytes of the content it took.</returns>
    public static (SparseMap Map, long Length) ReadContent(long size, Action<Span<byte>> readBlock)
    {
        Span<byte> block = stackalloc byte[TarHeader.Size];
        var segments = new List<SparseSegment>();
        long count = -1, offset = -1, number = 0, read = 0;
        bool digits = false;
        while (count < 0 || segments.Count < count)
        {
            readBlock(block);
            read += block.Length;
            for (int i = 0; i < block.Length && (count < 0 || segments.Count < count); i++)
            {
                if (block[i] is >= (byte)'0' and <= (byte)'9' && number < long.MaxValue / 10)
                {
                    number = (number * 10) + (block[i] - '0');
                    digits = true;
                    continue;
                }
                if (block[i] != (byte)'\n' || !digits)
                    throw Wrong();
                if (count < 0)
                    count = number;
                else if (offset < 0)
                    offset = number;
                else
                {
                    Add(segments, offset, number);
                    offset = -1;
                }
                (number, digits) = (0, false);
            }
        }
        return (new SparseMap(size, segments), read);
    }

    /// <summary>Refuses a map that does not match the file's size and its stored data.</summary>
    public void Check(long stored)
    {
        long end = 0, sum = 0;
        foreach (SparseSegment segment in Segments)
        {
            if (segment.Offset < end || segment.Length < 0 || segment.Offset > Size || segment.Length > Size - segment.Offset)
                throw Wrong();
            end = segment.Offset + segment.Length;
            sum += segment.Length;
        }
        if (Size < 0 || sum != stored)
            throw Wrong();
    }

    internal static void Add(List<SparseSegment> segments, long offset, long length)
    {
        if (segments.Count == MaxSegments)
            throw Wrong();
        segments.Add(new SparseSegment(offset, length));
    }

    private static void AddOld(ReadOnlySpan<byte> fields, List<SparseSegment> segments)
    {
        for (; fields.Length >= SegmentSize && fields[0] != 0; fields = fields[SegmentSize..])
            Add(segments, TarHeader.Number(fields[..12], "offset"), TarHeader.Number(fields[12..24], "length"));
    }

    private static InvalidDataException Wrong() => new("the map of a sparse file is wrong");
}
