using System.Runtime.InteropServices;
using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">DT_DIR and so on; DT_UNKNOWN where the filesystem does not say.</param>
internal readonly record struct DirectoryEntry(string Name, byte Type)
{
    // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, name.
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    /// <summary>All entries of an open directory except . and ..; any failure is an error.</summary>
    public static List<DirectoryEntry> ReadAll(int fd, string shownPath)
    {
        var entries = new List<DirectoryEntry>();
        if (Libc.lseek(fd, 0, 0) < 0)
            throw KernelError.Last("list", shownPath, "lseek");
        int errno = Read(fd, (name, type) => entries.Add(new(Encoding.UTF8.GetString(name[..^1]), type)));
        return errno == 0 ? entries : throw KernelError.From("list", shownPath, "getdents64", errno);
    }

    /// <summary>Paths of the directories directly below one; empty when it does not exist, or is being removed.</summary>
    public static string[] Directories(string directory)
    {
        using var open = new SafeFd(Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0));
        var names = new List<byte[]>();
        int errno = open.IsInvalid ? Errno.Last : AddDirectories(open.Number, names);
        if (errno is not (0 or Errno.ENOENT))
            throw KernelError.From("list", directory, open.IsInvalid ? "open" : "getdents64", errno);
        return [.. names.Select(name => directory + "/" + Encoding.UTF8.GetString(name.AsSpan(..^1)))];
    }

    /// <summary>Adds the names of the directories in a directory that has just been opened: bytes and a NUL, since not every name is text.</summary>
    /// <remarks>For filesystems that report the type of an entry, as all of the kernel's own do.</remarks>
    /// <returns>0 or the errno.</returns>
    public static int AddDirectories(int fd, List<byte[]> names) => Read(fd, (name, type) =>
    {
        if (type == Libc.DT_DIR)
            names.Add(name.ToArray());
    });

    private static unsafe int Read(int fd, Taker take)
    {
        byte* buffer = stackalloc byte[8192];
        while (true)
        {
            int length = Libc.getdents64(fd, buffer, 8192);
            if (length <= 0)
                return length == 0 ? 0 : Errno.Last;
            for (int at = 0; at < length; at += *(ushort*)(buffer + at + LengthOffset))
            {
                byte* name = buffer + at + NameOffset;
                int size = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).Length + 1;
                var bytes = new ReadOnlySpan<byte>(name, size);
                if (!bytes.SequenceEqual(".\0"u8) && !bytes.SequenceEqual("..\0"u8))
                    take(bytes, buffer[at + TypeOffset]);
            }
        }
    }

    // Receives a name with its NUL.
    private delegate void Taker(ReadOnlySpan<byte> name, byte type);
}
