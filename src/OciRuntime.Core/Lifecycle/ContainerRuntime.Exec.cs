using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Starts another process in a container that is created or running.</summary>
    /// <param name="request">What to start.</param>
    /// <param name="cancellationToken">Ends the start; nothing is left of it. Not the running process.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerStopped, ContainerPaused, or why its program did not start.</exception>
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

        ContainerProcess Launch(ExecCgroup place) => LaunchExec(request, new ExecTarget(directory, state, spec, process, init, entrance, container, place, inherited), cancel);
    }

    private ContainerProcess LaunchExec(ExecRequest request, ExecTarget target, CancelSignal cancel)
    {
        (StateDirectory directory, ContainerState state, OciSpec spec, OciProcess process, ProcessHandle init, HelperLaunch? entrance, IContainerCgroup container, ExecCgroup cgroup, InheritedHandles inherited) = target;
        HelperNotice? times = null;
        using LaunchStdio stdio = process.Terminal && request.Stdio == StdioMode.Pipe ? LaunchStdio.Null() : Stdio.Open(request.Stdio);
        Leash? leash = request.Leashed ? Leash.OfProcess(Helper) : null;
        HelperLaunch launch;
        try
        {
            launch = HelperLaunch.Spawn(Helper, stdio, Host.Cgroups, cancel, NoticesOf(notice => times = notice));
        }
        catch
        {
            leash?.Dispose();
            throw;
        }
        launch.AwaitsThaw = request.IgnorePaused;
        launch.SeccompListener = listener => SeccompAgent.Send(spec.Linux?.Seccomp, listener, state, "running", launch.Pid, cancel);
        try
        {
            LaunchPlan plan = Planner.PlanExec(new ExecPlanInput
            {
                Spec = spec,
                Process = process,
                Id = request.Id,
                Host = Host,
                JoinNamespaces = ExecNamespaces.Of(spec, state),
                Root = ExecNamespaces.RootOf(spec, state.Pid),
                CgroupJoinFiles = cgroup.JoinFiles,
                CgroupCloneDirectory = cgroup.CloneDirectory,
                CgroupByRuntime = cgroup.ByRuntime,
                Console = request.ConsoleSocket is null ? ConsoleTarget.Channel : ConsoleTarget.Socket,
                ListenFds = inherited.Listen,
                PreserveFds = inherited.Preserve,
                FileLimit = Options.CallerFileLimit,
                PidfdSocket = request.PidfdSocket,
                PidFile = request.PidFile,
                NoNewKeyring = state.NoNewKeyring,
                Home = HomeDirectory.For($"/proc/{state.Pid}/root", process),
                CompileSeccomp = directory.SeccompCache.Compile,
            });
            LogPlan(plan);
            var steps = new RuntimeStepRunner(Perform, ImageOptions);
            steps.Begin(plan);
            SendExec(launch, plan, request, init, cancel);
            stdio.CloseChildEnds(readers: false);
            launch.RunToReady(
                () =>
                {
                    entrance?.Dispose(); // it is in
                    leash?.Hold(launch.Process!);
                    steps.RunBehind<CloneStep>();
                },
                (sync, _) =>
                {
                    if (!steps.RunBehind(sync))
                        throw new OciException(OciErrorCode.HelperDied, $"the helper broke the protocol: sync {sync} in exec");
                });
            // Its root was found by its pid, which nobody else has had while it lives.
            if (plan.Steps.Any(static step => step is PivotRootStep) && init.WaitExit(cancel, 0))
                throw ExecInStopped(request.Id);
            steps.RunBehind<ReadyStep>();
            TellTimes(plan, times, steps);
            launch.Start();
        }
        catch
        {
            launch.Abort();
            leash?.Dispose();
            throw;
        }
        SafeFd? terminal = launch.TakeTerminal();
        ProcessHandle started = launch.Complete();
        StateNotice.Tell(directory, StateNotice.Exec(started.Pid));
        return new ContainerProcess(this, started, supervised: false, oomFile: null)
        {
            Id = request.Id,
            Pid = started.Pid,
            IsExec = true,
            Leash = leash,
            StandardInput = LaunchStdio.ToInput(stdio.Input),
            StandardOutput = LaunchStdio.ToOutput(stdio.Output),
            StandardError = LaunchStdio.ToOutput(stdio.Error),
            Terminal = terminal?.ToFileHandle(),
        };

        Action? Perform(RuntimeStep step)
        {
            switch (step)
            {
                case JoinResctrlStep:
                    state.Resctrl?.Join(launch.Pid);
                    break;
                case MoveStep:
                    cgroup.Move(container, launch.Pid);
                    break;
                case PidfdStep pidfd:
                    PeerSocket.SendPidfd(pidfd.Socket, launch.Process!, cancel);
                    break;
                case PidFileStep file:
                    PidFile.Write(file.Path, launch.Pid);
                    break;
                default:
                    throw new UnreachableException($"no step of an exec: {step}");
            }
            return null; // what there is to undo ends with the process
        }
    }

    // Where a process is started, and as what.
    private sealed record ExecTarget(
        StateDirectory Directory, ContainerState State, OciSpec Spec, OciProcess Process, ProcessHandle Init, HelperLaunch? Entrance, IContainerCgroup Container, ExecCgroup Cgroup,
        InheritedHandles Inherited);

    // An init that waits to be started is closed to a user who is not root, and opens for this one exec. One that has been started meanwhile is open.
    private HelperLaunch? Enter(StateDirectory directory, ProcessHandle init, CancelSignal cancel)
    {
        try
        {
            HelperLaunch entrance = HelperLaunch.AtGate(init, StartGate.Connect(directory), Host.Cgroups, cancel, NoticesOf());
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
            // Nobody listens any more.
        }
        return null;
    }

    private void SendExec(HelperLaunch launch, LaunchPlan plan, ExecRequest request, ProcessHandle init, CancelSignal cancel)
    {
        using ProgramFile program = ProgramFile.Create(plan, ImageOptions);
        using SafeFd? console = request.ConsoleSocket is { } path ? PeerSocket.Connect(path, "console socket", cancel) : null;
        using SafeFd pidfd = init.Duplicate();
        using FdSlots slots = FdSlots.Open(program.Slots, role => role switch
        {
            PlanFdRole.InitPidfd => pidfd,
            PlanFdRole.ConsoleSocket => console,
            _ => null,
        });
        launch.Send(plan, program.Fd, slots.Numbers);
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

    private static OciException ExecInStopped(string id) =>
        new(OciErrorCode.ContainerStopped, $"container {id} has stopped: no process can be added to it") { Object = id, Refusal = Refusal.ExecInStopped };
}
