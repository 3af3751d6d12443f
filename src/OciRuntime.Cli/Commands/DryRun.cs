using System.Text;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Cli.Commands;

/// <summary><c>--dry-run</c>: the plan that would run.</summary>
internal static class DryRun
{
    internal static int Print(Invocation invocation, CreateRequest request)
    {
        LaunchPlan plan = invocation.Runtime.Plan(request);
        var text = new StringBuilder();
        foreach (LaunchStep step in plan.Steps)
            text.Append(step).Append('\n');
        StandardStream.Out(text.ToString());
        return 0;
    }
}
