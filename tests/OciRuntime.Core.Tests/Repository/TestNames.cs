using System.Text.RegularExpressions;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Core.Tests.Repository;

/// <summary>The names of all tests of the checkout: <c>Class.Method</c>, and <c>file.sh: test_name</c> of the guests.</summary>
internal static partial class TestNames
{
    public static HashSet<string> InCheckout()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        string tests = Machine.InCheckout("tests");
        foreach (string project in Directory.EnumerateDirectories(tests, "OciRuntime.*.Tests"))
            foreach (string file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)))
                names.UnionWith(OfClasses(File.ReadLines(file)));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(tests, "Vm", "guest"), "*.sh", SearchOption.AllDirectories))
            names.UnionWith(Script().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Groups[1].Value}"));
        return names;
    }

    /// <summary>The names of the tests of engines, here and in their guest, without <c>test_</c>.</summary>
    public static HashSet<string> OfEngines() =>
        [.. ((string[])["tests/Engines", "tests/Vm/guest/engines"]).SelectMany(static directory => Directory.EnumerateFiles(Machine.InCheckout(directory), "*.sh")).SelectMany(file => Script().Matches(File.ReadAllText(file))).Select(static match => match.Groups[1].Value["test_".Length..])];

    // A method is a test when an attribute above it is a fact or a theory of some kind.
    private static IEnumerable<string> OfClasses(IEnumerable<string> lines)
    {
        string type = string.Empty;
        bool marked = false;
        foreach (string line in lines)
        {
            if (Class().Match(line) is { Success: true } declaration)
                type = declaration.Groups[1].Value;
            marked |= Attribute().IsMatch(line);
            if (!marked || Method().Match(line) is not { Success: true } method)
                continue;
            marked = false;
            yield return $"{type}.{method.Groups[1].Value}";
        }
    }

    [GeneratedRegex(@"^\s*(?:public|internal)(?: sealed| abstract| partial)* class (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^\s*\[\w*(?:Fact|Theory)")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^\s*public (?:async )?(?:void|Task) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"^(test_\w+)\(\)", RegexOptions.Multiline)]
    private static partial Regex Script();
}
