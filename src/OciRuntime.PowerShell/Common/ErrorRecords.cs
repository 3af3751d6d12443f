using System.Management.Automation;
using OciRuntime.Core.Errors;

namespace OciRuntime.PowerShell.Common;

/// <summary>An <see cref="OciException"/> as the error record of a cmdlet: the id is the name of its code.</summary>
internal static class ErrorRecords
{
    // errno(3): the same on every architecture that .NET runs on.
    private const int EPERM = 1, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EBUSY = 16, ENFILE = 23, EMFILE = 24, ENOSPC = 28, ENOSYS = 38, EDQUOT = 122;

    public static ErrorRecord From(OciException exception, object? target)
    {
        var record = new ErrorRecord(exception, exception.Code.ToString(), CategoryOf(exception), target ?? exception.Object);
        string message = MessageOf(exception);
        if (exception.Hint is { Length: > 0 } || message != exception.Message)
            record.ErrorDetails = new ErrorDetails(message) { RecommendedAction = exception.Hint ?? string.Empty };
        return record;
    }

    // Where engines match runc's words, the core's message is just those; people want to know which container.
    private static string MessageOf(OciException exception) => exception.Code switch
    {
        OciErrorCode.ContainerNotFound or OciErrorCode.ContainerAlreadyExists or OciErrorCode.ContainerNotRunning or OciErrorCode.ContainerRunning
            or OciErrorCode.ContainerPaused or OciErrorCode.ContainerStopped or OciErrorCode.InvalidContainerId
            when exception.Object is { Length: > 0 } id && !exception.Message.Contains(id, StringComparison.Ordinal) => $"{id}: {exception.Message}",
        _ => exception.Message,
    };

    /// <summary>An error of the class library on a file that the user named.</summary>
    public static ErrorRecord FromFile(Exception exception, object? target)
    {
        (OciErrorCode code, ErrorCategory category) = exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => (OciErrorCode.FileNotFound, ErrorCategory.ObjectNotFound),
            UnauthorizedAccessException => (OciErrorCode.PermissionDenied, ErrorCategory.PermissionDenied),
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
        OciErrorCode.ResourceBusy => ErrorCategory.ResourceBusy,
        OciErrorCode.LimitsExceeded or OciErrorCode.OomKilled => ErrorCategory.LimitsExceeded,
        OciErrorCode.Timeout => ErrorCategory.OperationTimeout,
        OciErrorCode.NotInstalled => ErrorCategory.NotInstalled,
        OciErrorCode.NotSupported => ErrorCategory.NotImplemented,
        OciErrorCode.HookFailed => ErrorCategory.InvalidResult,
        OciErrorCode.HelperDied => ErrorCategory.ProtocolError,
        OciErrorCode.Cancelled => ErrorCategory.OperationStopped,
        _ => OfErrno(exception.Errno),
    };

    private static ErrorCategory OfErrno(int errno) => errno switch
    {
        EPERM or EACCES => ErrorCategory.PermissionDenied,
        EBUSY => ErrorCategory.ResourceBusy,
        EAGAIN or ENOMEM or ENFILE or EMFILE or ENOSPC or EDQUOT => ErrorCategory.LimitsExceeded,
        ENOSYS => ErrorCategory.NotImplemented,
        _ => ErrorCategory.NotSpecified,
    };
}
