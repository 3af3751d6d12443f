using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>manifest.json of a docker-archive, as <c>docker save</c> and <c>podman save</c> write it: a list of images with their names and files.</summary>
internal static class DockerManifest
{
    public const string Name = "manifest.json";

    /// <summary>The image to use.</summary>
    /// <param name="list">The document.</param>
    /// <param name="reference">A full name, the name without registry and path, or the tag; null for the only image.</param>
    /// <param name="source">The image's name in errors.</param>
    public static ImageManifest Choose(JsonElement list, string? reference, string source)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new OciException(OciErrorCode.NotSupported, $"image {source}: {Name} is not a list of images, so this is not a docker-archive; directories of the dir: transport are not supported")
            {
                Step = "image",
                Object = source,
                Hint = "save the image as oci-archive, oci-dir or docker-archive",
            };
        }
        var names = new List<string>();
        JsonElement? chosen = null;
        foreach (JsonElement image in list.EnumerateArray())
        {
            List<string> tags = ImageJson.Texts(image, "RepoTags");
            names.AddRange(tags);
            if (reference is null ? list.GetArrayLength() == 1 : tags.Exists(tag => Matches(tag, reference)))
                chosen ??= image;
        }
        if (chosen is { } found)
            return Read(found, source);
        string what = reference is null ? $"there are {list.GetArrayLength()} images, and one must be named" : $"no image named \"{reference}\"";
        throw ImageLayout.Invalid(source, names.Count == 0 ? what : $"{what}; there are {string.Join(", ", names)}");
    }

    /// <summary>Matches a name such as docker.io/library/busybox:latest in full, as busybox:latest, or as latest.</summary>
    public static bool Matches(string name, string reference) =>
        name == reference || name.EndsWith("/" + reference, StringComparison.Ordinal) || name.EndsWith(":" + reference, StringComparison.Ordinal);

    private static ImageManifest Read(JsonElement image, string source)
    {
        string config = Inside(ImageJson.RequiredText(image, "Config"), source);
        // The file is named after its digest in every version of the format.
        string hex = Path.GetFileNameWithoutExtension(config);
        string? digest = ImageDigest.IsHex(hex) ? "sha256:" + hex : null;
        var layers = new List<ImageBlob>();
        foreach (string layer in ImageJson.Texts(image, "Layers"))
            layers.Add(new ImageBlob(Inside(layer, source), null));
        return new ImageManifest(new ImageBlob(config, digest), layers);
    }

    private static string Inside(string path, string source) =>
        RootPath.Parse(path) is { Name.Length: > 0 } inside ? inside.Full : throw ImageLayout.Invalid(source, $"{Name} does not name a file: \"{path}\"");
}
