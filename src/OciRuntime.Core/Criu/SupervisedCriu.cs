using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Criu;

/// <summary>
/// A criu that is a child of a container's supervisor, and so are the processes that it restores. The supervisor waits to be told the restored pid: until then both end
/// with this object; from then on the supervisor belongs to the container.
/// </summary>
internal sealed class SupervisedCriu : ICriuProcess
{
    private const string Name = "the supervisor of a restored container";

    private readonly LaunchPlan _plan;
    private readonly Channel _channel;
    private readonly List<SafeFd> _received = [];
    private ProcessHandle? _criu;

    private SupervisedCriu(LaunchPlan plan, Channel channel)
    {
        _plan = plan;
        _channel = channel;
    }

    public int Pid => _criu!.Pid;

    /// <summary>The supervisor; the caller disposes it.</summary>
    public ProcessHandle? Supervisor { get; private set; }

    /// <summary>Starts the supervisor, which starts criu.</summary>
    /// <param name="helper">The supervisor's program.</param>
    /// <param name="stdio">Standard streams of criu and of the processes that it restores.</param>
    /// <param name="plan">What the helper does.</param>
    /// <param name="role">The descriptors of the plan's roles; the caller keeps them.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static SupervisedCriu Start(SealedHelper helper, LaunchStdio stdio, LaunchPlan plan, Func<PlanFdRole, SafeFd?> role, CancelSignal cancel)
    {
        using ProgramFile program = ProgramFile.Create(plan, new PlanImageOptions());
        using FdSlots slots = FdSlots.Open(program.Slots, role);
        using ProcessHandle forking = helper.Start(stdio, Name, out Channel channel);
        var started = new SupervisedCriu(plan, channel);
        try
        {
            started.Tell(new ChannelMessage(MessageType.Program), [program.Fd, .. slots.Numbers]);
            started.Supervisor = started.Receive(MessageType.Supervisor, cancel);
            started._criu = started.Receive(MessageType.Criu, cancel);
            return started;
        }
        catch
        {
            started.EndNow();
            started.Supervisor?.Dispose();
            started.Dispose();
            throw;
        }
        finally
        {
            using var uncancellable = new CancelSignal(CancellationToken.None);
            if (forking.WaitReap(uncancellable, ChildCriu.EndMilliseconds) is null)
                forking.ReapLater();
        }
    }

    /// <summary>Tells the supervisor the process that criu has restored; from now on it belongs to the supervisor.</summary>
    public void Hold(ProcessHandle process) => Tell(new ChannelMessage(MessageType.Process) { N0 = (ulong)process.Pid }, process.Fd);

    public ExitStatus? WaitEnd(CancelSignal cancel)
    {
        ChannelMessage message = Next(cancel);
        if (message.Type != MessageType.Ready)
            throw Broken(message.Type);
        return message.N1 == 0 ? new ExitStatus((int)message.N0, 0) : new ExitStatus(128 + (int)message.N0, (int)message.N0);
    }

    public void EndNow()
    {
        _channel.ShutdownWrite();
        using var uncancellable = new CancelSignal(CancellationToken.None);
        // The supervisor has its own deadline for criu; it then exits too, or stays for a container that the caller ends.
        if (_criu?.WaitExit(uncancellable, 2 * ChildCriu.EndMilliseconds) == false)
            _criu.Signal(Libc.SIGKILL);
    }

    public Exception? Failure()
    {
        using var uncancellable = new CancelSignal(CancellationToken.None);
        try
        {
            if (uncancellable.WaitAny([_channel.Fd], 0) == 0)
                _ = Next(uncancellable);
            return null;
        }
        catch (OciException e)
        {
            return e;
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _criu?.Dispose();
        foreach (SafeFd fd in _received)
            fd.Dispose();
    }

    private ProcessHandle Receive(MessageType type, CancelSignal cancel)
    {
        ChannelMessage message = Next(cancel);
        if (message.Type != type || _received.Count == 0)
            throw Broken(message.Type);
        SafeFd pidfd = _received[0];
        _received.RemoveAt(0);
        return new ProcessHandle((int)message.N0, pidfd);
    }

    private ChannelMessage Next(CancelSignal cancel)
    {
        cancel.WaitAny([_channel.Fd]);
        if (!_channel.TryReceive(out ChannelMessage message, _received))
            throw new OciException(OciErrorCode.HelperDied, Name + " died");
        return message.Type == MessageType.Error ? throw LaunchError.From(message, _plan) : message;
    }

    private void Tell(ChannelMessage message, params ReadOnlySpan<int> descriptors)
    {
        if (!_channel.Send(message, descriptors))
            throw new OciException(OciErrorCode.HelperDied, Name + " died");
    }

    private static OciException Broken(MessageType type) => new(OciErrorCode.HelperDied, $"{Name} broke the protocol: record {(uint)type}");
}
