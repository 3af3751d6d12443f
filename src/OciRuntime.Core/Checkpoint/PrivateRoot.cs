using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Checkpoint;

/// <summary>
/// The root that criu restores onto: it wants a mount point on which nothing else is mounted. It is made in a mount namespace in which there is nobody but criu, so that
/// nothing of it is on the host, whatever becomes of both.
/// </summary>
internal static class PrivateRoot
{
    private const string Name = "criu-root";

    /// <summary>Makes such a namespace.</summary>
    /// <param name="directory">Where the mount point is made.</param>
    /// <param name="rootfs">What it shows, with all that is mounted below it.</param>
    /// <param name="start">Starts the program, which inherits the namespace, or takes hold of that; its argument is the mount point.</param>
    public static void Start(StateDirectory directory, string rootfs, Action<string> start)
    {
        if (Libc.mkdirat(directory.Fd, Name, 0x1C0 /* 0700 */) != 0 && Errno.Last != Errno.EEXIST)
            throw KernelError.Last("make", Name, "mkdirat");
        Exception? failure = null;
        // unshare(2) is about a thread, and a child has the namespaces of the thread that starts it.
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

    /// <summary>The mount point is not needed any more.</summary>
    public static void Remove(StateDirectory directory) => _ = Libc.unlinkat(directory.Fd, Name, Libc.AT_REMOVEDIR);

    private static string Mount(string path, string rootfs)
    {
        if (Libc.unshare(CloneBits.CLONE_NEWNS) != 0)
            throw KernelError.Last("make", "a mount namespace for criu", "unshare");
        // What the host mounts from now on comes here, nothing goes back.
        if (Libc.mount_setattr(Libc.AT_FDCWD, "/", Libc.AT_RECURSIVE, new Libc.mount_attr { propagation = Propagation.MS_SLAVE }) != 0)
            throw KernelError.Last("set the propagation of", "the mounts for criu", "mount_setattr");
        int fd = Libc.open_tree(Libc.AT_FDCWD, rootfs, Libc.OPEN_TREE_CLONE | (uint)Libc.O_CLOEXEC | Libc.AT_RECURSIVE);
        if (fd < 0)
            throw KernelError.Last("bind the root filesystem", rootfs, "open_tree");
        using var tree = new SafeFd(fd);
        return Libc.move_mount(fd, string.Empty, Libc.AT_FDCWD, path, Libc.MOVE_MOUNT_F_EMPTY_PATH) == 0 ? path : throw KernelError.Last("bind the root filesystem", rootfs, "move_mount");
    }
}
