using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>
/// A second process, running the helper's program, that notices the end of this one by the end of the channel: no other process holds that.
/// It then ends the process that it was told about and removes what was made for it. Disposing ends the leash without any of this.
/// </summary>
internal sealed class Leash : IDisposable
{
    // As long as a handler has after Ctrl+C.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const string Name = "the leash of a container";

    private readonly Channel _channel;
    private readonly ProcessHandle _process;

    private Leash(ProcessHandle process, Channel channel)
    {
        _process = process;
        _channel = channel;
    }

    /// <summary>Starts a leash for a container, before anything is made for it, so that its client can't leave anything behind.</summary>
    /// <param name="helper">The program.</param>
    /// <param name="root">The state root.</param>
    /// <param name="id">The container's directory in it, which this client is about to make.</param>
    /// <param name="cgroups">Its cgroups.</param>
    /// <param name="directoryStays">Keep the directory: removing the container takes more than this process can do.</param>
    public static Leash OfContainer(SealedHelper helper, SafeFd root, string id, IEnumerable<string> cgroups, bool directoryStays)
    {
        var step = new LeashStep
        {
            Directory = id,
            Root = new RoleFd(PlanFdRole.StateRoot),
            Cgroups = [.. cgroups.Distinct()],
            Signal = Libc.SIGTERM,
            Patience = Patience,
            DirectoryStays = directoryStays,
        };
        return Spawn(helper, step, root);
    }

    /// <summary>Starts a leash for a process that is about to be started in a container.</summary>
    /// <param name="helper">The program.</param>
    public static Leash OfProcess(SealedHelper helper) => Spawn(helper, new LeashStep { Signal = Libc.SIGTERM, Patience = Patience }, null);

    /// <summary>Tells it that the state directory has been made.</summary>
    /// <param name="directory">An O_PATH descriptor, which does not hold the lock.</param>
    public void Hold(SafeFd directory) => Tell(new ChannelMessage(MessageType.Directory), directory.Number);

    /// <summary>Tells it that the process exists.</summary>
    /// <param name="process">The process; the caller keeps ownership.</param>
    public void Hold(ProcessHandle process) => Tell(new ChannelMessage(MessageType.Process) { N0 = (ulong)process.Pid }, process.Fd);

    public void Dispose()
    {
        // Killed first: otherwise it would take the end of the channel for the end of this process.
        _ = Libc.pidfd_send_signal(_process.Fd, Libc.SIGKILL);
        ProcessHandle.TryReap(_process.Pid, 0);
        _process.Dispose();
        _channel.Dispose();
    }

    private static Leash Spawn(SealedHelper helper, LeashStep step, SafeFd? root)
    {
        var plan = new LaunchPlan([step]);
        using ProgramFile program = ProgramFile.Create(plan, new PlanImageOptions());
        using FdSlots slots = FdSlots.Open(program.Slots, role => role == PlanFdRole.StateRoot ? root : null);
        using LaunchStdio stdio = LaunchStdio.Null();
        var leash = new Leash(helper.Start(stdio, Name, out Channel channel), channel);
        try
        {
            leash.Tell(new ChannelMessage(MessageType.Program), [program.Fd, .. slots.Numbers]);
            return leash;
        }
        catch
        {
            leash.Dispose();
            throw;
        }
    }

    private void Tell(ChannelMessage message, params ReadOnlySpan<int> descriptors)
    {
        if (!FdPassing.TrySend(_channel.Fd, message.ToBytes(), descriptors, out int errno))
            throw KernelError.From("talk to", Name, "sendmsg", errno);
    }
}
