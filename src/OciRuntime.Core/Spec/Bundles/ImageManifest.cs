using System.Text.Json;

namespace OciRuntime.Core.Spec.Bundles;

/// <summary>What an image consists of (image-spec, manifest.md).</summary>
/// <param name="Config">Digest of the configuration.</param>
/// <param name="Layers">Digests of the layers, the lowest first.</param>
internal sealed record ImageManifest(string Config, IReadOnlyList<string> Layers)
{
    public static ImageManifest Read(JsonElement manifest)
    {
        if (ImageJson.Child(manifest, "config") is not { } config)
            throw ImageLayout.Invalid("manifest", "there is no config: not the manifest of an image");
        var layers = new List<string>();
        foreach (JsonElement layer in ImageJson.Items(manifest, "layers"))
            layers.Add(ImageJson.RequiredText(layer, "digest"));
        return new ImageManifest(ImageJson.RequiredText(config, "digest"), layers);
    }
}
