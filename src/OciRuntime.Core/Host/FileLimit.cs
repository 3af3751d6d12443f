namespace OciRuntime.Core.Host;

/// <summary>RLIMIT_NOFILE of a process (getrlimit(2)).</summary>
/// <param name="Soft">The enforced limit.</param>
/// <param name="Hard">The highest soft limit that the process may set itself.</param>
internal sealed record FileLimit(ulong Soft, ulong Hard);
