using System.Formats.Tar;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Spec.Bundles;

/// <summary>Unpacks a tar stream into a <see cref="RootTree"/>; as a layer it obeys whiteouts (image-spec, layer.md).</summary>
internal sealed class TarUnpacker(RootTree tree, List<string> warnings, CancellationToken cancellation)
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private const string AttributePrefix = "SCHILY.xattr.";

    /// <summary>A root filesystem, as <c>docker export</c> writes it.</summary>
    public void UnpackArchive(Stream tar, string source) => Unpack(tar, source, added: null);

    /// <summary>A layer on top of what is there.</summary>
    public void UnpackLayer(Stream tar, string source) => Unpack(tar, source, new HashSet<string>(StringComparer.Ordinal));

    private void Unpack(Stream tar, string source, HashSet<string>? added)
    {
        try
        {
            using var reader = new TarReader(new HeaderLimit(tar), leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                // The global ones say nothing about a file.
                if (entry.EntryType == TarEntryType.GlobalExtendedAttributes)
                    continue;
                RootPath path = RootPath.Parse(entry.Name);
                if (added is null)
                    Add(entry, path);
                else
                    AddOrWhiteOut(entry, path, added);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"unpack {source}: not a tar archive, or a damaged one: {e.Message}", e)
            {
                Step = "unpack",
                Object = source,
            };
        }
    }

    private void AddOrWhiteOut(TarEntry entry, RootPath path, HashSet<string> added)
    {
        if (path.Name.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            // A whiteout speaks of the layers below, not of its own.
            if (path.Name == Opaque)
                tree.RemoveChildren(path.Parent, added.Contains);
            else if (!path.Name.StartsWith(".wh..wh.", StringComparison.Ordinal))
                Hide(RootPath.Parse(path.Parent + "/" + path.Name[Whiteout.Length..]), added);
            return;
        }
        for (string above = path.Full; added.Add(above);)
        {
            int slash = above.LastIndexOf('/');
            if (slash < 0)
                break;
            above = above[..slash];
        }
        Add(entry, path);
    }

    private void Hide(RootPath path, HashSet<string> added)
    {
        if (path.Name.Length > 0 && !added.Contains(path.Full))
            tree.Remove(path);
    }

    private void Add(TarEntry entry, RootPath path)
    {
        EntryMetadata metadata = Metadata(entry, path);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory or TarEntryType.DirectoryList:
                tree.AddDirectory(path, metadata);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                tree.AddFile(path, entry.DataStream, metadata, cancellation);
                break;
            case TarEntryType.SymbolicLink:
                tree.AddSymbolicLink(path, entry.LinkName, metadata);
                break;
            case TarEntryType.HardLink:
                tree.AddHardLink(path, RootPath.Parse(entry.LinkName));
                break;
            case TarEntryType.CharacterDevice:
                AddDevice((PosixTarEntry)entry, Libc.S_IFCHR, path, metadata);
                break;
            case TarEntryType.BlockDevice:
                AddDevice((PosixTarEntry)entry, Libc.S_IFBLK, path, metadata);
                break;
            case TarEntryType.Fifo:
                tree.AddNode(path, Libc.S_IFIFO, 0, 0, metadata);
                break;
            default:
                throw new OciException(OciErrorCode.NotSupported, $"unpack {path.Full}: a tar entry of type {entry.EntryType} is not supported")
                {
                    Step = "unpack",
                    Object = path.Full,
                };
        }
    }

    private void AddDevice(PosixTarEntry entry, uint type, RootPath path, EntryMetadata metadata)
    {
        // 0/0 is overlayfs's whiteout: as a file it has no meaning.
        if (entry is { DeviceMajor: 0, DeviceMinor: 0 })
            warnings.Add($"{path.Full}: device 0:0; left out");
        else
            tree.AddNode(path, type, (uint)entry.DeviceMajor, (uint)entry.DeviceMinor, metadata);
    }

    private EntryMetadata Metadata(TarEntry entry, RootPath path) =>
        new((uint)entry.Mode & 0xFFF, (uint)entry.Uid, (uint)entry.Gid, entry.ModificationTime, Attributes(entry, path));

    private Dictionary<string, byte[]>? Attributes(TarEntry entry, RootPath path)
    {
        if (entry is not PaxTarEntry pax)
            return null;
        Dictionary<string, byte[]>? attributes = null;
        foreach ((string key, string value) in pax.ExtendedAttributes)
        {
            if (!key.StartsWith(AttributePrefix, StringComparison.Ordinal))
                continue;
            string name = key[AttributePrefix.Length..];
            // The reader decodes values as UTF-8; what did not survive that must not be written.
            if (value.Contains('\uFFFD', StringComparison.Ordinal))
                warnings.Add($"{path.Full}: extended attribute {name} is not text; left out");
            else
                (attributes ??= [])[name] = System.Text.Encoding.UTF8.GetBytes(value);
        }
        return attributes;
    }
}
