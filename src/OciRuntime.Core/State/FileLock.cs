using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>flock(2) on a descriptor that the caller keeps open, or on a directory.</summary>
internal sealed class FileLock : IDisposable
{
    // Long enough for hooks of another verb; nobody waits forever for a stuck one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _fd;
    private readonly SafeFd? _own;

    private FileLock(int fd, SafeFd? own = null)
    {
        _fd = fd;
        _own = own;
    }

    /// <summary>Waits for the lock of a directory, which is held only briefly.</summary>
    /// <param name="directory">The directory, open in any way.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <param name="kind">LOCK_SH or LOCK_EX.</param>
    public static FileLock OfDirectory(int directory, string path, int kind)
    {
        // An O_PATH descriptor can't be locked.
        int fd = Libc.openat(directory, ".", Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw KernelError.Last("lock", path, "openat");
        var own = new SafeFd(fd);
        try
        {
            Wait(fd, path, kind, path, CancellationToken.None);
            return new FileLock(fd, own);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>The lock, or null when somebody else has it.</summary>
    public static FileLock? TryTake(int fd, string path, int kind) => Try(fd, path, kind) ? new FileLock(fd) : null;

    /// <summary>Waits for the lock.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <param name="kind">LOCK_SH or LOCK_EX.</param>
    /// <param name="what">What it guards, for errors.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OciException">Timeout after a minute; Cancelled.</exception>
    public static FileLock Take(int fd, string path, int kind, string what, CancellationToken cancellationToken)
    {
        Wait(fd, path, kind, what, cancellationToken);
        return new FileLock(fd);
    }

    // Unlocks explicitly: a child being spawned on another thread may hold a copy of the descriptor for a moment.
    public void Dispose()
    {
        _ = Libc.flock(_fd, Libc.LOCK_UN);
        _own?.Dispose();
    }

    // flock(2) can't be interrupted for one thread only, so the lock is polled.
    private static void Wait(int fd, string path, int kind, string what, CancellationToken cancellationToken)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        for (int pause = 1; !Try(fd, path, kind); pause = Math.Min(pause * 2, 20))
        {
            if (Environment.TickCount64 > deadline)
                throw new OciException(OciErrorCode.Timeout, $"another command is busy with {what}") { Object = what };
            if (cancellationToken.WaitHandle.WaitOne(pause))
                throw new OciException(OciErrorCode.Cancelled, $"cancelled while waiting for another command on {what}") { Object = what };
        }
    }

    private static bool Try(int fd, string path, int kind)
    {
        while (Libc.flock(fd, kind | Libc.LOCK_NB) != 0)
        {
            if (Errno.Last == Errno.EAGAIN) // EWOULDBLOCK
                return false;
            if (Errno.Last != Errno.EINTR)
                throw KernelError.Last("lock", path, "flock");
        }
        return true;
    }
}
