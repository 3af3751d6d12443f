namespace OciRuntime.Core.Seccomp;

/// <summary>A compiled filter.</summary>
/// <param name="Filter">struct sock_filter[] for seccomp(2).</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_* for seccomp(2).</param>
/// <param name="NeedsListener">A rule notifies: the listener descriptor must be sent to listenerPath.</param>
internal sealed record SeccompProgram(ReadOnlyMemory<byte> Filter, uint Flags, bool NeedsListener)
{
    internal const uint FlagTsync = 1 << 0;
    internal const uint FlagLog = 1 << 1;
    internal const uint FlagSpecAllow = 1 << 2;
    internal const uint FlagNewListener = 1 << 3;
    internal const uint FlagTsyncEsrch = 1 << 4;
    internal const uint FlagWaitKillableRecv = 1 << 5;

    /// <summary>The number of instructions.</summary>
    internal int Count => Filter.Length / BpfInstruction.Size;
}
