using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>
/// A process of the helper's program beside this one, which knows of this one's end by the end of the channel: no other process holds that.
/// Then it ends the process that it was told of and removes what was made for it. Disposing ends it without any of this.
/// </summary>
internal sealed class Leash : IDisposable
{
    // What Ctrl+C gives a handler too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const string Name = "the leash of a container";

    private readonly Channel _channel;
    private readonly ProcessHandle _process;

    private Leash(ProcessHandle process, Channel channel)
    {
        _process = process;
        _channel = channel;
    }

    /// <summary>For a container. Before anything is made for it, so that there is no moment at which its client could leave that behind.</summary>
    /// <param name="helper">The program.</param>
    /// <param name="root">The state root.</param>
    /// <param name="id">The container's directory in it, which this client is about to make.</param>
    /// <param name="cgroups">Its cgroups.</param>
    /// <param name="directoryStays">Its removal takes more than a process beside the runtime can do.</param>
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

    /// <summary>For a process that is about to be started in a container.</summary>
    /// <param name="helper">The program.</param>
    public static Leash OfProcess(SealedHelper helper) => Spawn(helper, new LeashStep { Signal = Libc.SIGTERM, Patience = Patience }, null);

    /// <summary>The state directory is made.</summary>
    /// <param name="directory">O_PATH: a descriptor that does not hold its lock.</param>
    public void Hold(SafeFd directory) => Tell(new ChannelMessage(MessageType.Directory), directory.Number);

    /// <summary>There is a process.</summary>
    /// <param name="process">It; stays the caller's.</param>
    public void Hold(ProcessHandle process) => Tell(new ChannelMessage(MessageType.Process) { N0 = (ulong)process.Pid }, process.Fd);

    public void Dispose()
    {
        // Killed first: it would take the end of the channel for ours.
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
