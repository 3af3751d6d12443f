namespace OciRuntime.Core.Planning.Steps;

/// <summary>A step as recorded in the state of a container that another process has created: enough to word its error.</summary>
/// <param name="Number">Number of the step among those of the helper.</param>
/// <param name="Title">Its name.</param>
/// <param name="Target">What it acts on.</param>
internal sealed record RecordedStep(int Number, string Title, string Target) : LaunchStep
{
    private static readonly RecordedStep s_done = new(-1, "done", "before the start");

    public override string Name => Title;

    public override string Object => Target;

    /// <summary>The steps that a created container has yet to run, and those before them that may be the cause of an error.</summary>
    public static List<RecordedStep> Of(LaunchPlan plan)
    {
        var recorded = new List<RecordedStep>();
        bool isLate = false;
        for (int i = 0; i < plan.HelperSteps.Count; i++)
        {
            LaunchStep step = plan.HelperSteps[i];
            isLate |= step is GateStep;
            if (isLate || step is SeccompStep)
                recorded.Add(new(i, step.Name, step.Object) { SpecPointer = step.SpecPointer });
        }
        return recorded;
    }

    /// <summary>A plan whose steps have the numbers that the helper's messages name.</summary>
    public static LaunchPlan PlanOf(IReadOnlyList<RecordedStep> recorded)
    {
        var steps = new LaunchStep[recorded.Count == 0 ? 0 : recorded[^1].Number + 1];
        Array.Fill(steps, s_done);
        foreach (RecordedStep step in recorded)
            steps[step.Number] = step;
        return new LaunchPlan(steps);
    }
}
