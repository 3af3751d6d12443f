using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Opens the streams of a <see cref="StdioMode"/>.</summary>
internal static class Stdio
{
    public static LaunchStdio Open(StdioMode mode) => mode switch
    {
        StdioMode.Pipe => LaunchStdio.Pipes(),
        StdioMode.Null => LaunchStdio.Null(),
        _ => LaunchStdio.Inherit(),
    };
}
