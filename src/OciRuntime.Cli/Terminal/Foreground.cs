using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Terminal;

/// <summary>
/// A process in the foreground: signals that this command gets are forwarded to it, and its terminal, if any, is relayed to ours. Created before the process,
/// because others may learn of a container, and ask it to end, before the call that started it has returned.
/// </summary>
internal sealed class Foreground : IDisposable
{
    // Signals that supervisors and shells send; the others keep their meaning for this process. The first realtime signals belong to the C library and .NET.
    private static readonly int[] Forwarded =
    [
        1, 2, 3, 10, 12, 14, 15, 30, // HUP INT QUIT USR1 USR2 ALRM TERM PWR
        36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64,
    ];

    // How long the creation of a process may go on after a signal asked it to end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    // Kept until this program exits: without them a signal at the last moment would replace the exit code.
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenSource _insist = new();
    private readonly List<int> _early = [];
    private ContainerProcess? _process;
    private bool _over;

    internal Foreground()
    {
        try
        {
            Caller.HoldSignals(Forwarded);
            _registrations = Array.ConvertAll(Forwarded, Register);
            Caller.ReleaseSignals();
        }
        catch (Exception e) when (e.GetBaseException() is IOException { HResult: > 0 and var errno })
        {
            // The runtime library makes a pipe and a thread for signals; its own message for the errno would be about files.
            throw KernelError.From("watch for", "signals", errno == Errno.EMFILE ? "pipe" : "pthread_create", errno);
        }
    }

    /// <summary>
    /// Cancelled by a second signal while there is no process yet, and some seconds after SIGINT, SIGQUIT or SIGTERM
    /// if there is still no process: its creation may be stuck.
    /// </summary>
    internal CancellationToken Insisted => _insist.Token;

    public void Dispose()
    {
        lock (_lock)
        {
            _over = true;
            _insist.Dispose();
            GC.KeepAlive(_registrations);
        }
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit status, or 128 and the signal's number.</returns>
    internal int Wait(ContainerProcess process)
    {
        lock (_lock)
        {
            _process = process;
            foreach (int signal in _early)
                TrySignal(signal);
        }
        ExitRecord exit;
        try
        {
            exit = process.Terminal is null ? process.Wait() : TerminalRelay.Run(process);
        }
        finally
        {
            // Signals have no receiver any more; the process may be disposed before the registrations are.
            lock (_lock)
            {
                _over = true;
                _process = null;
            }
        }
        return exit.ExitCode ?? throw new OciException(
            OciErrorCode.SystemCallFailed,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"wait for process {process.Pid}: waitid: no child processes: its exit code is lost"));
    }

    private PosixSignalRegistration Register(int signal) => PosixSignalRegistration.Create((PosixSignal)signal, context =>
    {
        context.Cancel = true;
        Forward(signal);
    });

    // Runs on a thread of the .NET library, where an exception would end this program instead of the process.
    private void TrySignal(int signal)
    {
        try
        {
            _process!.Signal(signal);
        }
        catch (OciException)
        {
            // A process that may not be signalled, such as one of another user, does not get the signal.
        }
    }

    private void Forward(int signal)
    {
        lock (_lock)
        {
            if (_over)
                return;
            if (_process is not null)
            {
                TrySignal(signal);
                return;
            }
            _early.Add(signal);
            if (_early.Count == 2)
                _insist.Cancel();
            else if (signal is 2 or 3 or 15)
                _insist.CancelAfter(Patience);
        }
    }
}
