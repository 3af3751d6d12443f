using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>
/// A launch as an immutable, ordered list of typed steps. The same object is run, is shown by <c>-WhatIf</c> and
/// <c>--dry-run</c>, and gives errors and timings the names of its steps.
/// </summary>
internal sealed class LaunchPlan
{
    private LaunchStep[]? _helperSteps;

    /// <summary>Makes a plan of these steps.</summary>
    /// <param name="steps">In the order in which they run.</param>
    public LaunchPlan(IReadOnlyList<LaunchStep> steps) => Steps = steps;

    /// <summary>The steps in the order in which they run.</summary>
    public IReadOnlyList<LaunchStep> Steps { get; }

    /// <summary>The steps that the helper runs: they make up its program, and the numbers in its messages count them.</summary>
    internal IReadOnlyList<LaunchStep> HelperSteps => _helperSteps ??= [.. Steps.Where(static step => step is not RuntimeStep)];

    /// <summary>Requests that the planner could not fulfil exactly.</summary>
    internal IReadOnlyList<PlanWarning> Remarks { get; init; } = [];

    /// <summary>The same as text, one line each.</summary>
    public IReadOnlyList<string> Warnings => [.. Remarks.Select(static remark => remark.Text)];
}
