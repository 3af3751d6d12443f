using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.State;

/// <summary>What a process would do with a signal: the masks of /proc/PID/status (proc_pid_status(5)).</summary>
/// <param name="Ignored">SigIgn.</param>
/// <param name="Caught">SigCgt.</param>
/// <param name="IsInit">It is pid 1 of its innermost pid namespace: signals that it does not catch never reach it (pid_namespaces(7)).</param>
internal readonly record struct SignalDispositions(ulong Ignored, ulong Caught, bool IsInit)
{
    /// <summary>Reads the masks; null when there is no such process.</summary>
    public static SignalDispositions? Read(int pid)
    {
        if (TextFile.TryReadOnce("/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/status") is not { } status)
            return null;
        // The last number is the one in the innermost namespace.
        ReadOnlySpan<char> pids = ProcessFields.Find(status, "NSpid");
        return new SignalDispositions(Mask(status, "SigIgn"), Mask(status, "SigCgt"), pids is "1" || pids.EndsWith("\t1", StringComparison.Ordinal));
    }

    /// <summary>True when the signal has an effect: it runs a handler, or ends the process.</summary>
    public bool Heeds(int signal)
    {
        ulong bit = 1ul << (signal - 1);
        return (Caught & bit) != 0 || ((Ignored & bit) == 0 && !IsInit);
    }

    private static ulong Mask(string status, string name) =>
        ulong.TryParse(ProcessFields.Find(status, name), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0;
}
