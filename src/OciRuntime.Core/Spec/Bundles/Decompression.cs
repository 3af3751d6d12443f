using System.IO.Compression;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Bundles;

/// <summary>Plain or gzip, told by the first bytes: names and media types are wrong too often.</summary>
internal static class Decompression
{
    /// <summary>Wraps a stream that can seek; the result owns it.</summary>
    public static Stream Open(Stream file, string source)
    {
        Span<byte> start = stackalloc byte[6];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        start = start[..length];
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return new GZipStream(file, CompressionMode.Decompress);
        string? unsupported = start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
            : start.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A]) ? "xz"
            : start.StartsWith("BZh"u8) ? "bzip2"
            : null;
        if (unsupported is null)
            return file;
        file.Dispose();
        throw new OciException(OciErrorCode.NotSupported, $"unpack {source}: {unsupported} compression is not supported")
        {
            Step = "unpack",
            Object = source,
            Hint = "gzip and plain tar are: convert the image, for example with skopeo copy --dest-compress-format gzip, or unpack the archive first",
        };
    }
}
