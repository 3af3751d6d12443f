using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Freezes all processes.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="cancellationToken">Undoes it.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerNotRunning; ContainerPaused if it is already paused.</exception>
    public void Pause(string id, CancellationToken cancellationToken = default)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        directory.Lock(cancellationToken);
        ContainerState state = directory.ReadState();
        switch (Snapshot.StatusOf(directory, state))
        {
            case ContainerStatus.Running or ContainerStatus.Created:
                break;
            case ContainerStatus.Paused:
                throw new OciException(OciErrorCode.ContainerPaused, $"container {id} is already paused") { Object = id, Refusal = Refusal.PauseOfPaused };
            default:
                throw NotRunning(id);
        }
        CgroupOf(state).Freeze(cancellationToken);
        StateNotice.Tell(directory, StateNotice.Paused);
    }

    /// <summary>Thaws all processes.</summary>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning or ContainerRunning when it is not paused; ContainerPaused if a parent of its cgroup is frozen.</exception>
    public void Resume(string id)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        directory.Lock(CancellationToken.None);
        ContainerState state = directory.ReadState();
        switch (Snapshot.StatusOf(directory, state))
        {
            case ContainerStatus.Stopped:
                throw NotRunning(id);
            case not ContainerStatus.Paused:
                throw new OciException(OciErrorCode.ContainerRunning, $"container {id} is not paused") { Object = id, Refusal = Refusal.ResumeOfUnpaused };
            default:
                IContainerCgroup cgroup = CgroupOf(state);
                if (FrozenCgroup.Above(Host.Cgroups, cgroup.Paths) is { } above)
                {
                    throw new OciException(OciErrorCode.ContainerPaused, $"container {id} can't be resumed: its parent cgroup {above} is frozen")
                    {
                        Object = above,
                        Refusal = Refusal.ResumeBelowFrozen,
                    };
                }
                cgroup.Thaw();
                StateNotice.Tell(directory, StateNotice.Resumed);
                break;
        }
    }
}
