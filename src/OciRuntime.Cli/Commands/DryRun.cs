using System.Buffers;
using System.Text.Json;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;

namespace OciRuntime.Cli.Commands;

/// <summary><c>--dry-run</c>: prints the plan that would run.</summary>
internal static class DryRun
{
    internal static int Print(Invocation invocation, CreateRequest request)
    {
        bool json = invocation.Own.Value("format") switch
        {
            null or "text" => false,
            "json" => true,
            _ => throw new OciException(OciErrorCode.InvalidArgument, "invalid format option"),
        };
        LaunchPlan plan = invocation.Runtime.Plan(request);
        if (json)
            StandardStream.Out(Json(plan));
        else
            StandardStream.Out(PlanText.Write(plan, RuncWords.Of));
        return 0;
    }

    private static ReadOnlySpan<byte> Json(LaunchPlan plan)
    {
        var buffer = new ArrayBufferWriter<byte>(16384);
        using (var writer = new Utf8JsonWriter(buffer, ContainerJson.Indented))
            PlanJson.Write(plan, writer, RuncWords.Of);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }
}
