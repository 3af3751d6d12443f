using System.Buffers.Binary;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>Checks that a program can run in an empty root filesystem: a dynamic one names its loader in PT_INTERP (elf(5)).</summary>
internal static class StaticBinary
{
    private const uint PT_INTERP = 3;

    public static void Require(string path)
    {
        using FileStream file = BundleFiles.OpenRead(path);
        byte[] header = new byte[64];
        int length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        // 64-bit, little endian: every architecture this runs on except s390x.
        if (length < 64 || !header.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw Refused(path, "not a program for this machine");
        long offset = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56));
        byte[] type = new byte[4];
        for (int i = 0; i < count; i++)
        {
            file.Position = offset + (long)i * size;
            if (file.ReadAtLeast(type, type.Length, throwOnEndOfStream: false) < type.Length)
                throw Refused(path, "damaged");
            if (BinaryPrimitives.ReadUInt32LittleEndian(type) == PT_INTERP)
                throw Refused(path, "dynamically linked: it needs libraries that the root filesystem does not have");
        }
    }

    private static OciException Refused(string path, string why) => new(OciErrorCode.InvalidArgument, $"make a root filesystem from {path}: {why}")
    {
        Step = "bundle",
        Object = path,
        Hint = "install busybox-static, or name a static busybox",
    };
}
