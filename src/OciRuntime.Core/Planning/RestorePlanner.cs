using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>The program of a restore with a supervisor: what is in the container is criu's to make.</summary>
internal static class RestorePlanner
{
    /// <summary>Makes it.</summary>
    /// <param name="supervisor">The supervisor.</param>
    /// <param name="criu">What that starts.</param>
    /// <param name="firstFd">The number in criu of the first of its descriptors.</param>
    /// <param name="fds">Its descriptors.</param>
    public static LaunchPlan Plan(SuperviseStep supervisor, RestoreStep criu, int firstFd, IEnumerable<PlanFd> fds) =>
        new([supervisor, .. fds.Select((fd, index) => new KeepFdStep { Fd = fd, Number = firstFd + index }), criu]);
}
