using System.Runtime.InteropServices;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Cli;

/// <summary>What the caller passed on, as it was when the program started (Native/start.c).</summary>
internal static partial class Caller
{
    /// <summary>
    /// The first number from 3 on that was not open at the start. Only descriptors open then were passed; other numbers may be ours by now.
    /// </summary>
    internal static int PassedEnd => ocirun_passed_end();

    /// <summary>The caller's RLIMIT_NOFILE, if this program has raised its own since.</summary>
    internal static FileLimit? FileLimit => ocirun_file_limit(out ulong soft, out ulong hard) != 0 ? new FileLimit(soft, hard) : null;

    /// <summary>Ends this program by SIGPIPE; returns only when the caller ignores that signal.</summary>
    internal static void EndBySigpipe() => _ = ocirun_end_by_sigpipe();

    /// <summary>Accepts signals even if the caller ignores or blocks them; they stay pending until <see cref="ReleaseSignals"/>.</summary>
    internal static void HoldSignals(int[] signals)
    {
        if (ocirun_hold_signals(signals, signals.Length) == 0)
            throw KernelError.Last("watch for", "signals", "sigaction");
    }

    /// <summary>Unblocks all signals on this thread.</summary>
    internal static void ReleaseSignals() => ocirun_release_signals();

    [LibraryImport("start")]
    private static partial byte ocirun_end_by_sigpipe();

    [LibraryImport("start", SetLastError = true)]
    private static partial byte ocirun_hold_signals([In] int[] numbers, int count);

    [LibraryImport("start")]
    private static partial void ocirun_release_signals();

    [LibraryImport("start")]
    private static partial int ocirun_passed_end();

    [LibraryImport("start")]
    private static partial byte ocirun_file_limit(out ulong soft, out ulong hard);
}
