using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;

namespace OciRuntime.PowerShell.Common;

/// <summary>What -WhatIf says: the action, then the launch plan, a line a step.</summary>
internal static class PlanLines
{
    public static string Describe(string action, Func<LaunchPlan> plan)
    {
        try
        {
            return $"{action}:{Environment.NewLine}{PlanText.Write(plan()).TrimEnd()}";
        }
        catch (OciException e) when (e.Code is not (OciErrorCode.ContainerNotFound or OciErrorCode.ContainerBroken))
        {
            return $"{action}{Environment.NewLine}{Messages.NoPlan(e.Message)}";
        }
    }
}
