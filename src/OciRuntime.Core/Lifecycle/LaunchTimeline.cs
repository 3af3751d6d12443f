using OciRuntime.Core.Planning;

namespace OciRuntime.Core.Lifecycle;

/// <summary>When the steps of a launch were done, up to the one that reports it as ready. Times are nanoseconds of CLOCK_MONOTONIC.</summary>
/// <param name="Plan">The steps.</param>
/// <param name="Started">Before the first one.</param>
/// <param name="Done">After each; fewer than there are steps, since the rest waits for the start.</param>
public sealed record LaunchTimeline(LaunchPlan Plan, ulong Started, IReadOnlyList<ulong> Done)
{
    /// <summary>How long a step took.</summary>
    /// <param name="index">Below the number of those that are done.</param>
    public ulong Nanoseconds(int index) => Done[index] - (index == 0 ? Started : Done[index - 1]);
}
