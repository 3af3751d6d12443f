using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>
/// A copy of a directory's mount that is attached nowhere: ".." of its root is its root. A descriptor of it is safe in a process that others
/// in the container can see: it leads nowhere else.
/// </summary>
internal static class DetachedTree
{
    private const MountAttributes Attributes = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;

    public static SafeFd Open(string directory)
    {
        int fd = Libc.open_tree(Libc.AT_FDCWD, directory, Libc.OPEN_TREE_CLONE | Libc.O_CLOEXEC);
        if (fd < 0)
            throw KernelError.Last("copy the mount of", directory, "open_tree");
        var tree = new SafeFd(fd);
        if (Libc.mount_setattr(fd, string.Empty, Libc.AT_EMPTY_PATH, new Libc.mount_attr { attr_set = Attributes }) == 0)
            return tree;
        int errno = Errno.Last;
        tree.Dispose();
        throw KernelError.From("copy the mount of", directory, "mount_setattr", errno);
    }
}
