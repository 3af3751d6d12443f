using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>
/// Checks who could have written the files that are read back. A state decides what is signalled, removed and run (hooks) with the rights of the runtime's user, so
/// only that user and root may own it or write to it. A file is checked through its open descriptor. A POSIX ACL that lets another
/// user or group write shows in the group bits, which are its mask then (acl(5)).
/// </summary>
internal static unsafe class Trust
{
    private const uint Asked = Libc.STATX_TYPE | Libc.STATX_MODE | Libc.STATX_UID | Libc.STATX_GID | FileStamp.Asked;
    private const int GroupWrites = 0x10; // S_IWGRP
    private const int OthersWrite = 0x2; // S_IWOTH
    private const int Sticky = 0x200; // S_ISVTX

    /// <summary>fstat(2) of a descriptor, which may be that of a link itself.</summary>
    public static Libc.statx_t Stat(int fd, string path) =>
        TryStat(fd, out Libc.statx_t stat) ? stat : throw KernelError.Last("look at", path, "statx");

    /// <summary>The same; false on failure.</summary>
    public static bool TryStat(int fd, out Libc.statx_t stat)
    {
        fixed (Libc.statx_t* result = &stat)
            return Libc.statx(fd, string.Empty, Libc.AT_EMPTY_PATH, Asked, result) == 0;
    }

    /// <summary>The same for a name in a directory; a link is not followed.</summary>
    public static bool TryStat(int directory, string name, out Libc.statx_t stat)
    {
        fixed (Libc.statx_t* result = &stat)
            return Libc.statx(directory, name, Libc.AT_SYMLINK_NOFOLLOW, Asked, result) == 0;
    }

    /// <summary>Why a file or directory is not trusted, or null when it has this type, belongs to us and nobody else can write to it.</summary>
    public static string? ProblemOf(in Libc.statx_t stat, uint type)
    {
        if ((stat.stx_mode & Libc.S_IFMT) != type)
        {
            return (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFLNK ? "is a symbolic link"
                : type switch { Libc.S_IFDIR => "is not a directory", Libc.S_IFSOCK => "is not a socket", _ => "is not a regular file" };
        }
        return OwnerProblem(stat) ?? WriterProblem(stat);
    }

    /// <summary>
    /// Why a directory, or a link, on the way to the state root is not trusted, or null. Anyone who can write to a directory can replace
    /// its entries, unless it is sticky: then only the owners of the entry and the directory can. Host root has no uid in a user
    /// namespace that does not map it; it owns /.
    /// </summary>
    public static string? ProblemOnTheWay(in Libc.statx_t stat, in Libc.statx_t slash)
    {
        if (stat.stx_uid != slash.stx_uid && OwnerProblem(stat) is { } owner)
            return owner;
        bool swaps = (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFDIR && (stat.stx_mode & Sticky) == 0;
        return swaps && WriterProblem(stat) is { } writer ? writer + " and not sticky" : null;
    }

    private static string? OwnerProblem(in Libc.statx_t stat) =>
        stat.stx_uid == 0 || stat.stx_uid == Libc.geteuid() ? null : "belongs to user " + stat.stx_uid.ToString(CultureInfo.InvariantCulture);

    private static string? WriterProblem(in Libc.statx_t stat) =>
        (stat.stx_mode & OthersWrite) != 0 ? "is writable by everybody"
        : (stat.stx_mode & GroupWrites) != 0 ? "is writable by group " + stat.stx_gid.ToString(CultureInfo.InvariantCulture)
        : null;
}
