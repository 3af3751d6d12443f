using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Connects this process's terminal (descriptors 0 and 1) with the terminal of a container's process until that one ends.</summary>
public sealed unsafe class TerminalRelay : IDisposable
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
        OciException? error = null;
        var wait = new Thread(() =>
        {
            try
            {
                exit = _process.Wait(cancellationToken);
            }
            catch (OciException e)
            {
                error = e;
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
        return exit ?? throw error!;
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
        while (WaitFor(0, Timeout.Infinite) == Ready.Data)
        {
            nint count = Libc.read(0, buffer, BufferSize);
            if (count <= 0)
            {
                // End of a pipe or file: what a terminal's user would type is VEOF (termios(3)).
                byte end = 4;
                _ = Libc.write(_master, &end, 1);
                return;
            }
            if (!WriteAll(_master, buffer, count))
                return;
        }
    }

    private void CopyOutput()
    {
        byte* buffer = stackalloc byte[BufferSize];
        // After the end nothing more is waited for: what is there is written.
        while (WaitFor(_master, Timeout.Infinite) is var ready && (ready == Ready.Data || WaitForData(_master)))
        {
            nint count = Libc.read(_master, buffer, BufferSize);
            // EIO: the last process has closed the other side.
            if (count <= 0 || !WriteAll(1, buffer, count))
                return;
        }
    }

    private enum Ready
    {
        Data,
        Ended,
    }

    private Ready WaitFor(int fd, int timeout)
    {
        Libc.pollfd* polls = stackalloc Libc.pollfd[2];
        polls[0] = new Libc.pollfd { fd = fd, events = Libc.POLLIN };
        polls[1] = new Libc.pollfd { fd = _ended.Number, events = Libc.POLLIN };
        while (Libc.poll(polls, 2, timeout) < 0 && Errno.Last == Errno.EINTR)
        {
        }
        return polls[1].revents == 0 && polls[0].revents != 0 ? Ready.Data : Ready.Ended;
    }

    private static bool WaitForData(int fd)
    {
        var poll = new Libc.pollfd { fd = fd, events = Libc.POLLIN };
        return Libc.poll(&poll, 1, 0) == 1 && (poll.revents & Libc.POLLIN) != 0;
    }

    private static bool WriteAll(int fd, byte* bytes, nint count)
    {
        while (count > 0)
        {
            nint written = Libc.write(fd, bytes, count);
            if (written < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (written <= 0)
                return false;
            bytes += written;
            count -= written;
        }
        return true;
    }
}
