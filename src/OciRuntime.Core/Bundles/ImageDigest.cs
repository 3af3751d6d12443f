using System.Security.Cryptography;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>A digest such as sha256:… (image-spec, descriptor.md); only well-formed ones become file names.</summary>
internal static class ImageDigest
{
    private const string Prefix = "sha256:";

    /// <summary>The path of a blob inside a layout.</summary>
    public static string PathOf(string digest)
    {
        if (!digest.StartsWith(Prefix, StringComparison.Ordinal))
            throw Invalid(OciErrorCode.NotSupported, digest, "only sha256 digests are supported");
        if (!IsHex(digest.AsSpan(Prefix.Length)))
            throw Invalid(OciErrorCode.InvalidArgument, digest, "not a sha256 digest");
        return "blobs/sha256/" + digest[Prefix.Length..];
    }

    /// <summary>True for a hash as it appears in names: 64 lower-case hexadecimal digits.</summary>
    public static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (!char.IsAsciiHexDigitLower(c))
                return false;
        return text.Length == 64;
    }

    /// <summary>Reads a stream to its end and compares.</summary>
    public static void Verify(Stream content, string digest) => Compare(SHA256.HashData(content), digest);

    /// <summary>Compares the digest of bytes.</summary>
    public static void Verify(ReadOnlySpan<byte> content, string digest) => Compare(SHA256.HashData(content), digest);

    private static void Compare(byte[] hash, string digest)
    {
        string found = Prefix + Convert.ToHexStringLower(hash);
        if (found != digest)
            throw Invalid(OciErrorCode.InvalidArgument, digest, $"the content has digest {found}: the image is damaged");
    }

    private static OciException Invalid(OciErrorCode code, string digest, string why) =>
        new(code, $"image blob {digest}: {why}") { Step = "image", Object = digest };
}
