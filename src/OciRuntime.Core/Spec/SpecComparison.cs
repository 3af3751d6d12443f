using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OciRuntime.Core.Spec;

/// <summary>
/// Compares two configurations. List elements are matched by their key (a mount's destination, a variable's name), so
/// that an inserted element does not make the following ones differ.
/// </summary>
internal static class SpecComparison
{
    /// <summary>The differences, in the order of the configuration's properties.</summary>
    /// <param name="reference">The original configuration.</param>
    /// <param name="difference">The other configuration.</param>
    public static IReadOnlyList<OciSpecDifference> Compare(OciSpec reference, OciSpec difference)
    {
        List<OciSpecDifference> found = [];
        Compare(Parse(reference), Parse(difference), string.Empty, string.Empty, found);
        return found;
    }

    private static JsonNode? Parse(OciSpec spec) => JsonNode.Parse(SpecWriter.Write(spec));

    // before and after: the pointers of the two values.
    private static void Compare(JsonNode? reference, JsonNode? difference, string before, string after, List<OciSpecDifference> found)
    {
        switch (reference, difference)
        {
            case (JsonObject one, JsonObject other):
                Compare(one, other, before, after, found);
                break;
            case (JsonArray one, JsonArray other) when NameIn(after) is { } name:
                Compare(one, other, name, before, after, found);
                break;
            case (null, null):
                break;
            case (null, _):
                found.Add(new() { Pointer = after, Change = "Added", Difference = Text(difference) });
                break;
            case (_, null):
                found.Add(new() { Pointer = before, Change = "Removed", Reference = Text(reference) });
                break;
            default:
                if (!JsonNode.DeepEquals(reference, difference))
                    found.Add(new() { Pointer = after, Change = "Changed", Reference = Text(reference), Difference = Text(difference) });
                break;
        }
    }

    private static void Compare(JsonObject reference, JsonObject difference, string before, string after, List<OciSpecDifference> found)
    {
        IEnumerable<string> names = reference.Select(static property => property.Key).Union(difference.Select(static property => property.Key));
        foreach (string name in names)
            Compare(reference[name], difference[name], $"{before}/{Escape(name)}", $"{after}/{Escape(name)}", found);
    }

    private static void Compare(JsonArray reference, JsonArray difference, Func<JsonNode?, string> name, string before, string after, List<OciSpecDifference> found)
    {
        int count = found.Count;
        List<(string Name, int Index)> one = Named(reference, name), other = Named(difference, name);
        foreach ((string named, int index) in one)
        {
            int place = other.FindIndex(element => element.Name == named);
            JsonNode? match = place < 0 ? null : difference[other[place].Index];
            Compare(reference[index], match, At(before, index), place < 0 ? string.Empty : At(after, other[place].Index), found);
        }
        foreach ((string named, int index) in other)
        {
            if (!one.Exists(element => element.Name == named))
                Compare(null, difference[index], string.Empty, At(after, index), found);
        }
        if (found.Count == count && !one.Select(static element => element.Name).SequenceEqual(other.Select(static element => element.Name)) && !IsSet(after))
            found.Add(new() { Pointer = after, Change = "Reordered", Reference = Text(reference), Difference = Text(difference) });
    }

    // The second element with a key gets a key of its own.
    private static List<(string Name, int Index)> Named(JsonArray array, Func<JsonNode?, string> name)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        List<(string, int)> named = [];
        for (int i = 0; i < array.Count; i++)
        {
            string text = name(array[i]);
            seen[text] = seen.GetValueOrDefault(text) + 1;
            named.Add((seen[text] == 1 ? text : Invariant($"{text}\0{seen[text]}"), i));
        }
        return named;
    }

    // Returns the key of the elements of a list; null for a list that is one value, such as the arguments of a program.
    private static Func<JsonNode?, string>? NameIn(string pointer) => pointer[(pointer.LastIndexOf('/') + 1)..] switch
    {
        "mounts" => static element => Property(element, "destination"),
        "namespaces" or "rlimits" => static element => Property(element, "type"),
        "devices" when pointer == "/linux/devices" => static element => Property(element, "path"),
        "syscalls" when pointer == "/linux/seccomp/syscalls" => WithSortedNames,
        "hugepageLimits" => static element => Property(element, "pageSize"),
        "env" => static element => Text(element).Split('=')[0],
        "args" or "schemata" => null,
        _ => static element => Text(element),
    };

    // Whether a list is a set, whose order has no meaning.
    private static bool IsSet(string pointer) =>
        pointer.StartsWith("/process/capabilities/", StringComparison.Ordinal)
        || (pointer.StartsWith("/linux/seccomp/syscalls/", StringComparison.Ordinal) && pointer.EndsWith("/names", StringComparison.Ordinal))
        || pointer is "/process/env" or "/process/rlimits" or "/linux/namespaces" or "/linux/devices" or "/linux/maskedPaths" or "/linux/readonlyPaths"
            or "/process/user/additionalGids" or "/linux/seccomp/architectures" or "/linux/seccomp/flags" or "/linux/resources/hugepageLimits";

    // Seccomp rules are equal whatever the order of their system calls.
    private static string WithSortedNames(JsonNode? rule)
    {
        if (rule is not JsonObject || rule["names"] is not JsonArray names)
            return Text(rule);
        JsonNode sorted = rule.DeepClone();
        sorted["names"] = new JsonArray([.. names.Select(Text).Order(StringComparer.Ordinal).Select(static name => (JsonNode)name)]);
        return sorted.ToJsonString();
    }

    private static string Property(JsonNode? element, string name) => element is JsonObject value && value[name] is { } text ? Text(text) : Text(element);

    private static string Text(JsonNode? value) =>
        value is JsonValue single && single.GetValueKind() == JsonValueKind.String ? single.GetValue<string>() : value?.ToJsonString() ?? string.Empty;

    private static string At(string pointer, int index) => Invariant($"{pointer}/{index}");

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
