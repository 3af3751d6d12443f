using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Connects this process's terminal (descriptors 0 and 1) with the terminal of a container's process until that one ends.</summary>
internal sealed unsafe class TerminalRelay : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly ContainerProcess _process;
    private readonly int _master;
    private readonly SafeFd _ended;

    private TerminalRelay(ContainerProcess process)
    {
        _process = process;
        _master = (int)process.Terminal!.DangerousGetHandle();
        int fd = Libc.eventfd(0, Libc.EFD_CLOEXEC);
        if (fd < 0)
            throw KernelError.Last("make", "an eventfd", "eventfd2");
        _ended = new SafeFd(fd);
    }

    /// <summary>True when descriptors 0 and 1 are a terminal.</summary>
    public static bool IsPossible => RawTerminal.SizeOf(0) is not null && RawTerminal.SizeOf(1) is not null;

    /// <summary>Relays in raw mode, with the size of this terminal and its changes, until the process has ended. Works without a terminal too.</summary>
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
    public void Dispose() => _ended.Dispose();

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
            catch (Exception e) // whatever it is, it must not end the program whose thread this is
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
            ulong one = 1;
            _ = Libc.write(_ended.Number, &one, sizeof(ulong));
        })
        { IsBackground = true, Name = "oci-wait" };
        var input = new Thread(CopyInput) { IsBackground = true, Name = "oci-input" };
        wait.Start();
        input.Start();
        CopyOutput();
        wait.Join();
        // It ends on the event, or on the error of a write that the process will read no more.
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
            // It has just ended.
        }
    }

    private void CopyInput()
    {
        byte* buffer = stackalloc byte[BufferSize];
        while (WaitFor(0) == Ready.Data)
        {
            nint count = Libc.read(0, buffer, BufferSize);
            if (count < 0 && Errno.Last is Errno.EINTR or Errno.EAGAIN)
                continue; // a non-blocking terminal whose input somebody else has read
            if (count <= 0)
            {
                // End of a pipe or file: what a terminal's user would type is VEOF (termios(3)).
                byte end = 4;
                _ = Libc.write(_master, &end, 1);
                return;
            }
            if (!SmallFile.TryWrite(_master, new ReadOnlySpan<byte>(buffer, (int)count)))
                return;
        }
    }

    private void CopyOutput()
    {
        byte* buffer = stackalloc byte[BufferSize];
        bool shown = true;
        // After the end nothing more is waited for: what is there is written.
        while (WaitFor(_master) is var ready && (ready == Ready.Data || SmallFile.HasData(_master)))
        {
            nint count = Libc.read(_master, buffer, BufferSize);
            if (count < 0 && Errno.Last is Errno.EINTR or Errno.EAGAIN)
                continue;
            // EIO: the last process has closed the other side.
            if (count <= 0)
                return;
            if (shown && !SmallFile.TryWrite(1, new ReadOnlySpan<byte>(buffer, (int)count)))
            {
                // Whoever saw it has gone. The process hears that as from a terminal whose line is cut; its output is read on, lest it wait for that and never end.
                shown = false;
                HangUp();
            }
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
            // It may not be signalled, and goes on unseen.
        }
    }

    private enum Ready
    {
        Data,
        Ended,
    }

    private Ready WaitFor(int fd)
    {
        Libc.pollfd* polls = stackalloc Libc.pollfd[2];
        polls[0] = new Libc.pollfd { fd = fd, events = Libc.POLLIN };
        polls[1] = new Libc.pollfd { fd = _ended.Number, events = Libc.POLLIN };
        while (Libc.poll(polls, 2, Timeout.Infinite) < 0 && Errno.Last == Errno.EINTR)
        {
        }
        return polls[1].revents == 0 && polls[0].revents != 0 ? Ready.Data : Ready.Ended;
    }
}
