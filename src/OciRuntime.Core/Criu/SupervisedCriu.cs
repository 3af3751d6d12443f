using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Criu;

/// <summary>
/// A criu that is the child of a container's supervisor, as is then what it makes. The supervisor waits to be told of that process: until then both end with this object,
/// from then on the supervisor is the container's.
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

    /// <summary>The supervisor, which whoever has started it disposes.</summary>
    public ProcessHandle? Supervisor { get; private set; }

    /// <summary>Starts the supervisor, and by it criu.</summary>
    /// <param name="helper">The supervisor's program.</param>
    /// <param name="stdio">Of criu and of what it makes.</param>
    /// <param name="plan">What the helper does.</param>
    /// <param name="role">The descriptors of the plan's roles; they stay the caller's.</param>
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

    /// <summary>criu has made this process: it is the supervisor's from now on.</summary>
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
        // It has its own deadline for criu, and then goes too, or stays for a container that the caller ends.
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
