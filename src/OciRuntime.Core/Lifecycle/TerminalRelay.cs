using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Connects this process's terminal (descriptors 0 and 1) with the terminal of a container's process until that process ends.</summary>
internal sealed class TerminalRelay : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly ContainerProcess _process;
    private readonly int _master;
    private readonly EndableStream? _input;
    private readonly Stream _output;

    private TerminalRelay(ContainerProcess process)
    {
        _process = process;
        _master = (int)process.Terminal!.DangerousGetHandle();
        _output = process.Output!;
        // A closed stdin counts as ended.
        int input = Libc.fcntl(0, Libc.F_DUPFD_CLOEXEC, 0);
        _input = input < 0 ? null : new EndableStream(new SafeFd(input));
    }

    /// <summary>True when descriptors 0 and 1 are terminals.</summary>
    public static bool IsPossible => RawTerminal.SizeOf(0) is not null && RawTerminal.SizeOf(1) is not null;

    /// <summary>Relays in raw mode, and passes on the size of this terminal and its changes, until the process has ended. Also works without a terminal on this side.</summary>
    /// <param name="process">A process with a terminal.</param>
    /// <param name="cancellationToken">Stops relaying; the process goes on.</param>
    /// <returns>How the process ended.</returns>
    /// <exception cref="OciException">Cancelled; InvalidArgument: it has no terminal.</exception>
    public static ExitRecord Run(ContainerProcess process, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (process.Terminal is null)
            throw new OciException(OciErrorCode.InvalidArgument, $"the process of container {process.Id} has no terminal") { Object = process.Id };
        using var relay = new TerminalRelay(process);
        return relay.Run(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _input?.Dispose();

    private ExitRecord Run(CancellationToken cancellationToken)
    {
        using RawTerminal? raw = RawTerminal.TryEnter(0);
        using PosixSignalRegistration resize = PosixSignalRegistration.Create((PosixSignal)28 /* SIGWINCH */, _ => Resize());
        Resize();
        ExitRecord? exit = null;
        ExceptionDispatchInfo? error = null;
        var wait = new Thread(() =>
        {
            try
            {
                exit = _process.Wait(cancellationToken);
            }
            catch (Exception e) // no exception may end the program from this thread
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
            _process.EndOutput();
            _input?.Dispose(); // later input is not for the process
        })
        { IsBackground = true, Name = "oci-wait" };
        var input = new Thread(CopyInput) { IsBackground = true, Name = "oci-input" };
        wait.Start();
        input.Start();
        CopyOutput();
        wait.Join();
        // The thread ends with its stream, or when a write fails because the process no longer reads.
        input.Join(1000);
        error?.Throw();
        return exit!;
    }

    private void Resize()
    {
        if ((RawTerminal.SizeOf(0) ?? RawTerminal.SizeOf(1)) is not { } size)
            return;
        try
        {
            _process.Resize(size.Rows, size.Columns);
        }
        catch (OciException)
        {
            // The process has just ended.
        }
    }

    private void CopyInput()
    {
        byte[] buffer = new byte[BufferSize];
        while (ReadInput(buffer) is > 0 and int count)
        {
            if (!SmallFile.TryWrite(_master, buffer.AsSpan(0, count)))
                return;
        }
        if (_input is { CanRead: false })
            return; // the relay has ended
        try
        {
            _process.EndInput();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process no longer reads.
        }
    }

    private int ReadInput(byte[] buffer)
    {
        try
        {
            return _input?.Read(buffer) ?? 0;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private void CopyOutput()
    {
        byte[] buffer = new byte[BufferSize];
        bool shown = true;
        while (ReadOutput(buffer) is > 0 and int count)
        {
            if (shown && !SmallFile.TryWrite(1, buffer.AsSpan(0, count)))
            {
                // The reader of the output is gone. The process gets SIGHUP, as from a terminal that hangs up. Keep reading its output, or it might block and never end.
                shown = false;
                HangUp();
            }
        }
    }

    private int ReadOutput(byte[] buffer)
    {
        try
        {
            return _output.Read(buffer);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void HangUp()
    {
        try
        {
            _process.Signal(Libc.SIGHUP);
        }
        catch (OciException)
        {
            // This user may not signal it, so it keeps running and its output is discarded.
        }
    }
}
