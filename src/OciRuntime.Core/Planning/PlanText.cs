using System.Globalization;
using System.Text;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>A plan as text, one line for each step: number, name, object, detail, and the JSON pointer of the property that asked for it.</summary>
internal static class PlanText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(LaunchPlan plan)
    {
        for (int i = 0; i < plan.Steps.Count; i++)
            yield return Line(i, plan.Steps[i]);
    }

    /// <summary>All lines, and the warnings after them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="words">Words a warning differently.</param>
    public static string Write(LaunchPlan plan, Func<PlanWarning, string>? words = null)
    {
        var text = new StringBuilder();
        foreach (string line in Lines(plan))
            text.Append(line).Append('\n');
        foreach (PlanWarning warning in plan.Remarks)
            text.Append("warning: ").Append(OneLine(words?.Invoke(warning) ?? warning.Text)).Append('\n');
        return text.ToString();
    }

    private static string Line(int index, LaunchStep step)
    {
        string flags = FlagText.Words(step.IgnoreMissing ? "(if there)" : string.Empty, step.WarnOnly ? "(or warn)" : string.Empty);
        string pointer = step.SpecPointer is null ? string.Empty : "[" + step.SpecPointer + "]";
        string line = FlagText.Words(FlagText.Words(FlagText.Words(step.Object, step.Detail), flags), pointer);
        return string.Create(CultureInfo.InvariantCulture, $"{index,3}  {step.Name,-16} {OneLine(line)}");
    }

    // Arguments may contain line breaks, but a step takes one line.
    private static string OneLine(string text) =>
        text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
}
