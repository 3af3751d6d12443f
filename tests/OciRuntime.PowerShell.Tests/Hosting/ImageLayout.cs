using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace OciRuntime.PowerShell.Tests.Hosting;

/// <summary>Writes an OCI image layout with one layer, as <c>skopeo copy … oci:DIRECTORY:latest</c> leaves it.</summary>
internal static class ImageLayout
{
    public static void Write(string directory, string rootfs)
    {
        string layer = Path.Combine(directory, "layer.tar");
        Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256"));
        Programs.Run("/bin/tar", "-C", rootfs, "-cf", layer, ".");
        (string Digest, long Size) content = Blob(directory, File.ReadAllBytes(layer));
        File.Delete(layer);
        string machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        (string Digest, long Size) config = Blob(directory, $$$"""
            {"architecture":"{{{machine}}}","os":"linux","config":{"Cmd":["/bin/sh","-c","echo image"],"Env":["PATH=/bin"]},
             "rootfs":{"type":"layers","diff_ids":["{{{content.Digest}}}"]}}
            """);
        (string Digest, long Size) manifest = Blob(directory, $$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{{{Descriptor("application/vnd.oci.image.config.v1+json", config)}}},
             "layers":[{{{Descriptor("application/vnd.oci.image.layer.v1.tar", content)}}}]}
            """);
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        string entry = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest).TrimEnd('}')
            + ""","annotations":{"org.opencontainers.image.ref.name":"latest"}}""";
        File.WriteAllText(Path.Combine(directory, "index.json"), $$"""{"schemaVersion":2,"manifests":[{{entry}}]}""");
    }

    private static (string Digest, long Size) Blob(string directory, string text) => Blob(directory, Encoding.UTF8.GetBytes(text));

    private static (string Digest, long Size) Blob(string directory, byte[] bytes)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(directory, "blobs", "sha256", digest), bytes);
        return ("sha256:" + digest, bytes.Length);
    }

    private static string Descriptor(string type, (string Digest, long Size) blob) =>
        string.Create(CultureInfo.InvariantCulture, $$$"""{"mediaType":"{{{type}}}","digest":"{{{blob.Digest}}}","size":{{{blob.Size}}}}""");
}
