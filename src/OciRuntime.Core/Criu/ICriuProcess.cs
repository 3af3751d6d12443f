using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Criu;

/// <summary>A criu process, whether our child or a supervisor's.</summary>
internal interface ICriuProcess : IDisposable
{
    int Pid { get; }

    /// <summary>Waits for the end of a criu that was told to exit.</summary>
    ExitStatus? WaitEnd(CancelSignal cancel);

    /// <summary>Waits for the end of a criu whose socket was closed, and kills it if it hangs. Never throws.</summary>
    void EndNow();

    /// <summary>Why it has ended without an answer, if known.</summary>
    Exception? Failure();
}
