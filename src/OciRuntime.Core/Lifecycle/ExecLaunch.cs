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

/// <summary>The process to start, and the container to start it in.</summary>
/// <param name="Directory">The container's state directory.</param>
/// <param name="State">The container's state.</param>
/// <param name="Spec">The container's configuration.</param>
/// <param name="Process">The process to start.</param>
/// <param name="Init">The container's init.</param>
/// <param name="Entrance">Opens an init that waits to be started; disposed once the process has entered.</param>
/// <param name="Container">The container's cgroup.</param>
/// <param name="Cgroup">The cgroup that the process joins.</param>
/// <param name="Inherited">Descriptors that it inherits.</param>
internal sealed record ExecTarget(
    StateDirectory Directory, ContainerState State, OciSpec Spec, OciProcess Process, ProcessHandle Init, HelperLaunch? Entrance, IContainerCgroup Container, ExecCgroup Cgroup,
    InheritedHandles Inherited);

/// <summary>Launches another process in a container, from the start of the helper until the process runs. May be used once.</summary>
internal sealed class ExecLaunch(ContainerRuntime runtime, ExecRequest request, ExecTarget target, CancelSignal cancel)
{
    private HelperNotice? _times;

    /// <summary>Starts the process; if that fails, nothing is left.</summary>
    public ContainerProcess Run()
    {
        using LaunchStdio stdio = target.Process.Terminal && request.Stdio == StdioMode.Pipe ? LaunchStdio.Null() : Stdio.Open(request.Stdio);
        Leash? leash = request.Leashed ? Leash.OfProcess(ContainerRuntime.Helper) : null;
        HelperLaunch? launch = null;
        try
        {
            launch = HelperLaunch.Spawn(ContainerRuntime.Helper, stdio, () => runtime.Host.Cgroups, cancel, runtime.NoticesOf(notice => _times = notice));
            Drive(launch, stdio, leash);
        }
        catch
        {
            launch?.Abort();
            leash?.Dispose();
            throw;
        }
        SafeFd? terminal = launch.TakeTerminal();
        ProcessHandle started = launch.Complete();
        StateNotice.Tell(target.Directory, StateNotice.Exec(started.Pid));
        return new ContainerProcess(runtime, started, supervised: false, oomFile: null)
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
    }

    private void Drive(HelperLaunch launch, LaunchStdio stdio, Leash? leash)
    {
        launch.AwaitsThaw = request.IgnorePaused;
        launch.SeccompListener = listener => SeccompAgent.Send(target.Spec.Linux?.Seccomp, listener, target.State, "running", launch.Pid, cancel);
        LaunchPlan plan = Planner.PlanExec(Input());
        runtime.LogPlan(plan);
        var steps = new RuntimeStepRunner(step => Perform(step, launch), runtime.ImageOptions);
        steps.Begin(plan);
        Send(launch, plan);
        stdio.CloseChildEnds(readers: false);
        launch.RunToReady(
            () =>
            {
                target.Entrance?.Dispose(); // the process has entered
                leash?.Hold(launch.Process!);
                steps.RunBehind<CloneStep>();
            },
            (sync, _) =>
            {
                if (!steps.RunBehind(sync))
                    throw new OciException(OciErrorCode.HelperDied, $"the helper broke the protocol: sync {sync} in exec");
            });
        // Its root was opened by its pid, which belongs to it as long as it lives.
        if (plan.Steps.Any(static step => step is PivotRootStep) && target.Init.WaitExit(cancel, 0))
            throw ContainerRuntime.ExecInStopped(request.Id);
        steps.RunBehind<ReadyStep>();
        runtime.TellTimes(plan, _times, steps);
        launch.Start();
    }

    private ExecPlanInput Input() => new()
    {
        Spec = target.Spec,
        Process = target.Process,
        Id = request.Id,
        Host = runtime.Host,
        JoinNamespaces = ExecNamespaces.Of(target.Spec, target.State),
        Root = ExecNamespaces.RootOf(target.Spec, target.State.Pid),
        CgroupJoinFiles = target.Cgroup.JoinFiles,
        CgroupCloneDirectory = target.Cgroup.CloneDirectory,
        CgroupByRuntime = target.Cgroup.ByRuntime,
        Console = request.ConsoleSocket is null ? ConsoleTarget.Channel : ConsoleTarget.Socket,
        ListenFds = target.Inherited.Listen,
        PreserveFds = target.Inherited.Preserve,
        FileLimit = runtime.Options.CallerFileLimit,
        PidfdSocket = request.PidfdSocket,
        PidFile = request.PidFile,
        NoNewKeyring = target.State.NoNewKeyring,
        Home = HomeDirectory.For($"/proc/{target.State.Pid}/root", target.Process),
        CompileSeccomp = target.Directory.SeccompCache.Compile,
    };

    private void Send(HelperLaunch launch, LaunchPlan plan)
    {
        using ProgramFile program = ProgramFile.Create(plan, runtime.ImageOptions);
        using SafeFd? console = request.ConsoleSocket is { } path ? PeerSocket.Connect(path, "console socket", cancel) : null;
        using SafeFd pidfd = target.Init.Duplicate();
        using FdSlots slots = FdSlots.Open(program.Slots, role => role switch
        {
            PlanFdRole.InitPidfd => pidfd,
            PlanFdRole.ConsoleSocket => console,
            _ => null,
        });
        launch.Send(plan, program.Fd, slots.Numbers);
    }

    // Runs a step of the runtime. No step needs undoing: its effects end with the process.
    private Action? Perform(RuntimeStep step, HelperLaunch launch)
    {
        switch (step)
        {
            case JoinResctrlStep:
                target.State.Resctrl?.Join(launch.Pid);
                break;
            case MoveStep:
                target.Cgroup.Move(target.Container, launch.Pid);
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
        return null;
    }
}
