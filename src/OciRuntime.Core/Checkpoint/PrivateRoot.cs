using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Checkpoint;

/// <summary>
/// The root that criu restores onto: criu needs a mount point on which nothing else is mounted. It is made in a mount namespace that has no other process than criu, so that
/// no part of it is left on the host, whatever happens to either.
/// </summary>
internal static class PrivateRoot
{
    private const string Name = "criu-root";

    /// <summary>Makes the namespace.</summary>
    /// <param name="directory">Where the mount point is made.</param>
    /// <param name="rootfs">What is mounted there, with all mounts below it.</param>
    /// <param name="start">Starts a program that inherits the namespace, or opens the namespace; its argument is the mount point.</param>
    public static void Start(StateDirectory directory, string rootfs, Action<string> start)
    {
        if (Libc.mkdirat(directory.Fd, Name, 0x1C0 /* 0700 */) != 0 && Errno.Last != Errno.EEXIST)
            throw KernelError.Last("make", Name, "mkdirat");
        Exception? failure = null;
        // unshare(2) affects one thread, and a child inherits the namespaces of the thread that starts it.
        var thread = new Thread(() =>
        {
            try
            {
                start(Mount(directory.Path + "/" + Name, rootfs));
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>The mount namespace of the calling thread.</summary>
    public static SafeFd OpenNamespace()
    {
        int fd = Libc.open("/proc/thread-self/ns/mnt", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open", "the mount namespace of criu", "open");
    }

    /// <summary>Removes the mount point.</summary>
    public static void Remove(StateDirectory directory) => _ = Libc.unlinkat(directory.Fd, Name, Libc.AT_REMOVEDIR);

    private static string Mount(string path, string rootfs)
    {
        if (Libc.unshare(CloneBits.CLONE_NEWNS) != 0)
            throw KernelError.Last("make", "a mount namespace for criu", "unshare");
        // Later mounts of the host propagate here, but not back.
        if (Libc.mount_setattr(Libc.AT_FDCWD, "/", Libc.AT_RECURSIVE, new Libc.mount_attr { propagation = Propagation.MS_SLAVE }) != 0)
            throw KernelError.Last("set the propagation of", "the mounts for criu", "mount_setattr");
        int fd = Libc.open_tree(Libc.AT_FDCWD, rootfs, Libc.OPEN_TREE_CLONE | (uint)Libc.O_CLOEXEC | Libc.AT_RECURSIVE);
        if (fd < 0)
            throw KernelError.Last("bind the root filesystem", rootfs, "open_tree");
        using var tree = new SafeFd(fd);
        return Libc.move_mount(fd, string.Empty, Libc.AT_FDCWD, path, Libc.MOVE_MOUNT_F_EMPTY_PATH) == 0 ? path : throw KernelError.Last("bind the root filesystem", rootfs, "move_mount");
    }
}
