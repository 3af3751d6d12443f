using System.Diagnostics;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>The tracer of Payload/newborn.c on this process: kills the helper that makes the n-th child, before it can say what it has made.</summary>
internal sealed class Newborn : IDisposable
{
    private readonly Process _tracer;

    public Newborn(string program, int count)
    {
        PayloadProgram.Write("newborn", program);
        _tracer = Process.Start(new ProcessStartInfo(program, [Environment.ProcessId.ToString(), count.ToString()]) { RedirectStandardOutput = true })!;
        if (_tracer.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException("no tracer");
    }

    /// <summary>Waits for its end; true when it has killed one.</summary>
    public bool HasKilled() => _tracer.StandardOutput.ReadToEnd().StartsWith("killed", StringComparison.Ordinal);

    public void Dispose()
    {
        if (!_tracer.HasExited)
            _tracer.Kill();
        _tracer.WaitForExit();
        _tracer.Dispose();
    }
}
