using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.PowerShell.Common;

/// <summary>The text of -WhatIf: the action, then the launch plan, summarized by kind of step or complete.</summary>
internal static class PlanLines
{
    private const int ObjectsShown = 3;

    /// <summary>Describes an action and its plan.</summary>
    /// <param name="action">A sentence.</param>
    /// <param name="plan">Makes the plan.</param>
    /// <param name="isWhole">One line per step.</param>
    public static string Describe(string action, Func<LaunchPlan> plan, bool isWhole)
    {
        try
        {
            LaunchPlan made = plan();
            return $"{action}:{Environment.NewLine}{(isWhole ? PlanText.Write(made).TrimEnd() : Summary(made.Steps))}";
        }
        catch (OciException e) when (e.Code is not (OciErrorCode.ContainerNotFound or OciErrorCode.ContainerBroken))
        {
            return $"{action}{Environment.NewLine}{Messages.NoPlan(e.Message)}";
        }
    }

    /// <summary>Describes a start: what is done once the gate is open.</summary>
    /// <param name="action">A sentence.</param>
    /// <param name="plan">Makes the plan of the whole container.</param>
    public static string DescribeStart(string action, Func<LaunchPlan> plan)
    {
        try
        {
            return $"{action}:{Environment.NewLine}{Summary([.. plan().Steps.SkipWhile(static step => step.Name != "gate").Skip(1)])}";
        }
        catch (OciException e) when (e.Code is not (OciErrorCode.ContainerNotFound or OciErrorCode.ContainerBroken))
        {
            return $"{action}{Environment.NewLine}{Messages.NoPlan(e.Message)}";
        }
    }

    // A file name alone, without the text that is written, says little.
    private static string Shown(LaunchStep step) => step.Name is "write" or "id_map" ? $"{step.Object} {step.Detail}" : step.Object;

    // One line per kind, in order of first appearance: the count, and the first objects.
    private static string Summary(IReadOnlyList<LaunchStep> steps)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, LaunchStep> kind in steps.GroupBy(static step => step.Name))
        {
            string[] objects = [.. kind.Select(Shown).Where(static name => name.Length > 0).Distinct()];
            string more = objects.Length > ObjectsShown ? ", ..." : string.Empty;
            text.AppendLine($"  {kind.Count(),3} {kind.Key,-16} {string.Join(", ", objects.Take(ObjectsShown))}{more}".TrimEnd());
        }
        return text.Append("  (-Verbose or Get-OciLaunchPlan shows each step)").ToString();
    }
}
