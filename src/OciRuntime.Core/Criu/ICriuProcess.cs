using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Criu;

/// <summary>The process of a criu, whoever's child it is.</summary>
internal interface ICriuProcess : IDisposable
{
    int Pid { get; }

    /// <summary>Waits for its end, of which it was told.</summary>
    ExitStatus? WaitEnd(CancelSignal cancel);

    /// <summary>Waits for its end, which its socket's has told it of, and kills one that hangs. Never throws.</summary>
    void EndNow();

    /// <summary>Why it has ended without an answer, when somebody knows.</summary>
    Exception? Failure();
}
