using System.Collections.Concurrent;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// Moves a process's stdio between its pipes (or its terminal) and the pipeline's thread. Both queues are bounded, so a slow consumer slows
/// the process down; input and output have threads of their own, so neither can block the other.
/// </summary>
internal sealed class StdioRelay : IDisposable
{
    private const int OutputLines = 1024;
    private const int InputChunks = 64;

    // A process that outlives its parent can hold the pipe for ever; after this silence it is left alone.
    private const int SilenceAfterExit = 500;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly ContainerProcess _process;
    private readonly Stream? _terminal;
    private readonly CancellationTokenSource _end = new();
    private readonly BlockingCollection<OutputLine> _output = new(OutputLines);
    private readonly BlockingCollection<byte[]> _input = new(InputChunks);
    private readonly TaskCompletionSource<ExitRecord> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _readers;

    public StdioRelay(ContainerProcess process)
    {
        _process = process;
        _terminal = process.Terminal is { } master ? new FileStream(master, FileAccess.ReadWrite, bufferSize: 0) : null;
        Stream?[] sources = _terminal is null ? [process.StandardOutput, process.StandardError] : [_terminal];
        _readers = sources.Count(source => source is not null);
        foreach (Stream? source in sources)
        {
            if (source is not null)
                StartThread("oci-output", () => Read(source, isError: source == process.StandardError));
        }
        if (_readers == 0)
            _output.CompleteAdding();
        if ((_terminal ?? process.StandardInput) is { } target)
            StartThread("oci-input", () => Feed(target));
        StartThread("oci-wait", Wait);
    }

    /// <summary>Queues bytes for stdin.</summary>
    /// <returns>False when the queue is full: take some output and try again.</returns>
    public bool TryWrite(byte[] bytes) => _input.IsAddingCompleted || _input.TryAdd(bytes);

    /// <summary>Ends stdin once what is queued has been written.</summary>
    public void CloseInput() => _input.CompleteAdding();

    /// <summary>Takes the next line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="milliseconds">How long to wait for one; 0 not at all.</param>
    /// <param name="cancellationToken">Ends the wait with OperationCanceledException.</param>
    public bool TryTake(out OutputLine line, int milliseconds, CancellationToken cancellationToken) =>
        _output.TryTake(out line, milliseconds, cancellationToken);

    /// <summary>The lines until the process has ended and its output with it.</summary>
    public IEnumerable<OutputLine> TakeAll(CancellationToken cancellationToken)
    {
        while (!_output.IsCompleted)
        {
            if (_output.TryTake(out OutputLine line, SilenceAfterExit, cancellationToken))
                yield return line;
            else if (_exit.Task.IsCompleted)
                yield break;
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    public ExitRecord WaitExit(CancellationToken cancellationToken) => _exit.Task.WaitAsync(cancellationToken).GetAwaiter().GetResult();

    public void Dispose()
    {
        _end.Cancel();
        _input.CompleteAdding();
        _terminal?.Dispose();
        _process.Dispose();
        // The threads end by themselves on the closed streams; the collections are theirs until then.
    }

    private static void StartThread(string name, Action action) =>
        new Thread(() => action()) { IsBackground = true, Name = name }.Start();

    private void Read(Stream source, bool isError)
    {
        try
        {
            using var reader = new StreamReader(source, Utf8, detectEncodingFromByteOrderMarks: false, bufferSize: 16384, leaveOpen: true);
            while (reader.ReadLine() is { } text)
                _output.Add(new OutputLine(text, isError), _end.Token);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // A terminal's master reads EIO once the last process has closed the other side.
        }
        if (Interlocked.Decrement(ref _readers) == 0)
            _output.CompleteAdding();
    }

    private void Feed(Stream target)
    {
        try
        {
            foreach (byte[] chunk in _input.GetConsumingEnumerable(_end.Token))
            {
                target.Write(chunk);
                target.Flush();
            }
            if (_terminal is null)
                target.Dispose();
            else
                target.Write([4 /* VEOF, termios(3) */]);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // It reads no more: what is still to come is dropped, as in a shell's pipeline.
            _input.CompleteAdding();
        }
    }

    private void Wait()
    {
        try
        {
            _exit.SetResult(_process.Wait(_end.Token));
        }
        catch (Exception e) when (e is OciException or ObjectDisposedException or OperationCanceledException)
        {
            _exit.TrySetException(e);
            _ = _exit.Task.Exception;
        }
    }

    private static bool IsEnd(Exception e) => e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
