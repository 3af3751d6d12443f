using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Output;

/// <summary>The words of an error: runc's where callers match them, else the core's own line and its hint.</summary>
internal static class ErrorText
{
    internal static string Of(OciException error) => error.Code switch
    {
        OciErrorCode.ContainerNotFound => "container does not exist",
        OciErrorCode.ContainerAlreadyExists => "container with given ID already exists",
        OciErrorCode.InvalidContainerId => "invalid container ID format",
        _ => error.Message,
    };

    /// <summary>The line of a failed create, run or exec: with runc's prefix, and for what the container's init could not do with one more.</summary>
    internal static string OfLaunch(string verb, OciException error)
    {
        bool inInit = error.Step is not null and not "cgroup" && error.Code is not OciErrorCode.InvalidSpec;
        string prefix = verb == "exec" ? "exec failed: " : $"runc {verb} failed: ";
        return prefix + (inInit ? "unable to start container process: " : string.Empty) + Of(error);
    }
}
