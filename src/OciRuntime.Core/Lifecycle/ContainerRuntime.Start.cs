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
    // An init that could not become its program ends by itself.
    private const int EndMilliseconds = 5000;

    /// <summary>Opens the start gate of a created container.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="cancellationToken">Stops waiting; a container whose gate is open goes on.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerStopped, ContainerRunning, or why its program did not start; the service manager can't be told.</exception>
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
                throw new OciException(OciErrorCode.ContainerRunning, $"container {id} is running already") { Object = id, Refusal = Refusal.StartOfRunning };
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
        catch (OciException e) when (e.Code is not (OciErrorCode.Cancelled or OciErrorCode.ContainerPaused)) // frozen, it starts when it is thawed
        {
            if (e.Code == OciErrorCode.Timeout)
                process.Signal(Libc.SIGKILL); // it is stopped, and does not end by itself
            // Engines delete it next; containerd refuses to while it takes the container for one that waits.
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
            directory.Unlock(); // it may take its time, and other verbs have theirs
            notification.Forward(process, process.Pid, warning => Log(RuntimeLogLevel.Warning, warning), cancel);
        }
        return Snapshot.Of(directory, state);
    }

    private static OciException StartOfStopped(string id, OciException? why = null) =>
        new(OciErrorCode.ContainerStopped, $"container {id} has stopped, and a container starts only once", why) { Object = id, Refusal = Refusal.StartOfStopped };

    // The container runs: one that can't be removed is no failure of the start.
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
            // Nobody listens: init died between the look at it and now.
            throw StartOfStopped(directory.Id, e);
        }
    }

    // A hook that fails fails the start and stops the container, which is destroyed then, with its poststop hooks (runtime-spec 1.3, runtime.md, "Lifecycle").
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
            Log(RuntimeLogLevel.Warning, e.Message); // it can be deleted later; why the start has failed is what counts
        }
    }

    // Of a container that is there, with what its state tells of the request.
    internal LaunchPlan PlanOf(StateDirectory directory, ContainerState state)
    {
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        var request = new CreateRequest { Id = state.Id, Bundle = state.Bundle, Spec = spec, Supervised = state.Supervised, NoNewKeyring = state.NoNewKeyring, NoPivot = state.NoPivot, LogLimit = state.LogLimit };
        var source = new BundleSource(state.Bundle, spec, default, state.Rootfs);
        return Creation.PlanFor(this, request, source, CgroupOf(state), run: false, listenFds: [], [.. Enumerable.Range(3, state.InheritedFds)]);
    }
}
