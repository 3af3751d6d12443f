using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.PowerShell.Common;

/// <summary>An <see cref="OciException"/> as the error record of a cmdlet: the id is the name of its code.</summary>
internal static class ErrorRecords
{
    public static ErrorRecord From(OciException exception, object? target)
    {
        OciException told = CmdletHints.Of(exception) is { } hint ? exception.Advising(hint) : exception;
        var record = new ErrorRecord(told, told.Code.ToString(), CategoryOf(told), target ?? told.Object);
        if (told.Hint is { Length: > 0 })
            record.ErrorDetails = new ErrorDetails(told.Message) { RecommendedAction = told.Hint };
        return record;
    }

    /// <summary>The error record for an exception of the class library about a file that the user named.</summary>
    public static ErrorRecord FromFile(Exception exception, object? target)
    {
        (OciErrorCode code, ErrorCategory category) = exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => (OciErrorCode.FileNotFound, ErrorCategory.ObjectNotFound),
            UnauthorizedAccessException => (OciErrorCode.PermissionDenied, ErrorCategory.PermissionDenied),
            // On Unix the HResult is the errno if the class library has no exception for it.
            _ when exception.HResult is Errno.ENOSPC or Errno.EDQUOT or Errno.EFBIG or Errno.EMFILE or Errno.ENFILE => (OciErrorCode.LimitsExceeded, ErrorCategory.LimitsExceeded),
            _ when OfErrno(exception.HResult) is not ErrorCategory.NotSpecified and var known => (OciErrorCode.SystemCallFailed, known),
            _ => (OciErrorCode.SystemCallFailed, ErrorCategory.WriteError),
        };
        return new ErrorRecord(exception, code.ToString(), category, target);
    }

    public static ErrorCategory CategoryOf(OciException exception) => exception.Code switch
    {
        OciErrorCode.InvalidSpec or OciErrorCode.ContainerBroken => ErrorCategory.InvalidData,
        OciErrorCode.InvalidContainerId or OciErrorCode.InvalidArgument => ErrorCategory.InvalidArgument,
        OciErrorCode.ContainerNotFound or OciErrorCode.BundleNotFound or OciErrorCode.RootfsNotFound
            or OciErrorCode.CommandNotFound or OciErrorCode.FileNotFound => ErrorCategory.ObjectNotFound,
        OciErrorCode.ContainerAlreadyExists => ErrorCategory.ResourceExists,
        OciErrorCode.ContainerNotRunning or OciErrorCode.ContainerRunning or OciErrorCode.ContainerPaused
            or OciErrorCode.ContainerStopped => ErrorCategory.InvalidOperation,
        OciErrorCode.PermissionDenied or OciErrorCode.CommandNotExecutable => ErrorCategory.PermissionDenied,
        OciErrorCode.Untrusted => ErrorCategory.SecurityError,
        OciErrorCode.ResourceBusy => ErrorCategory.ResourceBusy,
        OciErrorCode.LimitsExceeded or OciErrorCode.OomKilled => ErrorCategory.LimitsExceeded,
        OciErrorCode.Timeout => ErrorCategory.OperationTimeout,
        OciErrorCode.NotInstalled => ErrorCategory.NotInstalled,
        OciErrorCode.NotSupported => ErrorCategory.NotImplemented,
        OciErrorCode.HookFailed or OciErrorCode.CriuFailed => ErrorCategory.InvalidResult,
        OciErrorCode.HelperDied => ErrorCategory.ProtocolError,
        OciErrorCode.Cancelled => ErrorCategory.OperationStopped,
        _ => OfErrno(exception.Errno),
    };

    private static ErrorCategory OfErrno(int errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES or Errno.EROFS => ErrorCategory.PermissionDenied,
        Errno.ENOENT => ErrorCategory.ObjectNotFound,
        Errno.EEXIST => ErrorCategory.ResourceExists,
        Errno.EBUSY => ErrorCategory.ResourceBusy,
        Errno.EAGAIN or Errno.ENOMEM or Errno.ENFILE or Errno.EMFILE or Errno.EFBIG or Errno.ENOSPC or Errno.EDQUOT => ErrorCategory.LimitsExceeded,
        Errno.EINVAL or Errno.ENOTDIR or Errno.EISDIR or Errno.ERANGE or Errno.ENAMETOOLONG or Errno.ELOOP => ErrorCategory.InvalidArgument,
        Errno.ETIMEDOUT => ErrorCategory.OperationTimeout,
        Errno.ENODEV or Errno.ENOSYS or Errno.EOPNOTSUPP => ErrorCategory.NotImplemented,
        _ => ErrorCategory.NotSpecified,
    };
}
