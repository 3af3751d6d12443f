using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// Moves a process's stdio between its pipes (or its terminal) and the pipeline's thread. Input and output have threads of their own, so
/// neither can block the other, and bounded buffers, so a slow side slows the other down. One lock guards both buffers, because the pipeline's
/// thread waits for either.
/// </summary>
internal sealed class StdioRelay : IDisposable
{
    // Limit of pending characters of lines, or bytes; a single line may be longer.
    private const int OutputLimit = 1 << 20;
    private const int InputLimit = 256 << 10;

    private readonly ContainerProcess _process;
    private readonly StdioFormat _format;
    private readonly CancellationTokenSource _end = new();
    private readonly object _gate = new();
    private List<OutputItem> _output = [];
    private List<OutputItem> _taken = [];
    private int _outputSize;
    private byte[] _input = [];
    private int _inputSize;
    private bool _inputEnded;
    private bool _inputRefused;
    private bool _discarding;
    private int _readers;
    private ExitRecord? _exit;
    private Exception? _failure;

    /// <param name="process">Owned from here on.</param>
    /// <param name="format">How to treat its bytes.</param>
    public StdioRelay(ContainerProcess process, StdioFormat format)
    {
        _process = process;
        _format = format;
        Stream? standardOutput = process.Output, standardError = process.Terminal is null ? process.StandardError : null;
        _readers = (standardOutput is null ? 0 : 1) + (standardError is null ? 0 : 1);
        if (standardOutput is not null)
            StartThread("oci-output", () => Read(standardOutput, isError: false));
        if (standardError is not null)
            StartThread("oci-error", () => Read(standardError, isError: true));
        if (process.Input is { } target)
            StartThread("oci-input", () => Feed(target));
        StartThread("oci-wait", Wait);
    }

    /// <summary>How it ended; null while it runs.</summary>
    public ExitRecord? Exit
    {
        get
        {
            lock (_gate)
                return _failure is null ? _exit : throw _failure;
        }
    }

    /// <summary>True when all output has been taken and no more will come.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
                return _readers == 0 && _output.Count == 0;
        }
    }

    /// <summary>Queues bytes for stdin; input that the process no longer reads is dropped, as in a shell's pipeline.</summary>
    /// <returns>False when the buffer is full: wait for room.</returns>
    public bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_inputRefused)
                return true;
            if (_inputSize > 0 && _inputSize + bytes.Length > InputLimit)
                return false;
            int size = _inputSize + bytes.Length;
            if (size > _input.Length)
                Array.Resize(ref _input, Math.Max(size, Math.Min(InputLimit, Math.Max(4096, _input.Length * 2))));
            bytes.CopyTo(_input.AsSpan(_inputSize));
            _inputSize = size;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Ends stdin once the queued bytes have been written.</summary>
    public void CloseInput() => Change(() => _inputEnded = true);

    /// <summary>The output that has arrived, valid until the next call; does not wait.</summary>
    public IReadOnlyList<OutputItem> Take()
    {
        lock (_gate)
        {
            _taken.Clear();
            if (_output.Count > 0)
            {
                (_output, _taken) = (_taken, _output);
                _outputSize = 0;
                Monitor.PulseAll(_gate);
            }
            return _taken;
        }
    }

    /// <summary>Waits for output, its end, or room for input.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void WaitForRoomOrOutput(CancellationToken cancellationToken) => WaitUntil(() => _output.Count > 0 || _inputSize == 0 || _inputRefused, cancellationToken);

    /// <summary>Waits for output, its end, or the end of the process, unless that is known already.</summary>
    /// <param name="exitIsKnown">The caller has seen <see cref="Exit"/>.</param>
    /// <param name="cancellationToken">Ends the wait with OperationCanceledException.</param>
    public void WaitForOutputOrExit(bool exitIsKnown, CancellationToken cancellationToken) =>
        WaitUntil(() => _output.Count > 0 || (exitIsKnown ? _readers == 0 : (_exit ?? (object?)_failure) is not null), cancellationToken);

    /// <summary>From now on output is read and dropped, so that a process that should end does not block on its output.</summary>
    public void Discard() => Change(() =>
    {
        _discarding = true;
        _output.Clear();
        _outputSize = 0;
    });

    public void Dispose()
    {
        _end.Cancel();
        Change(() => _discarding = _inputEnded = _inputRefused = true);
        _process.Dispose();
        // The threads end by themselves when the streams are closed.
    }

    private static void StartThread(string name, Action action) =>
        new Thread(() => action()) { IsBackground = true, Name = name }.Start();

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            Monitor.PulseAll(_gate);
        }
    }

    private void WaitUntil(Func<bool> condition, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(static relay => ((StdioRelay)relay!).Change(static () => { }), this);
        lock (_gate)
        {
            while (!condition())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }
        }
    }

    private void Read(Stream source, bool isError)
    {
        try
        {
            if (isError || !_format.IsBinary)
                ReadLines(source, isError);
            else if (_format.OutFile is { } file)
                CopyTo(source, file);
            else
                ReadBytes(source);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Disposed meanwhile.
        }
        Change(() => _readers--);
    }

    private void ReadLines(Stream source, bool isError)
    {
        using var reader = new StreamReader(source, _format.Encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 16384, leaveOpen: true);
        while (reader.ReadLine() is { } text)
            Add(new OutputItem(text, isError), text.Length + 1);
    }

    private void ReadBytes(Stream source)
    {
        byte[] buffer = new byte[64 << 10];
        int count;
        while ((count = source.Read(buffer)) > 0)
            Add(new OutputItem(buffer[..count], IsError: false), count);
    }

    // A file that can't be written to must not block the process; the error is reported at the end.
    private void CopyTo(Stream source, Stream file)
    {
        byte[] buffer = new byte[64 << 10];
        int count;
        bool failed = false;
        while ((count = source.Read(buffer)) > 0)
        {
            try
            {
                if (!failed)
                    file.Write(buffer, 0, count);
            }
            catch (IOException e)
            {
                failed = true;
                Change(() => _failure = e);
            }
        }
    }

    private void Add(OutputItem item, int size)
    {
        lock (_gate)
        {
            while (_outputSize > 0 && _outputSize + size > OutputLimit && !_discarding)
                Monitor.Wait(_gate);
            if (_discarding)
                return;
            _output.Add(item);
            _outputSize += size;
            Monitor.PulseAll(_gate);
        }
    }

    private void Feed(Stream target)
    {
        byte[] buffer = [];
        try
        {
            while (TakeInput(ref buffer) is > 0 and int count)
            {
                target.Write(buffer, 0, count);
                target.Flush();
            }
            _process.EndInput();
        }
        catch (Exception e) when (IsEnd(e))
        {
            Change(() =>
            {
                _inputRefused = true;
                _inputSize = 0;
            });
        }
    }

    // Swaps the filled buffer with the written one; 0 at the end.
    private int TakeInput(ref byte[] buffer)
    {
        lock (_gate)
        {
            while (_inputSize == 0 && !_inputEnded)
                Monitor.Wait(_gate);
            (buffer, _input) = (_input, buffer);
            int count = _inputSize;
            _inputSize = 0;
            Monitor.PulseAll(_gate);
            return count;
        }
    }

    private void Wait()
    {
        try
        {
            ExitRecord exit = _process.Wait(_end.Token);
            Change(() => _exit = exit);
        }
        catch (Exception e) when (e is OciException or ObjectDisposedException or OperationCanceledException)
        {
            Change(() => _failure = e);
        }
    }

    private static bool IsEnd(Exception e) => e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
