namespace OciRuntime.Core.Host;

/// <summary>RLIMIT_NOFILE of a process (getrlimit(2)).</summary>
/// <param name="Soft">What is enforced.</param>
/// <param name="Hard">How far the process itself may raise that.</param>
internal sealed record FileLimit(ulong Soft, ulong Hard);
