using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>
/// Compares the configuration of a running container with what the kernel reports about its first process and its cgroup. The expected values
/// come from the launch plan, so that launch and comparison can't read a configuration differently.
/// </summary>
internal static class ContainerComparison
{
    /// <summary>Compares one container.</summary>
    /// <param name="runtime">Where it is.</param>
    /// <param name="id">Container id.</param>
    /// <returns>What differs; empty when nothing does.</returns>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning: its program has not started yet, or has ended.</exception>
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
        // If another process has taken the pid by now, what was read is not about the container.
        _ = ContainerStatistics.LivingState(directory);
        return found.List;
    }

    /// <summary>Reads a file in /proc/PID of the container's process.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="OciException">The process has ended, or the file can't be read.</exception>
    internal static string Read(string path) =>
        ProcessFields.ReadIfThere(path) ?? throw Ended(path);

    /// <summary>The error for a missing /proc/PID file: the container's process has ended.</summary>
    internal static OciException Ended(string path) => new(OciErrorCode.ContainerNotRunning, $"the container's process has ended: {path} is gone") { Object = path };
}
