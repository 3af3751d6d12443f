namespace OciRuntime.Core.Bundles;

/// <summary>What an archive is, judged by the names in it: a root filesystem, or an image in one of the common formats.</summary>
internal sealed class ArchiveKind
{
    private bool _hasLayout, _hasIndex, _hasManifest, _hasLayer, _hasOther;

    /// <summary>The image's format in words; null when it is not an image.</summary>
    public string? Image =>
        _hasLayout && _hasIndex ? "an OCI image layout (oci-archive)"
        : _hasManifest && _hasLayer ? "an image as docker save and podman save write it (docker-archive)"
        : null;

    /// <summary>True when the archive has files and is not an image.</summary>
    public bool IsPlain => _hasOther && Image is null;

    public void See(string name)
    {
        if (name.StartsWith("./", StringComparison.Ordinal))
            name = name[2..];
        switch (name)
        {
            case "oci-layout":
                _hasLayout = true;
                break;
            case "index.json":
                _hasIndex = true;
                break;
            case "manifest.json":
                _hasManifest = true;
                break;
            default:
                if (IsDockerLayer(name) || name.StartsWith("blobs/sha256/", StringComparison.Ordinal))
                    _hasLayer = true;
                else
                    _hasOther |= name.Length > 0;
                break;
        }
    }

    /// <summary>The names of layers in a docker-archive: a digest or an id with .tar, or in a directory of that name.</summary>
    private static bool IsDockerLayer(string name) =>
        name.Length > 64 && ImageDigest.IsHex(name.AsSpan(0, 64)) && name[64..] is ".tar" or "/layer.tar";
}
