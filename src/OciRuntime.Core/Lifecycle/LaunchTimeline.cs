using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Lifecycle;

/// <summary>How long the steps of a launch took, up to the wait for the start.</summary>
/// <param name="Plan">The steps.</param>
/// <param name="Times">Times of the steps that were run, in the order of the plan. The time of a step at which the helper waits for the runtime excludes the runtime's steps.</param>
internal sealed record LaunchTimeline(LaunchPlan Plan, IReadOnlyList<StepTime> Times)
{
    /// <summary>Merges the times of the helper and of the runtime.</summary>
    /// <param name="plan">The steps.</param>
    /// <param name="helper">CLOCK_MONOTONIC before the helper's first step and after each of its steps, in nanoseconds.</param>
    /// <param name="runtime">The runtime's steps.</param>
    internal static LaunchTimeline Of(LaunchPlan plan, HelperNotice helper, IReadOnlyList<StepTime> runtime)
    {
        var times = new List<StepTime>(runtime);
        ulong started = helper.Started;
        int done = 0;
        for (int i = 0; i < plan.Steps.Count && done < helper.Timeline.Length; i++)
        {
            if (plan.Steps[i] is RuntimeStep)
                continue;
            ulong end = helper.Timeline[done++];
            ulong others = 0;
            foreach (StepTime other in runtime)
            {
                if (other.Started >= started && other.Started < end)
                    others += other.Nanoseconds;
            }
            times.Add(new(i, started, end - started - Math.Min(others, end - started)));
            started = end;
        }
        times.Sort(static (one, other) => one.Index.CompareTo(other.Index));
        return new(plan, times);
    }
}
