namespace OciRuntime.Core.Errors;

/// <summary>What went wrong, as a stable code. Cmdlets use the name as error id, <c>ocirun</c> maps it to runc's messages.</summary>
public enum OciErrorCode
{
    /// <summary>Nothing more precise is known; Errno has the kernel's error.</summary>
    Unknown,
    /// <summary>config.json does not follow the runtime-spec.</summary>
    InvalidSpec,
    /// <summary>The id has characters that the state directory does not allow.</summary>
    InvalidContainerId,
    /// <summary>An argument other than the spec is wrong.</summary>
    InvalidArgument,
    /// <summary>No container with that id.</summary>
    ContainerNotFound,
    /// <summary>A container with that id exists.</summary>
    ContainerAlreadyExists,
    /// <summary>The verb needs a running container.</summary>
    ContainerNotRunning,
    /// <summary>The verb needs a container that is not running.</summary>
    ContainerRunning,
    /// <summary>The verb needs a container that is not paused.</summary>
    ContainerPaused,
    /// <summary>The container has stopped and can't be started or entered.</summary>
    ContainerStopped,
    /// <summary>The state directory is incomplete.</summary>
    ContainerBroken,
    /// <summary>The bundle or its config.json does not exist.</summary>
    BundleNotFound,
    /// <summary>The root filesystem does not exist.</summary>
    RootfsNotFound,
    /// <summary>The program of process.args does not exist.</summary>
    CommandNotFound,
    /// <summary>The program of process.args may not be executed.</summary>
    CommandNotExecutable,
    /// <summary>A named file does not exist.</summary>
    FileNotFound,
    /// <summary>EPERM or EACCES.</summary>
    PermissionDenied,
    /// <summary>EBUSY.</summary>
    ResourceBusy,
    /// <summary>ENOSPC, EDQUOT, EAGAIN, EMFILE, ENFILE, ENOMEM.</summary>
    LimitsExceeded,
    /// <summary>A deadline passed.</summary>
    Timeout,
    /// <summary>A required program or library is not installed.</summary>
    NotInstalled,
    /// <summary>The kernel, or this build, lacks the feature.</summary>
    NotSupported,
    /// <summary>A hook failed.</summary>
    HookFailed,
    /// <summary>The init process was killed for lack of memory before it became the container's process.</summary>
    OomKilled,
    /// <summary>The helper died or broke the protocol.</summary>
    HelperDied,
    /// <summary>The caller cancelled.</summary>
    Cancelled,
    /// <summary>A kernel call failed for another reason.</summary>
    SystemCallFailed,
    /// <summary>Another user could have written a state, or a directory on the way to it.</summary>
    Untrusted,
    /// <summary>criu could not dump or restore; the message has its first error and the path of its log.</summary>
    CriuFailed,
}
