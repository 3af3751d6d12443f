using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>
    /// Adds mounts to a container that has not ended, in order: all of them or none. They are not part of its configuration: they end with the container,
    /// and a restart does not make them again.
    /// </summary>
    /// <param name="id">Container id.</param>
    /// <param name="mounts">The mounts, as in the configuration; a relative source is resolved against the bundle.</param>
    /// <param name="cancellationToken">Undoes it.</param>
    /// <exception cref="OciException">
    /// InvalidSpec: a mount that is not valid in a configuration either, or a remount; NotSupported: a filesystem that shows namespaces, or a container in
    /// the host's mount namespace; ContainerNotFound; ContainerNotRunning; or the error of the kernel.
    /// </exception>
    public void AddMounts(string id, IReadOnlyList<OciMount> mounts, CancellationToken cancellationToken = default) =>
        ChangeMounts(id, mounts, Planner.PlanAddMounts, cancellationToken);

    /// <summary>Unmounts the mounts at destinations in a container that has not ended, and all mounts below them. If one destination has no mount, none is unmounted.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="mounts">Only their destinations count.</param>
    /// <param name="cancellationToken">Undoes it.</param>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning; SystemCallFailed: nothing is mounted there, or the mount may not be removed.</exception>
    public void RemoveMounts(string id, IReadOnlyList<OciMount> mounts, CancellationToken cancellationToken = default) =>
        ChangeMounts(id, mounts, Planner.PlanRemoveMounts, cancellationToken);

    private void ChangeMounts(string id, IReadOnlyList<OciMount> mounts, Func<MountChangeInput, LaunchPlan> planOf, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mounts);
        using StateDirectory directory = StateDirectory.Open(_root, id);
        directory.Lock(cancellationToken);
        ContainerState state = directory.ReadState();
        ContainerStatus status = Snapshot.StatusOf(directory, state);
        if (status == ContainerStatus.Stopped)
            throw NotRunning(id);
        using ProcessHandle init = ProcessHandle.TryOpen(state.Pid, state.StartTime) ?? throw NotRunning(id);
        using var cancel = new CancelSignal(cancellationToken);
        using HelperLaunch? entrance = status == ContainerStatus.Created && Host.MapsOwnIdsOnly ? Enter(directory, init, cancel) : null;
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        spec.Mounts = [.. mounts];
        LaunchPlan plan = planOf(ChangeOf(state, spec));
        LogPlan(plan);
        RunChange(plan, init, id, cancel);
    }

    private MountChangeInput ChangeOf(ContainerState state, OciSpec spec)
    {
        CloneBits joined = ExecNamespaces.Of(spec, state);
        bool own = spec.Linux?.Namespaces?.Exists(static item => item.Type == "mount") == true;
        if (!own || (joined & CloneBits.CLONE_NEWNS) == 0)
            throw new OciException(OciErrorCode.NotSupported, "the container has the mount namespace of the host: mounts made there would be the host's") { Object = state.Id };
        return new MountChangeInput
        {
            Spec = spec,
            Id = state.Id,
            Host = Host,
            Bundle = state.Bundle,
            Rootfs = state.Rootfs,
            NamespaceDirectory = string.Create(CultureInfo.InvariantCulture, $"/proc/{state.Pid}/ns"),
            JoinsUserNamespace = (joined & CloneBits.CLONE_NEWUSER) != 0,
            Root = ExecNamespaces.RootOf(spec, state.Pid),
        };
    }

    private void RunChange(LaunchPlan plan, ProcessHandle init, string id, CancelSignal cancel)
    {
        using LaunchStdio stdio = LaunchStdio.Null();
        using HelperLaunch launch = HelperLaunch.Spawn(Helper, stdio, layout: null, cancel, NoticesOf());
        try
        {
            using ProgramFile program = ProgramFile.Create(plan, ImageOptions);
            using FdSlots slots = FdSlots.Open(program.Slots, static _ => null);
            launch.Send(plan, program.Fd, slots.Numbers);
            launch.RunToCommit();
            // Its namespaces were opened by its pid, which belongs to it as long as it lives.
            if (init.WaitExit(cancel, 0))
                throw NotRunning(id);
            launch.Commit();
        }
        finally
        {
            launch.Abort();
        }
    }
}
