using System.Collections.Concurrent;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Core.Tests.Security;

/// <summary>The program of Payload/hunter.c in a container, and what it says of the helpers that it has caught.</summary>
internal sealed class Hunter : IDisposable
{
    private readonly ContainerProcess _process;
    private readonly Thread _reader;

    public Hunter(ContainerProcess process)
    {
        _process = process;
        var output = new StreamReader(process.StandardOutput!);
        if (output.ReadLine() != "ready")
            throw new InvalidOperationException("the hunter did not start");
        _reader = new Thread(() =>
        {
            while (output.ReadLine() is { } line)
                Caught.Enqueue(line);
        });
        _reader.Start();
    }

    public int Pid => _process.Pid;

    /// <summary>A line for each.</summary>
    public ConcurrentQueue<string> Caught { get; } = new();

    public void Dispose()
    {
        _process.Signal(9);
        _process.Wait();
        _reader.Join();
        _process.Dispose();
    }
}
