using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Interop;

/// <summary>Turns a failed call into the core's exception.</summary>
internal static class KernelError
{
    /// <summary>The error of the call that has just failed on this thread.</summary>
    /// <param name="doing">What was being done, for example <c>open the state directory</c>.</param>
    /// <param name="target">To what.</param>
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

    /// <summary>The code that says most about an errno where nothing more is known.</summary>
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
    /// Why it failed, in words. ENOENT gets words of its own: engines take "no such file or directory" anywhere in a message
    /// for a missing command.
    /// </summary>
    public static string Reason(int errno) => errno == Errno.ENOENT ? "not found (ENOENT)" : Errno.Text(errno);
}
