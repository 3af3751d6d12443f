using System.Runtime.InteropServices;
using OciRuntime.Core.Host;

namespace OciRuntime.Cli;

/// <summary>What came from the caller, as it was when the program began (Native/start.c).</summary>
internal static partial class Caller
{
    /// <summary>
    /// The first number from 3 on that was not open. Only what was open then was passed; those numbers may be ours by now.
    /// </summary>
    internal static int PassedEnd => ocirun_passed_end();

    /// <summary>RLIMIT_NOFILE, when this program has raised its own since.</summary>
    internal static FileLimit? FileLimit => ocirun_file_limit(out ulong soft, out ulong hard) != 0 ? new FileLimit(soft, hard) : null;

    [LibraryImport("start")]
    private static partial int ocirun_passed_end();

    [LibraryImport("start")]
    private static partial byte ocirun_file_limit(out ulong soft, out ulong hard);
}
