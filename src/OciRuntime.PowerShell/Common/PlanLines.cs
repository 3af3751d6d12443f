using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;

namespace OciRuntime.PowerShell.Common;

/// <summary>What -WhatIf says: the action, then the launch plan, a line a step.</summary>
internal static class PlanLines
{
    public static string Describe(string action, ContainerRuntime runtime, CreateRequest request)
    {
        try
        {
            return Describe(action, runtime.Plan(request));
        }
        catch (OciException e)
        {
            return $"{action}{Environment.NewLine}  {Messages.NoPlan(e.Message)}";
        }
    }

    private static string Describe(string action, LaunchPlan plan)
    {
        var text = new StringBuilder(action).Append(':');
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{i + 1,5}  {plan.Steps[i]}");
            if (plan.Steps[i].SpecPointer is { } pointer)
                text.Append(CultureInfo.InvariantCulture, $"  [{pointer}]");
        }
        foreach (string warning in plan.Warnings)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"       {Messages.PlanWarning(warning)}");
        return text.ToString();
    }
}
