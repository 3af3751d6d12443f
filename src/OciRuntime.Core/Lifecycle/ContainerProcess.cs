using Microsoft.Win32.SafeHandles;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A process that this runtime started and can wait for: the init of <c>run</c>, or an exec'ed process.</summary>
public sealed class ContainerProcess : IDisposable
{
    /// <summary>Host pid.</summary>
    public int Pid { get; internal init; }

    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Write end of its stdin with <see cref="StdioMode.Pipe"/>, else null.</summary>
    public Stream? StandardInput { get; internal init; }

    /// <summary>Read end of its stdout with <see cref="StdioMode.Pipe"/>, else null.</summary>
    public Stream? StandardOutput { get; internal init; }

    /// <summary>Read end of its stderr with <see cref="StdioMode.Pipe"/>, else null.</summary>
    public Stream? StandardError { get; internal init; }

    /// <summary>The pty master when it has a terminal and no console socket was given, else null.</summary>
    public SafeFileHandle? Terminal { get; internal init; }

    /// <summary>Waits until it ends.</summary>
    /// <param name="cancellationToken">Stops waiting; the process goes on.</param>
    public ExitRecord Wait(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Sends a signal through its pidfd; no error when it has ended.</summary>
    public void Signal(int signal) => throw new NotImplementedException();

    /// <summary>Sets the terminal's size.</summary>
    public void Resize(int rows, int columns) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
