namespace OciRuntime.Core.Spec;

/// <summary>Resource limits by name and number (getrlimit(2)); the numbers are those of x86-64, arm64 and every newer architecture.</summary>
internal static class RlimitNames
{
    // The index is the number.
    private static readonly string[] s_names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO",
        "RLIMIT_RTTIME",
    ];

    /// <summary>All names; the index is the number.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>The number of a limit by its exact name; -1 for an unknown name.</summary>
    public static int Number(string? name) => Array.IndexOf(s_names, name);

    /// <summary>Finds a limit by its exact name, such as RLIMIT_NOFILE.</summary>
    /// <param name="name">The name.</param>
    /// <param name="number">Its number.</param>
    /// <returns>False when there is no such limit.</returns>
    public static bool TryGetNumber(string? name, out int number)
    {
        number = Number(name);
        return number >= 0;
    }
}
