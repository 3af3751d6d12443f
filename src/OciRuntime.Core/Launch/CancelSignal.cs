using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>A cancellation token as a descriptor that poll(2) can wait on. Costs nothing for a token that can't be cancelled.</summary>
internal sealed unsafe class CancelSignal : IDisposable
{
    private readonly SafeFd? _event;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _token;

    public CancelSignal(CancellationToken token)
    {
        _token = token;
        if (!token.CanBeCanceled)
            return;
        int fd = Libc.eventfd(0, Libc.EFD_CLOEXEC);
        if (fd < 0)
            throw KernelError.Last("make", "an eventfd", "eventfd2");
        _event = new SafeFd(fd);
        _registration = token.UnsafeRegister(static state => ((CancelSignal)state!).Raise(), this);
    }

    /// <summary>Waits until one of the descriptors is readable or hung up.</summary>
    /// <returns>The index of the first ready descriptor, or -1 on timeout.</returns>
    /// <exception cref="OciException">Cancelled.</exception>
    public int WaitAny(ReadOnlySpan<int> fds, int timeoutMilliseconds = Timeout.Infinite)
    {
        Libc.pollfd* polls = stackalloc Libc.pollfd[fds.Length + 1];
        for (int i = 0; i < fds.Length; i++)
            polls[i] = new Libc.pollfd { fd = fds[i], events = Libc.POLLIN };
        int count = fds.Length;
        if (_event is not null)
            polls[count++] = new Libc.pollfd { fd = _event.Number, events = Libc.POLLIN };
        long deadline = timeoutMilliseconds < 0 ? long.MaxValue : Environment.TickCount64 + timeoutMilliseconds;
        while (true)
        {
            int left = timeoutMilliseconds < 0 ? -1 : (int)Math.Max(0, deadline - Environment.TickCount64);
            int ready = Libc.poll(polls, (nuint)count, left);
            if (ready < 0 && Errno.Last != Errno.EINTR)
                throw KernelError.Last("wait for", "a process", "poll");
            ThrowIfCancelled();
            for (int i = 0; ready > 0 && i < fds.Length; i++)
            {
                if (polls[i].revents != 0)
                    return i;
            }
            if (ready == 0)
                return -1;
        }
    }

    /// <exception cref="OciException">Cancelled.</exception>
    public void ThrowIfCancelled() => _token.ThrowIfCancelled();

    public void Dispose()
    {
        // Waits for a running callback, so that it never writes to a closed descriptor.
        _registration.Dispose();
        _event?.Dispose();
    }

    private void Raise()
    {
        ulong one = 1;
        _ = Libc.write(_event!.Number, &one, sizeof(ulong));
    }
}
