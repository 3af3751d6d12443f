using System.Runtime.InteropServices;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Terminal;

/// <summary>Waits for a process in the foreground: signals that this command gets go to it, and its terminal, if any, to ours.</summary>
internal static class Foreground
{
    // What a supervisor or a shell sends; the rest keeps its meaning for this process.
    private static ReadOnlySpan<int> Forwarded => [1, 2, 3, 10, 12, 14, 15]; // HUP INT QUIT USR1 USR2 ALRM TERM

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit status, or 128 and the signal's number.</returns>
    internal static int Wait(ContainerProcess process)
    {
        var registrations = new List<PosixSignalRegistration>(Forwarded.Length);
        try
        {
            foreach (int signal in Forwarded)
            {
                registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
                {
                    context.Cancel = true;
                    process.Signal(signal);
                }));
            }
            ExitRecord exit = process.Terminal is null ? process.Wait() : TerminalRelay.Run(process);
            return exit.ExitCode ?? 255;
        }
        finally
        {
            foreach (PosixSignalRegistration registration in registrations)
                registration.Dispose();
        }
    }
}
