using OciRuntime.Core.Tests.Spec;

namespace OciRuntime.TestMatrix;

/// <summary>docs/runtime-spec.md: which of its rows these results show. A test that was skipped wherever it ran shows nothing.</summary>
internal static class SpecRows
{
    /// <summary>A line a row that is not shown, with the reasons, and the line of counts. False when a test of the page failed, or ran nowhere although its suite did.</summary>
    public static bool Check(string page, IReadOnlyList<HostKind> kinds, TextWriter output)
    {
        ILookup<string, TestResult> results = kinds.SelectMany(kind => kind.Results).ToLookup(Key);
        // Scripts of guests that are run on demand may be missing as a whole.
        HashSet<string> suites = [.. results.Select(test => SuiteOf(test.Key))];
        int passed = 0, failed = 0, skipped = 0;
        foreach (SpecRow specified in SpecTable.Read(page))
        {
            string row = string.Join(' ', [specified.Pointer, .. specified.Words]);
            string[] tests = specified.Tests;
            string[] absent = [.. tests.Where(test => !results.Contains(test) && suites.Contains(SuiteOf(test)))];
            string[] unshown = [.. tests.Where(test => results[test].All(result => result.Outcome == Outcome.Skipped))];
            string[] broken = [.. tests.Where(test => results[test].Any(result => result.Outcome == Outcome.Failed))];
            if (absent.Length > 0 || broken.Length > 0)
            {
                failed++;
                output.WriteLine($"FAILED {row}: {string.Join(", ", [.. broken, .. absent.Select(test => test + " (not among the results)")])}");
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
}
