using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>hooks that run during the launch; poststart and poststop do not.</summary>
internal static class HookPlanner
{
    /// <summary>
    /// prestart and createRuntime: the runtime runs them when the mounts have been made and the old root is still there. Network devices are moved just before.
    /// </summary>
    public static void AddRuntimeHooks(PlanBuilder plan)
    {
        OciHooks? hooks = plan.Input.Spec.Hooks;
        string? pointer = hooks?.Prestart is { Count: > 0 } ? "/hooks/prestart"
            : hooks?.CreateRuntime is { Count: > 0 } ? "/hooks/createRuntime"
            : plan.Linux.NetDevices is { Count: > 0 } ? "/linux/netDevices"
            : null;
        if (pointer is null)
            return;
        plan.Add(new AwaitStep { Reason = AwaitReason.RuntimeHooks, SpecPointer = pointer });
        RuntimePlanner.AddHooks(plan);
    }

    /// <summary>createContainer: in the container's namespaces, before pivot_root.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="env">The environment of hooks that have none of their own: the process's, as in runc.</param>
    public static void AddCreateContainer(PlanBuilder plan, IReadOnlyList<string> env)
    {
        if (plan.Input.Spec.Hooks?.CreateContainer is not { Count: > 0 } hooks)
            return;
        plan.Add(new AwaitStep { Reason = AwaitReason.ContainerHooks, SpecPointer = "/hooks/createContainer" });
        plan.Add(new HookStateStep { Status = "creating" });
        Add(plan, hooks, env, "/hooks/createContainer", isStart: false);
    }

    /// <summary>startContainer: in the container, when it is started.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="env">As above.</param>
    public static void AddStartContainer(PlanBuilder plan, IReadOnlyList<string> env) =>
        Add(plan, plan.Input.Spec.Hooks?.StartContainer ?? [], env, "/hooks/startContainer", isStart: true);

    private static void Add(PlanBuilder plan, List<OciHook> hooks, IReadOnlyList<string> env, string pointer, bool isStart)
    {
        for (int i = 0; i < hooks.Count; i++)
        {
            OciHook hook = hooks[i];
            plan.Add(new HookStep
            {
                Path = hook.Path,
                Args = hook.Args is { Count: > 0 } args ? args : [hook.Path],
                Env = hook.Env ?? env,
                Timeout = (uint)Math.Min((hook.Timeout ?? 0) * 1000L, uint.MaxValue),
                IsStartContainer = isStart,
                State = new RoleFd(PlanFdRole.HookState),
                Output = new RoleFd(PlanFdRole.HookOutput),
                Stdout = FileOf(plan, CrunAnnotations.HooksStdout),
                Stderr = FileOf(plan, CrunAnnotations.HooksStderr),
                SpecPointer = $"{pointer}/{i}",
            });
        }
    }

    private static PathFd? FileOf(PlanBuilder plan, string annotation) =>
        CrunAnnotations.FileOf(plan.Input.Spec.Annotations, annotation, ((CreatePlanInput)plan.Input).Bundle) is { } path ? new PathFd(path, PlanFdAccess.Append) : null;
}
