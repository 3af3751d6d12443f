using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>
/// Extracts the files of an image from an archive: an OCI image layout or a docker-archive. Only names that these formats have are extracted, as plain
/// files; a docker-archive has links from one layer's name to another's.
/// </summary>
internal static class ImageArchive
{
    private const int MostLinks = 1024;

    /// <summary>Unpacks into an empty directory.</summary>
    public static void Unpack(Stream tar, string directory, string source, UnpackBudget budget, CancellationToken cancellation)
    {
        var kind = new ArchiveKind();
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            Directory.CreateDirectory(Path.Combine(directory, "blobs/sha256"));
            var input = new TarInput(tar, budget);
            while (input.Next() is { } member)
            {
                cancellation.ThrowIfCancelled();
                string name = RootPath.Parse(member.Name).Full;
                kind.See(name);
                if (!IsOfImage(name))
                    continue;
                if (member is { Kind: TarKind.File, Sparse: null })
                    Save(member.Content, Path.Combine(directory, name), cancellation);
                else if (member.Kind is TarKind.SymbolicLink or TarKind.HardLink && links.Count < MostLinks)
                    links[name] = Target(name, member);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"image {source}: not a tar archive, or a damaged one: {e.Message}", e) { Step = "image", Object = source };
        }
        if (kind.IsPlain)
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"image {source}: it is an archive of plain files, such as docker export writes, not of an image")
            {
                Step = "image",
                Object = source,
                Refusal = Refusal.ImageIsRootFilesystem,
            };
        }
        foreach ((string name, string target) in links)
        {
            // Duplicate layers; no version of the format has a link to a link.
            string from = Path.Combine(directory, target), to = Path.Combine(directory, name);
            if (IsOfImage(target) && File.Exists(from) && !File.Exists(to))
                File.CreateSymbolicLink(Parent(to), from);
        }
    }

    private static bool IsOfImage(string name)
    {
        if (name is "oci-layout" or "index.json" or DockerManifest.Name)
            return true;
        const string Blobs = "blobs/sha256/";
        ReadOnlySpan<char> hex = name.StartsWith(Blobs, StringComparison.Ordinal) ? name.AsSpan(Blobs.Length) : name.AsSpan();
        return hex.Length >= 64 && ImageDigest.IsHex(hex[..64])
            && (hex.Length == name.Length ? hex[64..] is ".tar" or ".json" or "/layer.tar" : hex.Length == 64);
    }

    // The target of a symbolic link is relative to its directory: "../ID/layer.tar".
    private static string Target(string name, TarMember member)
    {
        if (member.Kind == TarKind.HardLink)
            return RootPath.Parse(member.LinkName).Full;
        string full = Path.GetFullPath(member.LinkName, "/" + Path.GetDirectoryName(name));
        return full[1..];
    }

    private static void Save(Stream content, string path, CancellationToken cancellation)
    {
        // If a name appears twice, the last entry counts, as in every tar.
        using var file = new FileStream(Parent(path), FileMode.Create, FileAccess.Write);
        byte[] buffer = new byte[1 << 17];
        for (int count; (count = content.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancelled();
            file.Write(buffer, 0, count);
        }
    }

    private static string Parent(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
