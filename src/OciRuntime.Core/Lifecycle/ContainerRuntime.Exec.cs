using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Starts another process in a created or running container.</summary>
    /// <param name="request">The process to start.</param>
    /// <param name="cancellationToken">Cancels the start, of which nothing is left then. It does not end a running process.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerStopped, ContainerPaused, or the error of starting its program.</exception>
    public ContainerProcess Exec(ExecRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using StateDirectory directory = StateDirectory.Open(_root, request.Id);
        ContainerState state = directory.ReadState();
        ContainerStatus status = Snapshot.StatusOf(directory, state);
        if (status == ContainerStatus.Stopped)
            throw ExecInStopped(request.Id);
        if (status == ContainerStatus.Paused && !request.IgnorePaused)
            throw new OciException(OciErrorCode.ContainerPaused, $"container {request.Id} is paused: another process in it would not run") { Object = request.Id, Refusal = Refusal.ExecInPaused };
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        OciProcess process = ExecProcess.Build(spec.Process, request);
        CheckTerminal(request, process);
        using ProcessHandle init = ProcessHandle.TryOpen(state.Pid, state.StartTime) ?? throw ExecInStopped(request.Id);
        IContainerCgroup container = CgroupOf(state);
        ExecCgroup cgroup = ExecCgroup.Of(container, request.Cgroups, Host.Cgroups, state.Pid, InnerCgroups.Of(state.Annotations, state.CgroupManager, Host.Cgroups).Any);
        if (!request.IgnorePaused && cgroup.FrozenBelow(container, Host.Cgroups) is { } frozen)
            throw FrozenCgroup.Error(frozen);
        using InheritedHandles inherited = InheritedHandles.Hold(request.ListenFds, request.PreserveFds);
        using var cancel = new CancelSignal(cancellationToken);
        using HelperLaunch? entrance = status == ContainerStatus.Created && Host.MapsOwnIdsOnly ? Enter(directory, init, cancel) : null;
        try
        {
            return Launch(cgroup);
        }
        catch (OciException e) when (e is { Step: "clone", Errno: Errno.EAGAIN } && cgroup.BeyondPidsLimit(container) is { } beyond)
        {
            return Launch(beyond);
        }

        ContainerProcess Launch(ExecCgroup place) => new ExecLaunch(this, request, new ExecTarget(directory, state, spec, process, init, entrance, container, place, inherited), cancel).Run();
    }

    // An init that waits to be started is not dumpable, so a user other than root can't enter it. It opens for this one exec. If it has been started meanwhile, it is open.
    private HelperLaunch? Enter(StateDirectory directory, ProcessHandle init, CancelSignal cancel)
    {
        try
        {
            HelperLaunch entrance = HelperLaunch.AtGate(init, StartGate.Connect(directory), () => Host.Cgroups, cancel, NoticesOf());
            try
            {
                if (entrance.Enter())
                    return entrance;
            }
            catch
            {
                entrance.Dispose();
                throw;
            }
            entrance.Dispose();
        }
        catch (OciException e) when (e.Errno is Errno.ENOENT or Errno.ECONNREFUSED)
        {
            // It no longer listens.
        }
        return null;
    }

    private static void CheckTerminal(ExecRequest request, OciProcess process)
    {
        if (request.Detach && process.Terminal && request.ConsoleSocket is null)
        {
            throw new OciException(OciErrorCode.InvalidArgument, "a detached process with a terminal needs a console socket to send it to")
            {
                Object = request.Id,
                Refusal = Refusal.TerminalWithoutSocket,
            };
        }
        if ((!request.Detach || !process.Terminal) && request.ConsoleSocket is not null)
            throw Creation.SocketWithoutTerminal(request.Id, null);
    }

    internal static OciException ExecInStopped(string id) =>
        new(OciErrorCode.ContainerStopped, $"container {id} has stopped: no process can be added to it") { Object = id, Refusal = Refusal.ExecInStopped };
}
