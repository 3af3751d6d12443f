using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>Makes and removes directories, on v1 and v2 alike.</summary>
internal static class CgroupDirectory
{
    private const uint Mode = 0x1ed; // 0755

    /// <summary>Makes a directory and its parents; adds what it made to <paramref name="made"/>, outermost first.</summary>
    /// <returns>True when the directory itself was made, false when it already existed.</returns>
    internal static bool Make(string path, string mountPoint, List<string> made)
    {
        const int Attempts = 10; // another process may remove an empty parent meanwhile
        int errno = TryMake(path, made);
        int slash = path.LastIndexOf('/');
        for (int attempt = 0; errno == Errno.ENOENT && slash > mountPoint.Length && attempt < Attempts; attempt++)
        {
            Make(path[..slash], mountPoint, made);
            errno = TryMake(path, made);
        }

        return errno is 0 or Errno.EEXIST ? errno == 0 : throw CgroupFiles.Failed("make the cgroup", path, "mkdir", errno, null);
    }

    /// <summary>True when this user may write to the nearest existing directory of the path, where <see cref="Make"/> would begin.</summary>
    internal static bool MayMake(string path, string mountPoint)
    {
        while (path.Length >= mountPoint.Length)
        {
            if (Libc.faccessat(Libc.AT_FDCWD, path, Libc.W_OK, Libc.AT_EACCESS) == 0)
                return true;
            if (Errno.Last is Errno.EACCES or Errno.EPERM or Errno.EROFS)
                return false;
            if (Errno.Last != Errno.ENOENT)
                throw KernelError.Last("look at the cgroup", path, "faccessat");
            path = path[..path.LastIndexOf('/')];
        }

        return false;
    }

    /// <summary>Undoes <see cref="Make"/>, innermost first; directories that others use stay.</summary>
    internal static void Unmake(List<string> made)
    {
        for (int i = made.Count - 1; i >= 0; i--)
            _ = Libc.unlinkat(Libc.AT_FDCWD, made[i], Libc.AT_REMOVEDIR);
        made.Clear();
    }

    /// <summary>Removes a directory and all below it.</summary>
    /// <returns>0, also if it was gone, or the errno: EBUSY when it has processes.</returns>
    internal static int TryRemove(string directory)
    {
        int errno = TryRemoveLeaf(directory);
        if (errno != Errno.EBUSY)
            return errno;
        errno = CgroupTree.RemoveBelow(directory);
        return errno == 0 ? TryRemoveLeaf(directory) : errno;
    }

    /// <summary>The children of a cgroup; none when it is gone.</summary>
    internal static string[] Children(string directory) => DirectoryEntry.Directories(directory);

    /// <summary>The error for a cgroup that another container, or its leftovers, already use.</summary>
    internal static OciException InUse(string directory, string why) => new(OciErrorCode.ResourceBusy, why)
    {
        Step = "cgroup",
        Object = directory,
        SpecPointer = "/linux/cgroupsPath",
        Hint = "another container uses this linux.cgroupsPath",
    };

    private static int TryMake(string path, List<string> made)
    {
        if (Libc.mkdirat(Libc.AT_FDCWD, path, Mode) != 0)
            return Errno.Last;
        made.Add(path);
        return 0;
    }

    private static int TryRemoveLeaf(string directory) =>
        Libc.unlinkat(Libc.AT_FDCWD, directory, Libc.AT_REMOVEDIR) == 0 || Errno.Last == Errno.ENOENT ? 0 : Errno.Last;
}
