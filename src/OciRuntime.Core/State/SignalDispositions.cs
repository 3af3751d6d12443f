using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>What a process would do with a signal: the masks of /proc/PID/status (proc_pid_status(5)).</summary>
/// <param name="Ignored">SigIgn.</param>
/// <param name="Caught">SigCgt.</param>
/// <param name="IsInit">It is pid 1 of its innermost pid namespace: signals that it does not catch never reach it (pid_namespaces(7)).</param>
internal readonly record struct SignalDispositions(ulong Ignored, ulong Caught, bool IsInit)
{
    /// <summary>Reads them; null when there is no such process.</summary>
    public static SignalDispositions? Read(int pid)
    {
        if (TextFile.TryReadOnce("/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/status") is not { } status)
            return null;
        ulong ignored = 0, caught = 0;
        bool init = false;
        foreach (ReadOnlySpan<char> line in status.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("SigIgn:", StringComparison.Ordinal))
                ignored = Mask(line);
            else if (line.StartsWith("SigCgt:", StringComparison.Ordinal))
                caught = Mask(line);
            else if (line.StartsWith("NSpid:", StringComparison.Ordinal))
                init = line.EndsWith("\t1", StringComparison.Ordinal);
        }
        return new SignalDispositions(ignored, caught, init);
    }

    /// <summary>True when the signal does something to it: runs its handler, or ends it.</summary>
    public bool Heeds(int signal)
    {
        ulong bit = 1ul << (signal - 1);
        return (Caught & bit) != 0 || ((Ignored & bit) == 0 && !IsInit);
    }

    private static ulong Mask(ReadOnlySpan<char> line) =>
        ulong.TryParse(line[(line.LastIndexOf('\t') + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0;
}
