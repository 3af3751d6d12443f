using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>
/// Compiled profiles in a private directory of the runtime, one file each, named by the hash of the profile's <see cref="SeccompKey"/>. The file
/// also holds the key and is used only when the keys are equal, so profiles whose hashes collide can't share a program. If anything is
/// wrong with a file, the profile is compiled: the cache never makes a launch fail.
/// </summary>
internal sealed class SeccompCache
{
    /// <summary>The directory, below the state root; not a valid container id.</summary>
    internal const string DirectoryName = ".seccomp";

    /// <summary>The most files that are kept; when there are more, all are removed (a host has a handful of profiles, unless somebody generates them).</summary>
    internal const int MostFiles = 64;

    // u64 hash of everything that follows, u32 length of the key, u32 flags, u32 whether there is a listener, u32 zero; key; filter.
    private const int HeaderLength = 24;
    private const int MostBytes = 1 << 20;

    private readonly int _root;

    /// <summary>A cache below an open directory, which must stay open.</summary>
    internal SeccompCache(int root) => _root = root;

    /// <summary>The compiled profile: from the cache, or compiled now and kept.</summary>
    /// <exception cref="Errors.OciException">As <see cref="SeccompCompiler.Compile(OciSeccomp)"/>.</exception>
    internal SeccompProgram Compile(OciSeccomp seccomp)
    {
        ReadOnlySpan<byte> key = SeccompKey.Of(seccomp).Bytes;
        string name = Hash(key).ToString("x16", CultureInfo.InvariantCulture);
        using SafeFd? directory = OpenDirectory();
        if (directory is not null && Read(directory.Number, name) is { } bytes && TryParse(bytes, key) is { } kept)
            return kept;
        SeccompProgram program = SeccompCompiler.Compile(seccomp);
        Keep(name, key, program);
        return program;
    }

    private SafeFd? OpenDirectory()
    {
        int fd = Libc.openat(_root, DirectoryName, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        return fd < 0 ? null : Trusted(new SafeFd(fd), Libc.S_IFDIR);
    }

    private static byte[]? Read(int directory, string name)
    {
        int fd = Libc.openat(directory, name, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        using SafeFd? file = fd < 0 ? null : Trusted(new SafeFd(fd), Libc.S_IFREG);
        return file is null ? null : SmallFile.ReadAll(fd, MostBytes, regular: true);
    }

    // A program written by another user would become the container's filter.
    private static SafeFd? Trusted(SafeFd file, uint type)
    {
        if (Trust.TryStat(file.Number, out Libc.statx_t stat) && Trust.ProblemOf(stat, type) is null)
            return file;
        file.Dispose();
        return null;
    }

    private static SeccompProgram? TryParse(byte[] bytes, ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> header = bytes;
        if (bytes.Length <= HeaderLength + key.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != (uint)key.Length
            || !header.Slice(HeaderLength, key.Length).SequenceEqual(key)
            || BinaryPrimitives.ReadUInt64LittleEndian(header) != Hash(header[8..]))
            return null;
        return new(bytes.AsMemory(HeaderLength + key.Length), BinaryPrimitives.ReadUInt32LittleEndian(header[12..]), header[16] != 0);
    }

    private void Keep(string name, ReadOnlySpan<byte> key, SeccompProgram program)
    {
        byte[] bytes = new byte[HeaderLength + key.Length + program.Filter.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)key.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), program.Flags);
        bytes[16] = program.NeedsListener ? (byte)1 : (byte)0;
        key.CopyTo(bytes.AsSpan(HeaderLength));
        program.Filter.Span.CopyTo(bytes.AsSpan(HeaderLength + key.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Hash(bytes.AsSpan(8)));

        if (Libc.mkdirat(_root, DirectoryName, 0x1C0 /* 0700 */) != 0 && Errno.Last != Errno.EEXIST)
            return;
        using SafeFd? directory = OpenDirectory();
        if (directory is null)
            return;
        MakeRoom(directory.Number);
        Write(directory.Number, name, bytes);
    }

    // Two runtimes may keep the same profile at the same time: the one that creates the temporary file writes it. A leftover of a killed runtime gets in the way only once.
    private static void Write(int directory, string name, ReadOnlySpan<byte> bytes)
    {
        string temporary = name + ".new";
        if (SmallFile.TryReplace(directory, name, temporary, Libc.O_EXCL, bytes, 0x180 /* 0600 */) is not null)
            _ = Libc.unlinkat(directory, temporary, 0);
    }

    private static void MakeRoom(int directory)
    {
        List<DirectoryEntry> entries;
        try
        {
            entries = DirectoryEntry.ReadAll(directory, DirectoryName);
        }
        catch (OciException)
        {
            return; // a launch must not fail because of the cache
        }
        if (entries.Count < MostFiles)
            return;
        foreach (DirectoryEntry entry in entries)
            _ = Libc.unlinkat(directory, entry.Name, 0);
    }

    // Used for file names and to detect torn files; equality is decided by the key itself.
    internal static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            hash = Mix(hash, word);
        ulong rest = 0;
        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
            rest = (rest << 8) | value;
        return Mix(hash, rest);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * 0x9E3779B97F4A7C15;
        return hash ^ (hash >> 29);
    }
}
