using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>The helper's program for a restore with a supervisor: criu makes everything in the container.</summary>
internal static class RestorePlanner
{
    /// <summary>Makes the plan.</summary>
    /// <param name="supervisor">The supervisor.</param>
    /// <param name="criu">The criu that the supervisor starts.</param>
    /// <param name="firstFd">The number in criu of the first of its descriptors.</param>
    /// <param name="fds">Its descriptors.</param>
    public static LaunchPlan Plan(SuperviseStep supervisor, RestoreStep criu, int firstFd, IEnumerable<PlanFd> fds) =>
        new([supervisor, .. fds.Select((fd, index) => new KeepFdStep { Fd = fd, Number = firstFd + index }), criu]);
}
