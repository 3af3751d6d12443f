using System.Globalization;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>
/// Reads a tar archive member by member. Nothing in it is trusted: every number is checked, the description of a member is limited, and what
/// is read counts against a budget. Values of pax attributes stay bytes, as file capabilities require.
/// </summary>
#pragma warning disable CA1001 // the content is a view of the archive's stream, which belongs to the caller
internal sealed class TarInput(Stream tar, UnpackBudget budget)
{
    private const int MaxDescription = 1 << 20;

    private TarContent? _content;

    /// <summary>The next member, or null at the end.</summary>
    /// <exception cref="InvalidDataException">Not a tar archive, or a damaged one.</exception>
    /// <exception cref="EndOfStreamException">The archive ends too early.</exception>
    public TarMember? Next()
    {
        _content?.Skip();
        _content = null;
        PaxRecords? pax = null;
        string? longName = null, longLink = null;
        byte[] block = new byte[TarHeader.Size];
        while (ReadHeader(block))
        {
            TarHeader header = TarHeader.Parse(block);
            switch (header.Type)
            {
                case 'x' or 'X':
                    pax = PaxRecords.Parse(ReadDescription(header));
                    break;
                case 'g':
                    ReadDescription(header); // not about a file
                    break;
                case 'L':
                    longName = TarHeader.Text(ReadDescription(header));
                    break;
                case 'K':
                    longLink = TarHeader.Text(ReadDescription(header));
                    break;
                case 'V':
                    new TarContent(tar, budget, DataSizeOf(header, pax)).Skip(); // the name of a tape
                    break;
                default:
                    budget.TakeEntry();
                    return Member(header, pax ?? PaxRecords.Parse(default), longName, longLink);
            }
        }
        return pax is null && longName is null && longLink is null ? null : throw new EndOfStreamException("the archive ends in the middle of an entry");
    }

    /// <summary>Reads the rest after the last member.</summary>
    public void ReadToEnd(CancellationToken cancellation)
    {
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = tar.Read(buffer)) > 0;)
        {
            budget.TakeBytes(count);
            cancellation.ThrowIfCancelled();
        }
    }

    /// <summary>Converts seconds since 1970 to a time.</summary>
    public static DateTimeOffset TimeOf(decimal seconds)
    {
        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            throw new InvalidDataException("a time is out of range");
        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    private TarMember Member(in TarHeader header, PaxRecords pax, string? longName, string? longLink)
    {
        string name = pax.Text("GNU.sparse.name") ?? pax.Text("path") ?? longName ?? header.Name;
        TarKind kind = KindOf(header.Type, name);
        bool device = kind is TarKind.CharacterDevice or TarKind.BlockDevice;
        SparseMap? sparse = null;
        // Types that consist of a header only have no content, whatever their size says; a directory in GNU's incremental archives has.
        if (kind == TarKind.File || header.Type == 'D')
        {
            long size = DataSizeOf(header, pax);
            sparse = SparseOf(header, pax, ref size);
            _content = new TarContent(tar, budget, size);
        }
        return new TarMember
        {
            Kind = kind,
            Name = name,
            LinkName = pax.Text("linkpath") ?? longLink ?? header.LinkName,
            Mode = header.Mode,
            Uid = IdOf(pax.Number("uid") ?? header.Uid),
            Gid = IdOf(pax.Number("gid") ?? header.Gid),
            Modified = pax.Time("mtime") ?? TimeOf(header.Time),
            DeviceMajor = device ? DeviceOf(header.DeviceMajor) : 0,
            DeviceMinor = device ? DeviceOf(header.DeviceMinor) : 0,
            Attributes = AttributesOf(pax),
            Content = kind == TarKind.File ? _content! : Stream.Null,
            Sparse = sparse,
        };
    }

    private static TarKind KindOf(char type, string name) => type switch
    {
        // Before types existed, a trailing slash in the name marked a directory.
        '\0' or '0' => name.EndsWith('/') ? TarKind.Directory : TarKind.File,
        '7' or 'S' => TarKind.File,
        '1' => TarKind.HardLink,
        '2' => TarKind.SymbolicLink,
        '3' => TarKind.CharacterDevice,
        '4' => TarKind.BlockDevice,
        '5' or 'D' => TarKind.Directory,
        '6' => TarKind.Fifo,
        _ => throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name}: entry type {(char.IsAsciiLetterOrDigit(type) ? type.ToString() : ((int)type).ToString(CultureInfo.InvariantCulture))} is not supported")),
    };

    private SparseMap? SparseOf(in TarHeader header, PaxRecords pax, ref long size)
    {
        SparseMap? map;
        if (header.Type == 'S')
        {
            map = SparseMap.ReadOld(header, ReadBlock);
        }
        else if (pax.Number("GNU.sparse.major") is { } major)
        {
            if ((major, pax.RequiredNumber("GNU.sparse.minor")) != (1, 0))
                throw new InvalidDataException($"sparse file format {major}.{pax.Text("GNU.sparse.minor")} is not supported");
            long left = size;
            (map, long length) = SparseMap.ReadContent(pax.RequiredNumber("GNU.sparse.realsize"), block =>
            {
                left -= block.Length;
                if (left < 0)
                    throw new InvalidDataException("the map of a sparse file is wrong");
                ReadBlock(block);
            });
            size -= length;
        }
        else
        {
            map = SparseMap.ReadPax(pax);
            // A file that is one hole has a size but no map in format 0.0.
            if (map is null && pax.Number("GNU.sparse.size") is { } whole)
                map = new SparseMap(whole, []);
        }
        map?.Check(size);
        return map;
    }

    private static Dictionary<string, byte[]>? AttributesOf(PaxRecords pax)
    {
        const string Prefix = "SCHILY.xattr.";
        Dictionary<string, byte[]>? attributes = null;
        foreach ((string key, byte[] value) in pax.Values)
        {
            if (key.StartsWith(Prefix, StringComparison.Ordinal))
                (attributes ??= new(StringComparer.Ordinal))[key[Prefix.Length..]] = value;
        }
        return attributes;
    }

    private static long DataSizeOf(in TarHeader header, PaxRecords? pax)
    {
        long size = pax?.Number("size") ?? header.DataSize;
        return size >= 0 ? size : throw new InvalidDataException("a size is negative");
    }

    // The highest id means "leave unchanged" to chown(2).
    private static uint IdOf(long id) => id is >= 0 and < uint.MaxValue ? (uint)id : throw new InvalidDataException($"{id} is not a user or group id");

    private static uint DeviceOf(long number) => number is >= 0 and <= uint.MaxValue ? (uint)number : throw new InvalidDataException($"{number} is not a device number");

    private byte[] ReadDescription(in TarHeader header)
    {
        long size = DataSizeOf(header, null);
        if (size > MaxDescription)
            throw new InvalidDataException("the description of an entry exceeds 1 MiB");
        byte[] text = new byte[size];
        var content = new TarContent(tar, budget, size);
        content.ReadExactly(text);
        content.Skip();
        return text;
    }

    private void ReadBlock(Span<byte> block)
    {
        budget.TakeBytes(block.Length);
        tar.ReadExactly(block);
    }

    // A block of zeros ends the archive; so does the end of the file, as in every tar.
    private bool ReadHeader(Span<byte> block)
    {
        budget.TakeBytes(block.Length);
        int length = tar.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        if (length > 0 && length < block.Length)
            throw new EndOfStreamException("the archive ends in the middle of a header");
        return length > 0 && block.ContainsAnyExcept((byte)0);
    }
}
