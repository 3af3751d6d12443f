using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Criu;

/// <summary>A criu that is a child of this process, and so are the processes that it restores.</summary>
internal sealed class ChildCriu(ProcessHandle process) : ICriuProcess
{
    /// <summary>Milliseconds for a criu to undo its work.</summary>
    internal const int EndMilliseconds = 10_000;

    public int Pid => process.Pid;

    public ExitStatus? WaitEnd(CancelSignal cancel) => process.WaitReap(cancel);

    public void EndNow()
    {
        using var uncancellable = new CancelSignal(CancellationToken.None);
        if (process.WaitReap(uncancellable, EndMilliseconds) is not null)
            return;
        process.Signal(Libc.SIGKILL);
        _ = ProcessHandle.TryReap(process.Pid, 0);
    }

    public Exception? Failure() => null;

    public void Dispose() => process.Dispose();
}
