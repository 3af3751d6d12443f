using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Sends a signal to init, or to every process of the container.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="signal">Signal number.</param>
    /// <param name="all">Signal every process of the container; a stopped container is then not an error.</param>
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
        using ProcessHandle process = ProcessHandle.TryOpen(state.Pid, state.StartTime, living: true) ?? throw NotRunning(id);
        if (signal == Libc.SIGKILL && !state.PrivatePid)
        {
            KillAll(process, CgroupOf(state));
            return;
        }
        if (!process.Signal(signal))
            throw NotRunning(id);
        // The v1 freezer holds even killed processes, init or those it waits for. So signal all of them together, before a running process freezes another again.
        if (signal == Libc.SIGKILL && state.CgroupPaths.TryGetValue("freezer", out string? freezer) && V1Freezer.ThawAll(freezer))
            CgroupOf(state).Signal(signal);
    }

    // Without a private pid namespace the kernel does not end the other processes with init. Without a cgroup they are found through init, so init is killed last.
    private static void KillAll(ProcessHandle? init, IContainerCgroup cgroup)
    {
        try
        {
            cgroup.Signal(Libc.SIGKILL);
        }
        finally
        {
            init?.Signal(Libc.SIGKILL);
        }
    }
}
