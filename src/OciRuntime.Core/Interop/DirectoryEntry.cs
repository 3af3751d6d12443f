using System.Runtime.InteropServices;
using System.Text;

namespace OciRuntime.Core.Interop;

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">DT_DIR and so on; DT_UNKNOWN where the filesystem does not say.</param>
internal readonly record struct DirectoryEntry(string Name, byte Type)
{
    // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, name.
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    /// <summary>All entries of an open directory but . and .. themselves; whatever fails is an error.</summary>
    public static unsafe List<DirectoryEntry> ReadAll(int fd, string shownPath)
    {
        var entries = new List<DirectoryEntry>();
        if (Libc.lseek(fd, 0, 0) < 0)
            throw KernelError.Last("list", shownPath, "lseek");
        byte* buffer = stackalloc byte[8192];
        while (true)
        {
            int length = Libc.getdents64(fd, buffer, 8192);
            if (length < 0)
                throw KernelError.Last("list", shownPath, "getdents64");
            if (length == 0)
                return entries;
            for (int at = 0; at < length; at += *(ushort*)(buffer + at + LengthOffset))
            {
                string name = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer + at + NameOffset));
                if (name is not ("." or ".."))
                    entries.Add(new(name, buffer[at + TypeOffset]));
            }
        }
    }
}
