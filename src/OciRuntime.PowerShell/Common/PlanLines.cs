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
            return $"{action}:{Environment.NewLine}{PlanText.Write(runtime.Plan(request)).TrimEnd()}";
        }
        catch (OciException e)
        {
            return $"{action}{Environment.NewLine}{Messages.NoPlan(e.Message)}";
        }
    }
}
