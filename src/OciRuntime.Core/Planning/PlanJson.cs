using System.Text.Json;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>A plan as JSON: an object with <c>steps</c> (index, name, object, detail, pointer) and <c>warnings</c>.</summary>
internal static class PlanJson
{
    /// <summary>Writes one object.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="json">The writer.</param>
    /// <param name="words">Words a warning differently.</param>
    public static void Write(LaunchPlan plan, Utf8JsonWriter json, Func<PlanWarning, string>? words = null)
    {
        json.WriteStartObject();
        json.WriteStartArray("steps"u8);
        for (int i = 0; i < plan.Steps.Count; i++)
            Write(i, plan.Steps[i], json);
        json.WriteEndArray();
        json.WriteStartArray("warnings"u8);
        foreach (PlanWarning warning in plan.Remarks)
            json.WriteStringValue(words?.Invoke(warning) ?? warning.Text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(int index, LaunchStep step, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteString("name"u8, step.Name);
        json.WriteString("object"u8, step.Object);
        if (step.Detail is { Length: > 0 } detail)
            json.WriteString("detail"u8, detail);
        if (step.SpecPointer is { } pointer)
            json.WriteString("pointer"u8, pointer);
        if (step.IgnoreMissing)
            json.WriteBoolean("ignoreMissing"u8, true);
        if (step.WarnOnly)
            json.WriteBoolean("warnOnly"u8, true);
        json.WriteEndObject();
    }
}
