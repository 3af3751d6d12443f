using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Interop;

/// <summary>Turns a failed call into the core's exception.</summary>
internal static class KernelError
{
    /// <summary>The error of the call that has just failed on this thread.</summary>
    /// <param name="doing">What was being done, for example <c>open the state directory</c>.</param>
    /// <param name="target">The object.</param>
    /// <param name="syscall">The kernel's name of the call.</param>
    public static OciException Last(string doing, string target, string syscall) => From(doing, target, syscall, Errno.Last);

    /// <summary>The error of a call that failed with an errno.</summary>
    public static OciException From(string doing, string target, string syscall, int errno) =>
        new(CodeOf(errno), $"{doing} {target}: {syscall}: {Reason(errno)}")
        {
            Syscall = syscall,
            Object = target,
            Errno = errno,
            Hint = LimitHint.For(syscall, errno),
        };

    /// <summary>The error for an exception of the class library about a file or a directory.</summary>
    /// <param name="doing">What was being done.</param>
    /// <param name="target">The object.</param>
    /// <param name="error">An exception for which <see cref="IsOfFiles"/> holds.</param>
    public static OciException From(string doing, string target, Exception error)
    {
        int errno = ErrnoOf(error);
        return new(CodeOf(errno), $"{doing} {target}: {(errno == 0 ? error.Message : Reason(errno))}", error) { Object = target, Errno = errno };
    }

    /// <summary>True for exceptions of the class library about files and directories.</summary>
    public static bool IsOfFiles(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>The errno behind such an exception; 0 when none is known.</summary>
    public static int ErrnoOf(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        PathTooLongException => Errno.ENAMETOOLONG,
        UnauthorizedAccessException => error.InnerException is IOException { HResult: > 0 } cause ? cause.HResult : Errno.EACCES,
        // On Unix it is the HResult, unless the class library uses its own number, which is negative.
        _ => Math.Max(error.HResult, 0),
    };

    /// <summary>The most specific code for an errno when nothing else is known.</summary>
    public static OciErrorCode CodeOf(int errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => OciErrorCode.PermissionDenied,
        Errno.ENOENT => OciErrorCode.FileNotFound,
        Errno.EBUSY => OciErrorCode.ResourceBusy,
        Errno.ENOSPC or Errno.EDQUOT or Errno.EAGAIN or Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM => OciErrorCode.LimitsExceeded,
        Errno.ENOSYS or Errno.EOPNOTSUPP => OciErrorCode.NotSupported,
        Errno.ETIMEDOUT => OciErrorCode.Timeout,
        _ => OciErrorCode.SystemCallFailed,
    };

    /// <summary>
    /// The reason in words. ENOENT has different words, because engines take "no such file or directory" anywhere in a message
    /// for a missing command.
    /// </summary>
    public static string Reason(int errno) => errno == Errno.ENOENT ? "not found (ENOENT)" : Errno.Text(errno);
}
