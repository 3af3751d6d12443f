using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Bundles;

/// <summary>Unpacks a tar stream into a <see cref="RootTree"/>; layers may contain whiteouts (image-spec, layer.md).</summary>
internal sealed class TarUnpacker(RootTree tree, UnpackBudget budget, WarningList warnings, CancellationToken cancellation)
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    private readonly HashSet<string> _opaque = new(StringComparer.Ordinal);

    /// <summary>Unpacks a root filesystem, such as <c>docker export</c> writes.</summary>
    public void UnpackArchive(Stream tar, string source) => Unpack(tar, source, added: null);

    /// <summary>Unpacks a layer on top of the existing tree.</summary>
    public void UnpackLayer(Stream tar, string source)
    {
        _opaque.Clear();
        Unpack(tar, source, new HashSet<string>(StringComparer.Ordinal));
    }

    private void Unpack(Stream tar, string source, HashSet<string>? added)
    {
        try
        {
            var kind = new ArchiveKind();
            var input = new TarInput(tar, budget);
            while (input.Next() is { } member)
            {
                cancellation.ThrowIfCancelled();
                RootPath path = RootPath.Parse(member.Name);
                if (added is null)
                {
                    kind.See(path.Full);
                    Add(member, path);
                }
                else
                {
                    AddOrWhiteOut(member, path, added);
                }
            }
            input.ReadToEnd(cancellation);
            if (kind.Image is { } image)
                throw IsImage(source, image);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"unpack {source}: not a tar archive, or a damaged one: {e.Message}", e)
            {
                Step = "unpack",
                Object = source,
            };
        }
    }

    private static OciException IsImage(string source, string image) =>
        new(OciErrorCode.InvalidArgument, $"unpack {source}: it is {image}, not a root filesystem")
        {
            Step = "unpack",
            Object = source,
            Refusal = Refusal.RootFilesystemIsImage,
        };

    private void AddOrWhiteOut(TarMember member, RootPath path, HashSet<string> added)
    {
        if (path.Name.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            // A whiteout applies to the layers below, not to its own.
            if (path.Name == Opaque)
            {
                // Once is enough: later entries are this layer's own.
                if (_opaque.Add(path.Parent))
                    tree.RemoveChildren(path.Parent, added.Contains);
            }
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
        Add(member, path);
    }

    private void Hide(RootPath path, HashSet<string> added)
    {
        if (path.Name.Length > 0 && !added.Contains(path.Full))
            tree.Remove(path);
    }

    private void Add(TarMember member, RootPath path)
    {
        EntryMetadata metadata = Metadata(member, path);
        switch (member.Kind)
        {
            case TarKind.Directory:
                tree.AddDirectory(path, metadata);
                break;
            case TarKind.File:
                tree.AddFile(path, member.Content, metadata, cancellation, member.Sparse);
                break;
            case TarKind.SymbolicLink:
                tree.AddSymbolicLink(path, member.LinkName, metadata);
                break;
            case TarKind.HardLink:
                tree.AddHardLink(path, RootPath.Parse(member.LinkName));
                break;
            case TarKind.CharacterDevice:
                AddDevice(member, Libc.S_IFCHR, path, metadata);
                break;
            case TarKind.BlockDevice:
                AddDevice(member, Libc.S_IFBLK, path, metadata);
                break;
            case TarKind.Fifo:
                tree.AddNode(path, Libc.S_IFIFO, 0, 0, metadata);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(member));
        }
    }

    private void AddDevice(TarMember member, uint type, RootPath path, EntryMetadata metadata)
    {
        // Device 0/0 is overlayfs's whiteout: as a file it has no meaning.
        if (member is { DeviceMajor: 0, DeviceMinor: 0 })
            warnings.Add($"{path.Full}: device 0:0; left out");
        else
            tree.AddNode(path, type, member.DeviceMajor, member.DeviceMinor, metadata);
    }

    private EntryMetadata Metadata(TarMember member, RootPath path) =>
        new(member.Mode, member.Uid, member.Gid, member.Modified, Attributes(member, path));

    // The attributes that an image may set on its files: user.* and file capabilities (as in Docker and Podman). trusted.* belongs to overlayfs
    // and the host, and the labels and hashes in security.* are for the host's administrator to set.
    private Dictionary<string, byte[]>? Attributes(TarMember member, RootPath path)
    {
        Dictionary<string, byte[]>? attributes = null;
        foreach ((string name, byte[] value) in member.Attributes ?? new Dictionary<string, byte[]>())
        {
            if (name == "security.capability" || name.StartsWith("user.", StringComparison.Ordinal))
                (attributes ??= [])[name] = value;
            else
                warnings.Add($"{path.Full}: extended attribute {name} is not taken from an archive; left out");
        }
        return attributes;
    }
}
