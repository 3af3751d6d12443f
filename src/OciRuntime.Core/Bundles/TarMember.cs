namespace OciRuntime.Core.Bundles;

/// <summary>What a member of an archive is.</summary>
internal enum TarKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,
    CharacterDevice,
    BlockDevice,
    Fifo,
}

/// <summary>A member of a tar archive: its header together with what earlier members said about it.</summary>
internal sealed class TarMember
{
    public required TarKind Kind { get; init; }

    public required string Name { get; init; }

    public string LinkName { get; init; } = string.Empty;

    public uint Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    public DateTimeOffset Modified { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    /// <summary>Extended attributes as stored, or null.</summary>
    public IReadOnlyDictionary<string, byte[]>? Attributes { get; init; }

    /// <summary>A file's content, to be read before the next member is requested. For a sparse file, only the data between the holes.</summary>
    public Stream Content { get; init; } = Stream.Null;

    /// <summary>Where a sparse file's content belongs; null for any other file.</summary>
    public SparseMap? Sparse { get; init; }
}
