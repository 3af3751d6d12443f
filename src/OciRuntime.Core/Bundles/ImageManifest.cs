using System.Text.Json;

namespace OciRuntime.Core.Bundles;

/// <summary>A file of an image.</summary>
/// <param name="Path">Its path below the image's directory.</param>
/// <param name="Digest">The digest that its content must have; null when the image gives none.</param>
internal sealed record ImageBlob(string Path, string? Digest)
{
    /// <summary>A blob of an OCI layout.</summary>
    public static ImageBlob Of(string digest) => new(ImageDigest.PathOf(digest), digest);

    /// <inheritdoc/>
    public override string ToString() => Digest ?? Path;
}

/// <summary>What an image consists of (image-spec, manifest.md).</summary>
/// <param name="Config">The configuration.</param>
/// <param name="Layers">The layers, the lowest first.</param>
internal sealed record ImageManifest(ImageBlob Config, IReadOnlyList<ImageBlob> Layers)
{
    public static ImageManifest Read(JsonElement manifest)
    {
        if (ImageJson.Child(manifest, "config") is not { } config)
            throw ImageLayout.Invalid("manifest", "it has no config, so it is not the manifest of an image");
        var layers = new List<ImageBlob>();
        foreach (JsonElement layer in ImageJson.Items(manifest, "layers"))
            layers.Add(ImageBlob.Of(ImageJson.RequiredText(layer, "digest")));
        return new ImageManifest(ImageBlob.Of(ImageJson.RequiredText(config, "digest")), layers);
    }
}
