using System.IO.Compression;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>Plain, gzip or zstd, detected by the first bytes: names and media types are wrong too often.</summary>
internal static class Decompression
{
    private const string Accepted = "gzip, zstd and plain tar are supported: convert the image, for example with skopeo copy --dest-compress-format gzip, or ";

    /// <summary>Wraps a stream that can seek; the result owns it.</summary>
    public static Stream Open(Stream file, string source, BundleOptions options)
    {
        try
        {
            return Wrap(file, source, options);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Stream Wrap(Stream file, string source, BundleOptions options)
    {
        Span<byte> start = stackalloc byte[8];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        start = start[..length];
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return new GZipStream(file, CompressionMode.Decompress);
        if (start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) && options.Zstd is { } zstd)
            return new GuardedStream(zstd(file));
        if (Compression(start) is { } compression)
            throw Refused(OciErrorCode.NotSupported, source, $"{compression.Name} compression is not supported", Accepted + $"unpack it first with {compression.Command}");
        if (Other(start) is { } other)
            throw Refused(OciErrorCode.InvalidArgument, source, $"it is {other}, not a tar archive", null);
        return file;
    }

    private static (string Name, string Command)? Compression(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? ("zstd", "zstd -d")
        : start.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) ? ("xz", "xz -d")
        : start.StartsWith("BZh"u8) ? ("bzip2", "bzip2 -d")
        : start.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4D, 0x18]) ? ("lz4", "lz4 -d")
        : start.StartsWith("LZIP"u8) ? ("lzip", "lzip -d")
        : null;

    // Formats that users mistake for a container image.
    private static string? Other(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\x3\x4"u8) ? "a zip archive"
        : start.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) ? "a 7z archive"
        : start.StartsWith("Rar!"u8) ? "a rar archive"
        : start.StartsWith("hsqs"u8) ? "a squashfs image"
        : start.StartsWith("!<arch>"u8) ? "an ar archive or a Debian package"
        : start.StartsWith((ReadOnlySpan<byte>)[0xED, 0xAB, 0xEE, 0xDB]) ? "an RPM package"
        : start.StartsWith("070701"u8) || start.StartsWith("070707"u8) ? "a cpio archive"
        : start.StartsWith("QFI\xFB"u8[..3]) ? "a qcow2 disk"
        : start.StartsWith("\x7F"u8) && start[1..].StartsWith("ELF"u8) ? "a program"
        : start.StartsWith("{"u8) || start.StartsWith("["u8) ? "a text file, perhaps JSON"
        : null;

    private static OciException Refused(OciErrorCode code, string source, string why, string? hint) =>
        new(code, $"unpack {source}: {why}") { Step = "unpack", Object = source, Hint = hint };
}
