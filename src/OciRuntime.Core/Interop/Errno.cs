using System.Globalization;
using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>errno.h: the numbers that code asks for, names and texts for messages.</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int E2BIG = 7;
    public const int ENOEXEC = 8;
    public const int EBADF = 9;
    public const int ECHILD = 10;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EFAULT = 14;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int EXDEV = 18;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOTTY = 25;
    public const int EFBIG = 27;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int ERANGE = 34;
    public const int EPIPE = 32;
    public const int ENAMETOOLONG = 36;
    public const int ENOSYS = 38;
    public const int ENOTEMPTY = 39;
    public const int ELOOP = 40;
    public const int EPROTO = 71;
    public const int ENOTSOCK = 88;
    public const int EOPNOTSUPP = 95;
    public const int ENOBUFS = 105;
    public const int ENOTCONN = 107;
    public const int ETIMEDOUT = 110;
    public const int ECONNRESET = 104;
    public const int ECONNREFUSED = 111;
    public const int EDQUOT = 122;

    /// <summary>errno of the last call on this thread that had SetLastError.</summary>
    public static int Last
    {
        get => Marshal.GetLastPInvokeError();
        set => Marshal.SetLastPInvokeError(value);
    }

    /// <summary>The call failed for lack of something, or the medium failed: that tells nothing of what was asked about.</summary>
    public static bool TellsNothing(int errno) => errno is EIO or ENOMEM or EMFILE or ENFILE or EAGAIN or EINTR or ENOBUFS;

    /// <summary>The constant's name, for example <c>EBUSY</c>.</summary>
    public static string Name(int errno) => Known(errno).Name;

    /// <summary>strerror(3) in lower case, as callers of runtimes match it.</summary>
    public static string Text(int errno) => Known(errno).Text;

    // A table and not strerror: texts must not depend on libc or locale, and static binaries have none.
    private static (string Name, string Text) Known(int errno) => errno switch
    {
        EPERM => ("EPERM", "operation not permitted"),
        ENOENT => ("ENOENT", "no such file or directory"),
        ESRCH => ("ESRCH", "no such process"),
        EINTR => ("EINTR", "interrupted system call"),
        EIO => ("EIO", "input/output error"),
        ENXIO => ("ENXIO", "no such device or address"),
        E2BIG => ("E2BIG", "argument list too long"),
        ENOEXEC => ("ENOEXEC", "exec format error"),
        EBADF => ("EBADF", "bad file descriptor"),
        ECHILD => ("ECHILD", "no child processes"),
        EAGAIN => ("EAGAIN", "resource temporarily unavailable"),
        ENOMEM => ("ENOMEM", "cannot allocate memory"),
        EACCES => ("EACCES", "permission denied"),
        EFAULT => ("EFAULT", "bad address"),
        15 => ("ENOTBLK", "block device required"),
        EBUSY => ("EBUSY", "device or resource busy"),
        EEXIST => ("EEXIST", "file exists"),
        EXDEV => ("EXDEV", "invalid cross-device link"),
        ENODEV => ("ENODEV", "no such device"),
        ENOTDIR => ("ENOTDIR", "not a directory"),
        EISDIR => ("EISDIR", "is a directory"),
        EINVAL => ("EINVAL", "invalid argument"),
        ENFILE => ("ENFILE", "too many open files in system"),
        EMFILE => ("EMFILE", "too many open files"),
        ENOTTY => ("ENOTTY", "inappropriate ioctl for device"),
        26 => ("ETXTBSY", "text file busy"),
        EFBIG => ("EFBIG", "file too large"),
        ENOSPC => ("ENOSPC", "no space left on device"),
        29 => ("ESPIPE", "illegal seek"),
        EROFS => ("EROFS", "read-only file system"),
        31 => ("EMLINK", "too many links"),
        EPIPE => ("EPIPE", "broken pipe"),
        33 => ("EDOM", "numerical argument out of domain"),
        ERANGE => ("ERANGE", "numerical result out of range"),
        35 => ("EDEADLK", "resource deadlock avoided"),
        ENAMETOOLONG => ("ENAMETOOLONG", "file name too long"),
        37 => ("ENOLCK", "no locks available"),
        ENOSYS => ("ENOSYS", "function not implemented"),
        ENOTEMPTY => ("ENOTEMPTY", "directory not empty"),
        ELOOP => ("ELOOP", "too many levels of symbolic links"),
        EPROTO => ("EPROTO", "protocol error"),
        61 => ("ENODATA", "no data available"),
        74 => ("EBADMSG", "bad message"),
        75 => ("EOVERFLOW", "value too large for defined data type"),
        87 => ("EUSERS", "too many users"),
        ENOTSOCK => ("ENOTSOCK", "socket operation on non-socket"),
        EOPNOTSUPP => ("EOPNOTSUPP", "operation not supported"),
        90 => ("EMSGSIZE", "message too long"),
        92 => ("ENOPROTOOPT", "protocol not available"),
        93 => ("EPROTONOSUPPORT", "protocol not supported"),
        97 => ("EAFNOSUPPORT", "address family not supported by protocol"),
        98 => ("EADDRINUSE", "address already in use"),
        99 => ("EADDRNOTAVAIL", "cannot assign requested address"),
        103 => ("ECONNABORTED", "software caused connection abort"),
        ECONNRESET => ("ECONNRESET", "connection reset by peer"),
        ENOBUFS => ("ENOBUFS", "no buffer space available"),
        ENOTCONN => ("ENOTCONN", "transport endpoint is not connected"),
        ETIMEDOUT => ("ETIMEDOUT", "connection timed out"),
        ECONNREFUSED => ("ECONNREFUSED", "connection refused"),
        116 => ("ESTALE", "stale file handle"),
        EDQUOT => ("EDQUOT", "disk quota exceeded"),
        126 => ("ENOKEY", "required key not available"),
        _ => Unknown(errno),
    };

    private static (string Name, string Text) Unknown(int errno)
    {
        string digits = errno.ToString(CultureInfo.InvariantCulture);
        return ("errno " + digits, "errno " + digits);
    }
}
