using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec.Schema;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Planning;

/// <summary>linux.sysctl: parameters of the container's own namespaces. The validator has checked that it has them; a path may still lead to the host's.</summary>
internal static class SysctlPlanner
{
    public static void Add(PlanBuilder plan, CreatePlanInput input)
    {
        if (plan.Linux.Sysctl is not { } parameters)
            return;
        foreach ((string name, string value) in parameters)
        {
            string pointer = SpecPointer.Property("/linux/sysctl", name);
            string dotted = SysctlRules.WithDots(name);
            if (SysctlRules.Problem(input.Spec, dotted, input.OwnNamespaces) is { } problem)
                throw PlanBuilder.Invalid(pointer, problem.Why, "the namespace that linux.namespaces joins is the host's", problem.Refusal, dotted);
            plan.Add(new SysctlStep { Path = PathOf(name), Value = value, SpecPointer = pointer });
        }
    }

    // Dots separate the components; a slash stands for a dot inside one (sysctl.d(5)).
    private static string PathOf(string name)
    {
        string dotted = SysctlRules.WithDots(name);
        return string.Create(dotted.Length, dotted, static (path, from) =>
        {
            for (int i = 0; i < path.Length; i++)
                path[i] = from[i] switch { '.' => '/', '/' => '.', char other => other };
        });
    }
}
