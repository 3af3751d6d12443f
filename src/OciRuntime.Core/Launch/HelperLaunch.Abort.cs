using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

internal sealed partial class HelperLaunch
{
    private const int AbortTimeout = 10_000;

    /// <summary>Ends everything that was started and waits for it. Never throws.</summary>
    public void Abort()
    {
        if (_channel is null)
            return;
        using var uncancellable = new CancelSignal(CancellationToken.None);
        try
        {
            // The helper may be about to clone: the end of the channel tells it to stop, and it is not killed until it has said what it made.
            // What it could not report any more ends by that too.
            _channel.ShutdownWrite();
            Process?.Signal(Libc.SIGKILL);
            long deadline = Environment.TickCount64 + AbortTimeout;
            while (Environment.TickCount64 < deadline)
            {
                if (uncancellable.WaitAny([_channel.Fd], HelperWatch.Interval) < 0)
                {
                    _watch.Release(Pid, HelperPid); // either process may join a frozen cgroup meanwhile
                    continue;
                }
                if (!_channel.TryReceive(out ChannelMessage message, _received))
                    break;
                if (message.Type == MessageType.Supervisor && _supervisor is null)
                    _supervisor = TakeProcess(message);
                if (message.Type == MessageType.Cloned && Process is null)
                {
                    Process = TakeProcess(message);
                    Process.Signal(Libc.SIGKILL);
                }
            }
        }
        catch (OciException)
        {
            // A helper that breaks the protocol meanwhile is ended all the same.
        }
        // The helper is our unreaped child: the pid is still its own.
        _ = TrySignal(_helper);
        ReapHelper(helper => Ends(helper, uncancellable));
        _ = TrySignal(Process);
        // If a process of the container traces it, the tracer reaps it first.
        if (Process is not null && (!Ends(Process, uncancellable) || Process.TryReap() is null))
            Process.ReapLater();
        // The supervisor writes the exit record before it exits; the directory must outlive that.
        if (_supervisor?.WaitExit(uncancellable, AbortTimeout) == false && TrySignal(_supervisor))
            _supervisor.WaitExit(uncancellable, AbortTimeout);
        Dispose();
    }

    // Waits for a process that has been sent SIGKILL, and frees it from whatever holds it.
    private bool Ends(ProcessHandle killed, CancelSignal uncancellable)
    {
        long deadline = Environment.TickCount64 + AbortTimeout;
        while (!killed.WaitExit(uncancellable, HelperWatch.Interval))
        {
            if (Environment.TickCount64 >= deadline)
                return false;
            _watch.Release(killed.Pid, helper: 0);
        }
        return true;
    }

    private static bool TrySignal(ProcessHandle? process)
    {
        try
        {
            return process?.Signal(Libc.SIGKILL) == true;
        }
        catch (OciException)
        {
            return false; // nothing more can be done about it
        }
    }

    // A helper that does not end is reaped when it does.
    private void ReapHelper(Func<ProcessHandle, bool> ends)
    {
        if (_helper is not null && ends(_helper))
            _helper.TryReap();
        else
            _helper?.ReapLater();
        _helper?.Dispose();
        _helper = null;
    }
}
