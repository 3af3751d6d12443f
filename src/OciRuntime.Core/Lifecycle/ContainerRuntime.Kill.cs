using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

public sealed partial class ContainerRuntime
{
    /// <summary>Sends a signal to init, or to every process of the container.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="signal">Signal number.</param>
    /// <param name="all">Every process of the container; a stopped one is no error then.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerNotRunning.</exception>
    public void Kill(string id, int signal, bool all = false)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        ContainerState state = directory.ReadState();
        if (all)
        {
            CgroupOf(state).Signal(signal);
            return;
        }
        ContainerStatus status = StatusOf(directory, state);
        using ProcessHandle process = (status == ContainerStatus.Stopped ? null : ProcessHandle.TryOpen(state.Pid, state.StartTime)) ?? throw NotRunning(id);
        if (!process.Signal(signal))
            throw NotRunning(id);
        // Without a pid namespace of its own the kernel does not end the other processes with init.
        if (signal == Libc.SIGKILL && !state.PrivatePid)
            CgroupOf(state).Signal(signal);
        // A frozen v1 cgroup acts on the signal only when it thaws.
        if (signal == Libc.SIGKILL && status == ContainerStatus.Paused)
            CgroupOf(state).Thaw();
    }
}
