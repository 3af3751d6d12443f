using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Output;

/// <summary>The text of an error: runc's where callers match it, otherwise the core's own line with the property and a hint.</summary>
internal static class ErrorText
{
    internal static string Of(OciException error)
    {
        string line = RuncWords.Of(error) ?? error.Message;
        return line + Addition(error, line);
    }

    // Engines show only this line.
    private static string Addition(OciException error, string line)
    {
        if (HasWordsOfRunc(error))
            return string.Empty;
        string? pointer = error.SpecPointer is { Length: > 0 } given && !line.Contains(given, StringComparison.Ordinal) ? given : null;
        string? hint = RuncWords.HintOf(error);
        return (pointer, hint) switch
        {
            (null, null) => string.Empty,
            (_, null) => $" ({pointer})",
            (null, _) => $" ({hint})",
            _ => $" ({pointer}: {hint})",
        };
    }

    /// <summary>True when callers compare the whole message, or its end.</summary>
    internal static bool HasWordsOfRunc(OciException error) =>
        error.Code is OciErrorCode.ContainerNotFound or OciErrorCode.ContainerAlreadyExists or OciErrorCode.InvalidContainerId or OciErrorCode.ContainerNotRunning
            or OciErrorCode.ContainerRunning or OciErrorCode.ContainerPaused or OciErrorCode.ContainerStopped or OciErrorCode.OomKilled
            or OciErrorCode.InvalidArgument
        || error is { Step: "lookup", Code: OciErrorCode.CommandNotFound or OciErrorCode.CommandNotExecutable };

    /// <summary>The line of a failed create, run or exec: with runc's prefix, and a second one for failures of the container's init.</summary>
    internal static string OfLaunch(string verb, OciException error)
    {
        bool inInit = error.Step is not null and not "cgroup" && error.Code is not OciErrorCode.InvalidSpec;
        string prefix = verb == "exec" ? "exec failed: " : $"runc {verb} failed: ";
        return prefix + (inInit ? "unable to start container process: " : string.Empty) + Of(error);
    }
}
