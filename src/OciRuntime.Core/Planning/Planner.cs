namespace OciRuntime.Core.Planning;

/// <summary>Spec and host facts in, <see cref="LaunchPlan"/> out. Pure: reads no files, makes no calls.</summary>
public static class Planner
{
    /// <summary>The plan of create (and run).</summary>
    public static LaunchPlan PlanCreate(CreatePlanInput input) => throw new NotImplementedException();

    /// <summary>The plan of exec.</summary>
    public static LaunchPlan PlanExec(ExecPlanInput input) => throw new NotImplementedException();
}
