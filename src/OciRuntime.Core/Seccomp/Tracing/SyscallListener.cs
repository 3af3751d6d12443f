using System.Collections.Concurrent;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Seccomp.Tracing;

/// <summary>
/// The other end of a filter that notifies of every call: lets each go on once it was looked at (SECCOMP_USER_NOTIF_FLAG_CONTINUE,
/// seccomp_unotify(2)). When the descriptor is closed, calls get ENOSYS and none waits.
/// </summary>
/// <remarks>
/// Until a call is received, a signal can interrupt it, and if the handler does not restart calls it returns EINTR, even where the call never would
/// otherwise. So one thread does nothing but receive, and another looks and answers.
/// </remarks>
internal sealed unsafe class SyscallListener : IDisposable
{
    private readonly SafeFd _listener;
    private readonly SafeFd _end;
    private readonly Func<SeccompData, int, int> _seen;
    private readonly Action _counted;
    private readonly BlockingCollection<Libc.seccomp_notif> _received = [];
    private readonly Thread _receiver;
    private readonly Thread _answerer;
    private volatile OciException? _failure;

    /// <param name="listener">The filter's listener; the caller keeps it, a copy is used.</param>
    /// <param name="seen">Called with a call and the thread that waits to make it; returns the errno that it gets instead, or 0 to let it go on.</param>
    /// <param name="counted">Called when a call was answered. One thread calls both.</param>
    internal SyscallListener(SafeFd listener, Func<SeccompData, int, int> seen, Action counted)
    {
        _seen = seen;
        _counted = counted;
        _listener = Opened(Libc.fcntl(listener.Number, Libc.F_DUPFD_CLOEXEC, 3), "fcntl");
        try
        {
            _end = Opened(Libc.eventfd(0, Libc.EFD_CLOEXEC), "eventfd2");
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
        // If the kernel supports it: a thread that makes a call wakes the receiver on its own CPU.
        _ = Libc.ioctl(_listener.Number, Libc.SECCOMP_IOCTL_NOTIF_SET_FLAGS, (void*)Libc.SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
        _receiver = new Thread(Receive) { IsBackground = true, Name = "oci-trace" };
        _answerer = new Thread(Answer) { IsBackground = true, Name = "oci-trace" };
        _receiver.Start();
        _answerer.Start();
    }

    /// <summary>
    /// Calls of the machine's own architecture that are not reported. With write(2) the process behind the filter reports its listener, and
    /// nobody has that yet. rt_sigreturn(2) has no way to say that a signal interrupted it.
    /// </summary>
    internal static readonly string[] Untold = ["write", "rt_sigreturn"];

    /// <summary>A filter that notifies of every other call of every architecture. With WAIT_KILLABLE_RECV, if the kernel has it, no signal interrupts a call once it was received.</summary>
    internal static SeccompProgram Program
    {
        get
        {
            SeccompArch native = SeccompArch.Native ?? throw new OciException(OciErrorCode.NotSupported, "there is no system call table for this machine's architecture") { Step = "seccomp" };
            var code = new BpfAssembler();
            code.Emit(BpfInstruction.LoadWord, SeccompData.ArchOffset);
            code.Emit(BpfInstruction.JumpEqual, native.Token, 0, Untold.Length + 1);
            code.Emit(BpfInstruction.LoadWord, SeccompData.NumberOffset);
            for (int i = 0; i < Untold.Length; i++)
                code.Emit(BpfInstruction.JumpEqual, (uint)SyscallTable.Number(native.Table, Untold[i]), Untold.Length - i, 0);
            code.Emit(BpfInstruction.Return, SeccompAction.Notify);
            code.Emit(BpfInstruction.Return, SeccompAction.Allow);
            uint flags = SeccompProgram.FlagNewListener;
            if (KernelFacts.HasSeccompFlag(flags | SeccompProgram.FlagWaitKillableRecv))
                flags |= SeccompProgram.FlagWaitKillableRecv;
            return new(code.ToArray(), flags, NeedsListener: true);
        }
    }

    /// <summary>Answers the waiting calls, then stops.</summary>
    /// <exception cref="OciException">The listener had failed, and calls were refused from then on.</exception>
    internal void Finish()
    {
        End();
        if (_failure is { } failure)
            throw new OciException(OciErrorCode.SystemCallFailed, "the trace is not complete: from some point on system calls could not be answered, and failed with ENOSYS", failure) { Step = "seccomp" };
    }

    public void Dispose()
    {
        End();
        _listener.Dispose();
        _end.Dispose();
        _received.Dispose();
    }

    private void End()
    {
        if (_end.IsClosed)
            return;
        AskToEnd();
        _receiver.Join();
        _answerer.Join();
        _listener.Dispose();
    }

    private void AskToEnd()
    {
        ulong one = 1;
        _ = Libc.write(_end.Number, &one, sizeof(ulong));
    }

    private void Receive()
    {
        // Realtime priority, if permitted, so that it runs before everything else: it never runs for long.
        int priority = 1;
        _ = Libc.sched_setscheduler(0, Libc.SCHED_FIFO | Libc.SCHED_RESET_ON_FORK, &priority);
        try
        {
            while (Await())
            {
                Libc.seccomp_notif call = default;
                if (Libc.ioctl(_listener.Number, Libc.SECCOMP_IOCTL_NOTIF_RECV, &call) == 0)
                    _received.Add(call);
                else if (Errno.Last is not (Errno.ENOENT or Errno.EINTR)) // it was killed in the meantime, or took a signal first
                    throw KernelError.Last("receive", "a system call", "ioctl");
            }
        }
        catch (OciException e)
        {
            _failure = e;
        }
        finally
        {
            _received.CompleteAdding();
        }
    }

    // False when the last process behind the filter has ended, or when the end was asked for and no call waits.
    private bool Await()
    {
        Libc.pollfd* polls = stackalloc Libc.pollfd[2];
        while (_failure is null)
        {
            polls[0] = new Libc.pollfd { fd = _listener.Number, events = Libc.POLLIN };
            polls[1] = new Libc.pollfd { fd = _end.Number, events = Libc.POLLIN };
            if (Libc.poll(polls, 2, -1) < 0 && Errno.Last != Errno.EINTR)
                throw KernelError.Last("wait for", "system calls", "poll");
            if ((polls[0].revents & Libc.POLLIN) != 0)
                return true;
            if (polls[0].revents != 0 || polls[1].revents != 0)
                return false;
        }
        return false;
    }

    private void Answer()
    {
        try
        {
            foreach (Libc.seccomp_notif call in _received.GetConsumingEnumerable())
                Answer(call);
        }
        catch (OciException e)
        {
            _failure = e;
            AskToEnd();
        }
        // Nobody answers after this: when the receiver has ended too, the descriptor is closed, which releases every call that still waits.
        _receiver.Join();
        _listener.Dispose();
    }

    private void Answer(Libc.seccomp_notif call)
    {
        var data = new SeccompData(call.nr, call.arch, call.instruction_pointer, call.args[0], call.args[1], call.args[2], call.args[3], call.args[4], call.args[5]);
        int errno = _seen(data, (int)call.pid);
        var answer = new Libc.seccomp_notif_resp { id = call.id, error = -errno, flags = errno == 0 ? Libc.SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0 };
        if (Libc.ioctl(_listener.Number, Libc.SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0)
            _counted();
        else if (Errno.Last is not (Errno.ENOENT or Errno.EINTR)) // the thread was killed, or handles a signal and makes the call again
            throw KernelError.Last("answer", "a system call", "ioctl");
    }

    private static SafeFd Opened(int fd, string call) => fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("hold", "a seccomp listener", call);
}
