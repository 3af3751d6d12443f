using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // A process in uninterruptible sleep survives SIGKILL; don't wait forever for a dead disk.
    private const int KillTimeout = 10_000;

    /// <summary>Removes a stopped (or created) container, or a running one by force.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="force">Kill it first; a missing or half-written container is not an error.</param>
    /// <param name="cancellationToken">Stops waiting; the container stays and can be deleted again.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerRunning, ContainerBroken, Timeout.</exception>
    public void Delete(string id, bool force = false, CancellationToken cancellationToken = default)
    {
        StateDirectory? found = StateDirectory.TryOpen(_root, id);
        if (found is null)
        {
            if (force)
                return;
            throw StateDirectory.NotFound(id);
        }
        using StateDirectory directory = found;
        try
        {
            directory.Lock(cancellationToken);
        }
        catch (OciException e) when (force && e.Code == OciErrorCode.ContainerNotFound)
        {
            return;
        }
        using var cancel = new CancelSignal(cancellationToken);
        if (directory.TryReadState() is { } state)
            DeleteWhole(directory, state, force, cancel, cancellationToken);
        else if (OtherRuntime.Of(directory) is { } other)
            throw OtherRuntime.Error(directory, other);
        else if (force && directory.TryReadBegun() is { } begun)
            DeleteBegun(directory, begun, cancellationToken);
        else if (force)
            DeleteBroken(directory, cancel, cancellationToken);
        else
            throw StateDirectory.Broken(id, Root);
    }

    private void DeleteWhole(StateDirectory directory, ContainerState state, bool force, CancelSignal cancel, CancellationToken cancellationToken)
    {
        IContainerCgroup cgroup = CgroupOf(state);
        ContainerStatus status = Snapshot.StatusOf(directory, state);
        if (!force && status is ContainerStatus.Running or ContainerStatus.Paused && !force)
        {
            (OciErrorCode code, string word, Refusal refusal) = status == ContainerStatus.Paused
                ? (OciErrorCode.ContainerPaused, "paused", Refusal.DeleteOfPaused)
                : (OciErrorCode.ContainerRunning, "running", Refusal.DeleteOfRunning);
            throw new OciException(code, $"container {state.Id} is {word}: stop it first, or remove it by force") { Object = state.Id, Refusal = refusal };
        }
        OciSpec? spec = ConfigurationFor(directory, state, force);
        if (status != ContainerStatus.Stopped)
            End(state, status, cgroup, cancel);
        else if (!state.PrivatePid && cgroup.Processes().Count > 0 && FindAnotherIn(cgroup, state.Id) is null)
            cgroup.Kill(cancellationToken); // before the supervisor, which waits for the end of the output
        WaitForSupervisor(state, cancel);
        ReapOwn(state);
        state.Resctrl?.Remove(warning => Log(RuntimeLogLevel.Warning, warning));
        RemoveCgroup(state.Id, cgroup, ended: status == ContainerStatus.Stopped, cancellationToken);
        directory.Remove();
        HookRunner.RunPoststop(spec?.Hooks?.Poststop, state, Options.CallerFileLimit, cancel, warning => Log(RuntimeLogLevel.Warning, warning));
    }

    // Read before anything is done: a deletion that can't be completed changes nothing. A forced one goes on without the configuration.
    private OciSpec? ConfigurationFor(StateDirectory directory, ContainerState state, bool force)
    {
        if (!state.HasHooks)
            return null;
        try
        {
            return SpecReader.Read(directory.ReadConfig());
        }
        catch (OciException e) when (force && e.Code is OciErrorCode.ContainerBroken or OciErrorCode.InvalidSpec or OciErrorCode.Untrusted)
        {
            Log(RuntimeLogLevel.Warning, $"poststop hooks of container {state.Id} are not run: {e.Message}");
            return null;
        }
    }

    private void End(ContainerState state, ContainerStatus status, IContainerCgroup cgroup, CancelSignal cancel)
    {
        using ProcessHandle? process = ProcessHandle.TryOpen(state.Pid, state.StartTime);
        if (!state.PrivatePid || status == ContainerStatus.Paused)
            KillAll(process, cgroup);
        else
            process?.Signal(Libc.SIGKILL);
        if (process is not null && !WaitExit(process, cgroup, cancel))
        {
            throw new OciException(OciErrorCode.Timeout, $"container {state.Id} still runs 10 s after SIGKILL")
            {
                Object = state.Id,
                Hint = "a process in uninterruptible sleep (state D) waits for a device or a network filesystem",
            };
        }
    }

    // Init ends only when all processes of its pid namespace have been reaped, and v1's freezers hold even killed ones. Another container in that namespace may be
    // a child of this process, which alone can reap it.
    private bool WaitExit(ProcessHandle process, IContainerCgroup cgroup, CancelSignal cancel)
    {
        for (int waited = 0, pause = 50; waited < KillTimeout; waited += pause, pause = Math.Min(pause * 2, 1_000))
        {
            if (process.WaitExit(cancel, pause))
                return true;
            cgroup.Signal(Libc.SIGKILL);
            if (waited > 0)
                V1Freezer.Release(Host.Cgroups, process.Pid);
            ReapEnded(process.Pid);
        }
        return process.WaitExit(cancel, 0);
    }

    // Its processes are this container's, since create refuses a cgroup that has any. But after the end of this container another may have been created there.
    private void RemoveCgroup(string id, IContainerCgroup cgroup, bool ended, CancellationToken cancellationToken)
    {
        if (cgroup.TryRemove())
            return;
        if (ended && FindAnotherIn(cgroup, id) is { } other)
        {
            Log(RuntimeLogLevel.Warning, $"the cgroup of container {id} is kept: container {other} is in it");
            return;
        }
        cgroup.Kill(cancellationToken);
        cgroup.Remove(cancellationToken);
    }

    private string? FindAnotherIn(IContainerCgroup cgroup, string id)
    {
        using SafeFd? root = _root.TryOpen();
        return root is null ? null : _root.Ids(root).FirstOrDefault(one => one != id && IsIn(root, one, cgroup));
    }

    private bool IsIn(SafeFd root, string id, IContainerCgroup cgroup)
    {
        try
        {
            using StateDirectory? directory = StateDirectory.Look(_root, root, id);
            return directory?.TryReadState() is { } state && Snapshot.IsAlive(state) && state.CgroupPaths.Values.Any(path => Holds(cgroup, path));
        }
        catch (OciException)
        {
            return false; // an error of another container is not this one's
        }
    }

    private static bool Holds(IContainerCgroup cgroup, string path) =>
        cgroup.Paths.Values.Any(own => path.StartsWith(own, StringComparison.Ordinal) && (path.Length == own.Length || path[own.Length] == '/'));

    private void ReapEnded(int except)
    {
        using SafeFd? root = _root.TryOpen();
        if (root is null)
            return;
        foreach (string id in _root.Ids(root))
        {
            try
            {
                ReapEnded(root, id, except);
            }
            catch (OciException)
            {
                // An error of another container is not this one's.
            }
        }
    }

    private void ReapEnded(SafeFd root, string id, int except)
    {
        using StateDirectory? directory = StateDirectory.TryOpen(_root, root, id);
        if (directory?.TryReadState() is not { Supervised: false } state || state.Pid == except || ProcessStat.Read(state.Pid) is not { IsDead: true } stat || stat.StartTime != state.StartTime)
            return;
        if (ProcessHandle.TryReap(state.Pid, Libc.WNOHANG) is { } status)
            Record(directory, state, status);
    }

    // The supervisor writes the exit record into the directory before it ends. One that hangs is killed.
    private static void WaitForSupervisor(ContainerState state, CancelSignal cancel)
    {
        using ProcessHandle? supervisor = ProcessHandle.TryOpen(state.SupervisorPid, state.SupervisorStartTime);
        if (supervisor is not null && !supervisor.WaitExit(cancel, 5_000))
        {
            supervisor.Signal(Libc.SIGKILL);
            supervisor.WaitExit(cancel, KillTimeout);
        }
    }

    // An unsupervised container that this process created is its child, and still a zombie.
    private static void ReapOwn(ContainerState state)
    {
        if (ProcessStat.Read(state.Pid) is { } stat && stat.StartTime == state.StartTime && stat.IsDead)
            ProcessHandle.TryReap(state.Pid, Libc.WNOHANG);
    }
}
