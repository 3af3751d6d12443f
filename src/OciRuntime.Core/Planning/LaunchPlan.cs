using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>
/// A launch as an immutable, ordered list of typed steps. The same object is run, shown by <c>-WhatIf</c> and
/// <c>--dry-run</c>, named by errors, timed, and made to fail in tests.
/// </summary>
internal sealed class LaunchPlan
{
    private LaunchStep[]? _helperSteps;

    /// <summary>Makes a plan of these steps.</summary>
    /// <param name="steps">In the order in which they run.</param>
    public LaunchPlan(IReadOnlyList<LaunchStep> steps) => Steps = steps;

    /// <summary>The steps in the order in which they run.</summary>
    public IReadOnlyList<LaunchStep> Steps { get; }

    /// <summary>Those that the helper runs: what its program consists of, and what the numbers in its messages count.</summary>
    internal IReadOnlyList<LaunchStep> HelperSteps => _helperSteps ??= [.. Steps.Where(static step => step is not RuntimeStep)];

    /// <summary>What the planner could not do exactly as asked.</summary>
    internal IReadOnlyList<PlanWarning> Remarks { get; init; } = [];

    /// <summary>The same, one line each.</summary>
    public IReadOnlyList<string> Warnings => [.. Remarks.Select(static remark => remark.Text)];
}
