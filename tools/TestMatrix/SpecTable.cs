using System.Text.RegularExpressions;

namespace OciRuntime.TestMatrix;

/// <summary>docs/runtime-spec.md: which of its rows these results show. A test that was skipped wherever it ran shows nothing.</summary>
internal static partial class SpecTable
{
    /// <summary>A line a row that is not shown, with the reasons, and the line of counts. False when a test of the page ran nowhere although its suite did.</summary>
    public static bool Check(string page, IReadOnlyList<HostKind> kinds, TextWriter output)
    {
        ILookup<string, TestResult> results = kinds.SelectMany(kind => kind.Results).ToLookup(Key);
        // Scripts of guests that are run on demand may be missing as a whole.
        HashSet<string> suites = [.. results.Select(test => SuiteOf(test.Key))];
        int passed = 0, failed = 0, skipped = 0;
        foreach ((string row, string[] tests) in Rows(page))
        {
            string[] absent = [.. tests.Where(test => !results.Contains(test) && suites.Contains(SuiteOf(test)))];
            string[] unshown = [.. tests.Where(test => results[test].All(result => result.Outcome == Outcome.Skipped))];
            if (absent.Length > 0)
            {
                failed++;
                output.WriteLine($"FAILED {row}: not among the results: {string.Join(", ", absent)}");
            }
            else if (unshown.Length > 0)
            {
                skipped++;
                output.WriteLine($"skipped {row}: {string.Join(", ", unshown.Select(test => $"{test} ({results[test].Select(result => result.Reason).FirstOrDefault() ?? "not in this run"})"))}");
            }
            else
            {
                passed++;
            }
        }
        output.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0;
    }

    // As the page names it.
    private static string Key(TestResult result) => result.Suite == "guest" ? $"{result.Group}.sh: {result.Name}" : result.Name;

    private static string SuiteOf(string test) => test.Contains(".sh: ", StringComparison.Ordinal) ? test[..test.IndexOf(':')] : "xunit";

    private static IEnumerable<(string Row, string[] Tests)> Rows(string page) =>
        from line in File.ReadLines(page)
        where line.StartsWith("| `/", StringComparison.Ordinal)
        let cells = line.Trim('|', ' ').Split(" | ")
        select (cells[0].Replace("`", string.Empty, StringComparison.Ordinal), Code().Matches(cells[^1]).Select(match => match.Groups[1].Value).ToArray());

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
