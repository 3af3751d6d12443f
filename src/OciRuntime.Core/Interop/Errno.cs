using System.Globalization;
using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>errno.h: the numbers that the code uses, and names and texts for messages.</summary>
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
    public const int ENOTBLK = 15;
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
    public const int ETXTBSY = 26;
    public const int EFBIG = 27;
    public const int ENOSPC = 28;
    public const int ESPIPE = 29;
    public const int EROFS = 30;
    public const int EMLINK = 31;
    public const int EPIPE = 32;
    public const int EDOM = 33;
    public const int ERANGE = 34;
    public const int EDEADLK = 35;
    public const int ENAMETOOLONG = 36;
    public const int ENOLCK = 37;
    public const int ENOSYS = 38;
    public const int ENOTEMPTY = 39;
    public const int ELOOP = 40;
    public const int ENODATA = 61;
    public const int EPROTO = 71;
    public const int EBADMSG = 74;
    public const int EOVERFLOW = 75;
    public const int EUSERS = 87;
    public const int ENOTSOCK = 88;
    public const int EMSGSIZE = 90;
    public const int ENOPROTOOPT = 92;
    public const int EPROTONOSUPPORT = 93;
    public const int EOPNOTSUPP = 95;
    public const int EAFNOSUPPORT = 97;
    public const int EADDRINUSE = 98;
    public const int EADDRNOTAVAIL = 99;
    public const int ECONNABORTED = 103;
    public const int ECONNRESET = 104;
    public const int ENOBUFS = 105;
    public const int ENOTCONN = 107;
    public const int ETIMEDOUT = 110;
    public const int ECONNREFUSED = 111;
    public const int ESTALE = 116;
    public const int EDQUOT = 122;
    public const int ENOKEY = 126;

    /// <summary>errno of the last call on this thread that had SetLastError.</summary>
    public static int Last
    {
        get => Marshal.GetLastPInvokeError();
        set => Marshal.SetLastPInvokeError(value);
    }

    /// <summary>True when the call failed for lack of resources or by an I/O error, which says nothing about the object.</summary>
    public static bool TellsNothing(int errno) => errno is EIO or ENOMEM or EMFILE or ENFILE or EAGAIN or EINTR or ENOBUFS;

    /// <summary>The constant's name, for example <c>EBUSY</c>.</summary>
    public static string Name(int errno) => Known(errno).Name;

    /// <summary>strerror(3) in lower case, as callers of a runtime match it.</summary>
    public static string Text(int errno) => Known(errno).Text;

    // A table instead of strerror: texts must not depend on libc or locale, and static binaries have no locale.
    private static (string Name, string Text) Known(int errno) => errno switch
    {
        EPERM => (nameof(EPERM), "operation not permitted"),
        ENOENT => (nameof(ENOENT), "no such file or directory"),
        ESRCH => (nameof(ESRCH), "no such process"),
        EINTR => (nameof(EINTR), "interrupted system call"),
        EIO => (nameof(EIO), "input/output error"),
        ENXIO => (nameof(ENXIO), "no such device or address"),
        E2BIG => (nameof(E2BIG), "argument list too long"),
        ENOEXEC => (nameof(ENOEXEC), "exec format error"),
        EBADF => (nameof(EBADF), "bad file descriptor"),
        ECHILD => (nameof(ECHILD), "no child processes"),
        EAGAIN => (nameof(EAGAIN), "resource temporarily unavailable"),
        ENOMEM => (nameof(ENOMEM), "cannot allocate memory"),
        EACCES => (nameof(EACCES), "permission denied"),
        EFAULT => (nameof(EFAULT), "bad address"),
        ENOTBLK => (nameof(ENOTBLK), "block device required"),
        EBUSY => (nameof(EBUSY), "device or resource busy"),
        EEXIST => (nameof(EEXIST), "file exists"),
        EXDEV => (nameof(EXDEV), "invalid cross-device link"),
        ENODEV => (nameof(ENODEV), "no such device"),
        ENOTDIR => (nameof(ENOTDIR), "not a directory"),
        EISDIR => (nameof(EISDIR), "is a directory"),
        EINVAL => (nameof(EINVAL), "invalid argument"),
        ENFILE => (nameof(ENFILE), "too many open files in system"),
        EMFILE => (nameof(EMFILE), "too many open files"),
        ENOTTY => (nameof(ENOTTY), "inappropriate ioctl for device"),
        ETXTBSY => (nameof(ETXTBSY), "text file busy"),
        EFBIG => (nameof(EFBIG), "file too large"),
        ENOSPC => (nameof(ENOSPC), "no space left on device"),
        ESPIPE => (nameof(ESPIPE), "illegal seek"),
        EROFS => (nameof(EROFS), "read-only file system"),
        EMLINK => (nameof(EMLINK), "too many links"),
        EPIPE => (nameof(EPIPE), "broken pipe"),
        EDOM => (nameof(EDOM), "numerical argument out of domain"),
        ERANGE => (nameof(ERANGE), "numerical result out of range"),
        EDEADLK => (nameof(EDEADLK), "resource deadlock avoided"),
        ENAMETOOLONG => (nameof(ENAMETOOLONG), "file name too long"),
        ENOLCK => (nameof(ENOLCK), "no locks available"),
        ENOSYS => (nameof(ENOSYS), "function not implemented"),
        ENOTEMPTY => (nameof(ENOTEMPTY), "directory not empty"),
        ELOOP => (nameof(ELOOP), "too many levels of symbolic links"),
        EPROTO => (nameof(EPROTO), "protocol error"),
        ENODATA => (nameof(ENODATA), "no data available"),
        EBADMSG => (nameof(EBADMSG), "bad message"),
        EOVERFLOW => (nameof(EOVERFLOW), "value too large for defined data type"),
        EUSERS => (nameof(EUSERS), "too many users"),
        ENOTSOCK => (nameof(ENOTSOCK), "socket operation on non-socket"),
        EOPNOTSUPP => (nameof(EOPNOTSUPP), "operation not supported"),
        EMSGSIZE => (nameof(EMSGSIZE), "message too long"),
        ENOPROTOOPT => (nameof(ENOPROTOOPT), "protocol not available"),
        EPROTONOSUPPORT => (nameof(EPROTONOSUPPORT), "protocol not supported"),
        EAFNOSUPPORT => (nameof(EAFNOSUPPORT), "address family not supported by protocol"),
        EADDRINUSE => (nameof(EADDRINUSE), "address already in use"),
        EADDRNOTAVAIL => (nameof(EADDRNOTAVAIL), "cannot assign requested address"),
        ECONNABORTED => (nameof(ECONNABORTED), "software caused connection abort"),
        ECONNRESET => (nameof(ECONNRESET), "connection reset by peer"),
        ENOBUFS => (nameof(ENOBUFS), "no buffer space available"),
        ENOTCONN => (nameof(ENOTCONN), "transport endpoint is not connected"),
        ETIMEDOUT => (nameof(ETIMEDOUT), "connection timed out"),
        ECONNREFUSED => (nameof(ECONNREFUSED), "connection refused"),
        ESTALE => (nameof(ESTALE), "stale file handle"),
        EDQUOT => (nameof(EDQUOT), "disk quota exceeded"),
        ENOKEY => (nameof(ENOKEY), "required key not available"),
        _ => Unknown(errno),
    };

    private static (string Name, string Text) Unknown(int errno)
    {
        string digits = errno.ToString(CultureInfo.InvariantCulture);
        return ("errno " + digits, "errno " + digits);
    }
}
