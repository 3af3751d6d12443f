using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>
/// The configuration of a running container beside what the kernel says of its first process and its cgroup. What is expected is what the
/// launch plan has decided, so that the two can't read a configuration differently.
/// </summary>
internal static class ContainerComparison
{
    /// <summary>Compares one container.</summary>
    /// <param name="runtime">Where it is.</param>
    /// <param name="id">Container id.</param>
    /// <returns>What differs; nothing when all is as it was made.</returns>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning: its program does not run yet, or no more.</exception>
    public static IReadOnlyList<OciContainerDifference> Compare(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        using StateDirectory directory = StateDirectory.Open(runtime.StateRoot, id);
        ContainerState state = directory.ReadState();
        if (Snapshot.StatusOf(directory, state) is not (ContainerStatus.Running or ContainerStatus.Paused))
            throw ContainerStatistics.NotRunning(id);
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        LaunchPlan plan = runtime.PlanOf(directory, state);
        var found = new Differences(id);
        string process = "/proc/" + state.Pid.ToString(CultureInfo.InvariantCulture);
        CredentialComparison.Compare(plan, process, runtime.Host.Kernel.LastCapability, found);
        SecurityComparison.Compare(plan, process, found);
        NamespaceComparison.Compare(spec, plan, process, found);
        CgroupComparison.Compare(runtime.Host, state, spec.Linux?.Resources, process, found);
        MountComparison.Compare(plan, spec, state.Rootfs, process, found);
        // Whatever was read of a pid that is another process's by now is not about the container.
        _ = ContainerStatistics.LivingState(directory);
        return found.List;
    }

    /// <summary>A file of the container's process.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="OciException">It has ended, or the kernel can't tell.</exception>
    internal static string Read(string path) =>
        ProcessFields.ReadIfThere(path) ?? throw Ended(path);

    /// <summary>A file of the container's process is gone.</summary>
    internal static OciException Ended(string path) => new(OciErrorCode.ContainerNotRunning, $"the container's process has ended: {path} is gone") { Object = path };
}
