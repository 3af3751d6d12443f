using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;

namespace OciRuntime.Core.Launch;

/// <summary>
/// A detached, id-mapped copy of a directory's or file's mount. Made by the runtime: it takes CAP_SYS_ADMIN in the user namespace that
/// owns the filesystem, which the container's process no longer has.
/// </summary>
internal static class IdMappedTree
{
    public static SafeFd Open(IdMappedTreeFd wanted)
    {
        using SafeFd ids = wanted.UserNamespace is { } path ? OpenNamespace(path) : MappedUserNamespace.Create(wanted.UidMappings, wanted.GidMappings, wanted.SpecPointer);
        uint flags = Libc.OPEN_TREE_CLONE | Libc.O_CLOEXEC | (wanted.Recursive ? Libc.AT_RECURSIVE : 0) | (wanted.NoFollow ? (uint)Libc.AT_SYMLINK_NOFOLLOW : 0);
        int fd = Libc.open_tree(Libc.AT_FDCWD, wanted.Source, flags);
        if (fd < 0)
            throw Failed(wanted, "open_tree", Errno.Last);
        var tree = new SafeFd(fd);
        var attributes = new Libc.mount_attr { attr_set = Libc.MOUNT_ATTR_IDMAP, userns_fd = (ulong)ids.Number };
        if (Libc.mount_setattr(fd, string.Empty, (uint)Libc.AT_EMPTY_PATH | (wanted.RecursiveMapping ? Libc.AT_RECURSIVE : 0), attributes) == 0)
            return tree;
        int errno = Errno.Last;
        tree.Dispose();
        throw Failed(wanted, "mount_setattr", errno);
    }

    private static SafeFd OpenNamespace(string path)
    {
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open", path, "open");
    }

    private static OciException Failed(IdMappedTreeFd wanted, string syscall, int errno) =>
        new(KernelError.CodeOf(errno), $"id-mapped mount of {wanted.Source} ({wanted.SpecPointer}): {syscall}: {KernelError.Reason(errno)}")
        {
            Step = "bind",
            Syscall = syscall,
            Object = wanted.Source,
            Errno = errno,
            SpecPointer = wanted.SpecPointer,
            Hint = errno switch
            {
                Errno.EPERM => "it takes CAP_SYS_ADMIN in the user namespace that the filesystem was mounted in: a rootless runtime does not have it",
                Errno.EINVAL => "the filesystem does not support id-mapped mounts, or is id-mapped already",
                Errno.ENOSYS => "id-mapped mounts came with Linux 5.12",
                _ => null,
            },
        };
}
