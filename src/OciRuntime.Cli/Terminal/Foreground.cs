using System.Runtime.InteropServices;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Terminal;

/// <summary>Waits for a process in the foreground: signals that this command gets go to it, and its terminal, if any, to ours.</summary>
internal static class Foreground
{
    // What a supervisor or a shell sends; the rest keeps its meaning for this process.
    private static ReadOnlySpan<int> Forwarded => [1, 2, 3, 10, 12, 15]; // HUP INT QUIT USR1 USR2 TERM

    internal static ExitRecord Wait(ContainerProcess process)
    {
        var registrations = new List<PosixSignalRegistration>();
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

            if (process.Terminal is null)
                return process.Wait();
            using var relay = new TerminalRelay(process);
            registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => relay.TakeSize()));
            relay.Start();
            ExitRecord exit = process.Wait();
            relay.Drain();
            return exit;
        }
        finally
        {
            foreach (PosixSignalRegistration registration in registrations)
                registration.Dispose();
        }
    }
}
