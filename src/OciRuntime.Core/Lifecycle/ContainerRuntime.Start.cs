using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // An init that could not execute its program exits by itself.
    private const int EndMilliseconds = 5000;

    /// <summary>Opens the start gate of a created container.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="cancellationToken">Stops waiting; a container whose gate is open goes on.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerStopped, ContainerRunning, the error of starting its program, or the service manager can't be told.</exception>
    public OciContainer Start(string id, CancellationToken cancellationToken = default)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        directory.Lock(cancellationToken);
        ContainerState state = directory.ReadState();
        switch (Snapshot.StatusOf(directory, state))
        {
            case ContainerStatus.Stopped:
                throw StartOfStopped(id);
            case ContainerStatus.Running:
                throw new OciException(OciErrorCode.ContainerRunning, $"container {id} is already running") { Object = id, Refusal = Refusal.StartOfRunning };
            case ContainerStatus.Paused:
                throw new OciException(OciErrorCode.ContainerPaused, $"container {id} is paused") { Object = id, Refusal = Refusal.StartOfPaused };
            default:
                break;
        }
        using var cancel = new CancelSignal(cancellationToken);
        using ProcessHandle process = ProcessHandle.TryOpen(state.Pid, state.StartTime) ?? throw StartOfStopped(id);
        using ServiceNotification? notification = Options.NotifySocket is { } address ? ServiceNotification.TryOpen(directory, address) : null;
        try
        {
            OpenGate(directory, state, process, cancel);
        }
        catch (OciException e) when (e.Code is not (OciErrorCode.Cancelled or OciErrorCode.ContainerPaused)) // a frozen container starts when it is thawed
        {
            if (e.Code == OciErrorCode.Timeout)
                process.Signal(Libc.SIGKILL); // it is stopped (SIGSTOP) and can't exit by itself
            // Engines delete it next; containerd refuses to while the container still appears as created.
            process.WaitExit(cancel, EndMilliseconds);
            StateNotice.Tell(directory, StateNotice.StartFailed);
            throw;
        }
        RemoveGate(directory);
        StateNotice.Tell(directory, StateNotice.Started);
        if (state.HasHooks)
            Poststart(directory, state, cancel);
        if (notification is not null)
        {
            directory.Unlock(); // the wait may be long, and must not block other verbs
            notification.Forward(process, process.Pid, warning => Log(RuntimeLogLevel.Warning, warning), cancel);
        }
        return Snapshot.Of(directory, state);
    }

    private static OciException StartOfStopped(string id, OciException? why = null) =>
        new(OciErrorCode.ContainerStopped, $"container {id} has stopped, and a container can be started only once", why) { Object = id, Refusal = Refusal.StartOfStopped };

    // The container runs: failing to remove the gate does not fail the start.
    private void RemoveGate(StateDirectory directory)
    {
        try
        {
            directory.Unlink(StateDirectory.GateName);
        }
        catch (OciException e)
        {
            Log(RuntimeLogLevel.Warning, e.Message);
        }
    }

    private void OpenGate(StateDirectory directory, ContainerState state, ProcessHandle init, CancelSignal cancel)
    {
        using HelperLaunch gate = HelperLaunch.AtGate(init, Connect(directory), () => Host.Cgroups, cancel, NoticesOf());
        try
        {
            gate.Start(() => RecordedStep.PlanOf(state.LateSteps));
        }
        catch (OciException e) when (e.Code == OciErrorCode.HelperDied && OomCounter.HasKills(CgroupOf(state).OomFile))
        {
            throw Creation.OutOfMemory(state.Id, e);
        }
    }

    private static SafeFd Connect(StateDirectory directory)
    {
        try
        {
            return StartGate.Connect(directory);
        }
        catch (OciException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            // Nothing listens: init has died since its status was read.
            throw StartOfStopped(directory.Id, e);
        }
    }

    // If a hook fails, the start fails and the container is destroyed, which runs its poststop hooks (runtime-spec 1.3, runtime.md, "Lifecycle").
    private void Poststart(StateDirectory directory, ContainerState state, CancelSignal cancel)
    {
        OciHooks? hooks = SpecReader.Read(directory.ReadConfig()).Hooks;
        try
        {
            HookRunner.Run("poststart", hooks?.Poststart, state, "running", state.Pid, Options.CallerFileLimit, cancel);
        }
        catch (OciException)
        {
            Destroy(directory, state);
            throw;
        }
    }

    private void Destroy(StateDirectory directory, ContainerState state)
    {
        using var uncancellable = new CancelSignal(CancellationToken.None);
        try
        {
            DeleteWhole(directory, state, force: true, uncancellable, CancellationToken.None);
        }
        catch (OciException e)
        {
            Log(RuntimeLogLevel.Warning, e.Message); // it can be deleted later; the error to report is that of the start
        }
    }

    // The plan of an existing container, from its configuration and the parts of the request that its state keeps.
    internal LaunchPlan PlanOf(StateDirectory directory, ContainerState state)
    {
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        var request = new CreateRequest { Id = state.Id, Bundle = state.Bundle, Spec = spec, Supervised = state.Supervised, NoNewKeyring = state.NoNewKeyring, NoPivot = state.NoPivot, LogLimit = state.LogLimit };
        var source = new BundleSource(state.Bundle, spec, default, state.Rootfs);
        return Creation.PlanFor(this, request, source, CgroupOf(state), run: false, listenFds: [], [.. Enumerable.Range(3, state.InheritedFds)]);
    }
}
