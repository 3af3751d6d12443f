using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OciRuntime.Core.Tests.Bundles;

/// <summary>Builds an OCI image layout in a directory.</summary>
internal sealed class LayoutBuilder
{
    private readonly string _directory;
    private readonly JsonArray _manifests = [];

    public LayoutBuilder(string directory)
    {
        _directory = directory;
        Directory.CreateDirectory(Path.Combine(directory, "blobs/sha256"));
        File.WriteAllText(Path.Combine(directory, "oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    public string BlobPath(string digest) => Path.Combine(_directory, "blobs/sha256", digest["sha256:".Length..]);

    public string Blob(byte[] content)
    {
        string digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
        File.WriteAllBytes(BlobPath(digest), content);
        return digest;
    }

    /// <summary>Adds an image; layers are plain tars and stored as gzip.</summary>
    /// <returns>The digests of its layers.</returns>
    public List<string> Image(JsonObject config, byte[][] layers, string? name = null, string? architecture = null, bool wrongDiffIds = false)
    {
        var diffIds = new JsonArray();
        var descriptors = new JsonArray();
        var digests = new List<string>();
        foreach (byte[] layer in layers)
        {
            diffIds.Add("sha256:" + Convert.ToHexStringLower(SHA256.HashData(wrongDiffIds ? [0] : layer)));
            string digest = Blob(TarBuilder.Gzip(layer));
            digests.Add(digest);
            descriptors.Add(Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", digest));
        }
        var document = new JsonObject
        {
            ["os"] = "linux",
            ["architecture"] = "amd64",
            ["config"] = config,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = diffIds },
        };
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", Blob(Json(document))),
            ["layers"] = descriptors,
        };
        JsonObject entry = Descriptor("application/vnd.oci.image.manifest.v1+json", Blob(Json(manifest)));
        if (name is not null)
            entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = name };
        if (architecture is not null)
            entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture };
        _manifests.Add(entry);
        WriteIndex();
        return digests;
    }

    /// <summary>Puts everything that was added behind one nested index.</summary>
    public void Nest()
    {
        var nested = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.index.v1+json", ["manifests"] = _manifests.DeepClone() };
        _manifests.Clear();
        _manifests.Add(Descriptor("application/vnd.oci.image.index.v1+json", Blob(Json(nested))));
        WriteIndex();
    }

    public void WriteIndex() =>
        File.WriteAllBytes(Path.Combine(_directory, "index.json"), Json(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = _manifests.DeepClone() }));

    private JsonObject Descriptor(string type, string digest) =>
        new() { ["mediaType"] = type, ["digest"] = digest, ["size"] = new FileInfo(BlobPath(digest)).Length };

    private static byte[] Json(JsonObject node) => Encoding.UTF8.GetBytes(node.ToJsonString(JsonSerializerOptions.Default));
}
