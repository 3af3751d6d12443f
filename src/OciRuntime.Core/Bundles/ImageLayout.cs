using System.Runtime.InteropServices;
using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>The files of an image in a directory: an OCI image layout (image-spec, image-layout.md) or a docker-archive. An archive is unpacked into a directory first.</summary>
internal sealed class ImageLayout : IDisposable
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const string DockerListType = "application/vnd.docker.distribution.manifest.list.v2+json";
    private const string RefName = "org.opencontainers.image.ref.name";
    private const string ContainerdName = "io.containerd.image.name";
    private const long MaxDocument = 4 << 20;

    private readonly string _directory;
    private readonly string _source;
    private readonly string? _temporary;

    private ImageLayout(string directory, string source, string? temporary)
    {
        _directory = directory;
        _source = source;
        _temporary = temporary;
    }

    /// <summary>Opens an image directory, or an archive of one.</summary>
    /// <param name="path">Directory or archive, compressed or not.</param>
    /// <param name="workspace">A directory of the runtime into which an archive may be unpacked.</param>
    /// <param name="options">Limits and decompressors.</param>
    /// <param name="cancellation">Stops unpacking.</param>
    public static ImageLayout Open(string path, string workspace, BundleOptions options, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
            return new ImageLayout(path, path, null);
        string temporary = Directory.CreateDirectory(Path.Combine(workspace, ".layout")).FullName;
        var layout = new ImageLayout(temporary, path, temporary);
        try
        {
            using Stream tar = Decompression.Open(BundleFiles.OpenRead(path), path, options);
            // The image's files, compressed as they are, have a budget of their own; their content is counted separately.
            ImageArchive.Unpack(tar, temporary, path, new UnpackBudget(options.Limit, options.Progress, cancellation), cancellation);
            return layout;
        }
        catch
        {
            layout.Dispose();
            throw;
        }
    }

    /// <summary>The manifest to use.</summary>
    /// <param name="reference">A name in index.json, or null for the only image or the one for this machine.</param>
    public ImageManifest ReadManifest(string? reference)
    {
        // Docker writes both formats since version 25; the layout is the one with digests.
        if (!File.Exists(Path.Combine(_directory, "oci-layout")) || !File.Exists(Path.Combine(_directory, "index.json")))
        {
            if (!File.Exists(Path.Combine(_directory, DockerManifest.Name)))
                throw Invalid(_source, "not an OCI image layout (oci-layout or index.json is missing), nor a docker-archive (manifest.json is missing)");
            using JsonDocument list = ReadDocument(DockerManifest.Name);
            return DockerManifest.Choose(list.RootElement, reference, _source);
        }
        using JsonDocument index = ReadDocument("index.json");
        return Choose(index.RootElement, reference, depth: 0);
    }

    /// <summary>Opens a blob, after verifying its digest if there is one.</summary>
    public Stream OpenBlob(ImageBlob blob)
    {
        FileStream file = BundleFiles.OpenRead(Path.Combine(_directory, blob.Path));
        try
        {
            if (blob.Digest is { } digest)
                ImageDigest.Verify(file, digest);
            file.Position = 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_temporary is not null)
            Directory.Delete(_temporary, recursive: true);
    }

    private ImageManifest Choose(JsonElement index, string? reference, int depth)
    {
        JsonElement? chosen = null;
        var names = new List<string>();
        foreach (JsonElement descriptor in ImageJson.Items(index, "manifests"))
        {
            string? name = ImageJson.Text(ImageJson.Child(descriptor, "annotations"), RefName);
            if (name is not null)
                names.Add(name);
            string? whole = ImageJson.Text(ImageJson.Child(descriptor, "annotations"), ContainerdName);
            if (reference is not null ? name == reference || (whole is not null && DockerManifest.Matches(whole, reference)) : IsForThisMachine(descriptor))
            {
                chosen = descriptor;
                break;
            }
        }
        if (chosen is not { } found)
        {
            string what = reference is null ? $"no image for linux/{Architecture()}" : $"no image named \"{reference}\"";
            throw Invalid(_source, names.Count == 0 ? what : $"{what}; there are {string.Join(", ", names)}");
        }
        string digest = ImageJson.RequiredText(found, "digest");
        using JsonDocument document = ReadDocument(ImageDigest.PathOf(digest), digest);
        string? type = ImageJson.Text(document.RootElement, "mediaType") ?? ImageJson.Text(found, "mediaType");
        if (type is IndexType or DockerListType)
            return depth < 4 ? Choose(document.RootElement, null, depth + 1) : throw Invalid(_source, "indexes are nested too deeply");
        return ImageManifest.Read(document.RootElement);
    }

    private static bool IsForThisMachine(JsonElement descriptor)
    {
        // Without a platform it is the only image, or an index of images.
        if (ImageJson.Child(descriptor, "platform") is not { } platform)
            return true;
        return ImageJson.Text(platform, "os") == "linux" && ImageJson.Text(platform, "architecture") == Architecture();
    }

    // The name that Go uses (GOARCH).
    private static string Architecture() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64le",
        System.Runtime.InteropServices.Architecture.S390x => "s390x",
        System.Runtime.InteropServices.Architecture.RiscV64 => "riscv64",
        System.Runtime.InteropServices.Architecture.LoongArch64 => "loong64",
        Architecture other => other.ToString(),
    };

    /// <summary>Reads a small JSON blob.</summary>
    public JsonDocument ReadDocument(string path, string? digest = null)
    {
        string file = Path.Combine(_directory, path);
        using FileStream stream = BundleFiles.OpenRead(file);
        if (stream.Length > MaxDocument)
            throw Invalid(file, $"larger than {MaxDocument} bytes");
        // Read into memory first: the bytes that are verified are the bytes that are parsed.
        byte[] bytes = new byte[stream.Length];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = new ReadOnlyMemory<byte>(bytes, 0, length);
        if (digest is not null)
            ImageDigest.Verify(text.Span, digest);
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"image {file}: not valid JSON", e) { Step = "image", Object = file };
        }
    }

    internal static OciException Invalid(string what, string why) =>
        new(OciErrorCode.InvalidArgument, $"image {what}: {why}") { Step = "image", Object = what };
}
