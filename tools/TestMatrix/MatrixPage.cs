using System.Globalization;
using System.Text;

namespace OciRuntime.TestMatrix;

/// <summary>The page: what ran where, what failed, and what no kind of host could run.</summary>
internal static class MatrixPage
{
    public static string Write(IReadOnlyList<HostKind> kinds)
    {
        var page = new StringBuilder();
        page.Append("# Test matrix\n\nWhich groups of tests ran on which kind of host. This page is written by `./build.sh matrix` from the results of `./build.sh test`.\n\n");
        foreach (HostKind kind in kinds)
            page.Append(CultureInfo.InvariantCulture, $"- **{kind.Name}**: {kind.Description}\n");
        WriteTable(page, kinds);
        WriteBeside(page, [.. kinds.SelectMany(kind => kind.Results).Where(result => result.Peer is not null)]);
        WriteReasons(page, kinds, Outcome.Failed, "Failed");
        WriteReasons(page, kinds, Outcome.Skipped, "Skipped");
        WriteNowhere(page, kinds);
        return page.ToString();
    }

    private static void WriteTable(StringBuilder page, IReadOnlyList<HostKind> kinds)
    {
        page.Append("\nA cell is passed / failed / skipped; an empty one means that the group is not run there.\n\n| group |");
        foreach (HostKind kind in kinds)
            page.Append(CultureInfo.InvariantCulture, $" {kind.Name} |");
        page.Append("\n|---|").Append(string.Concat(Enumerable.Repeat("---|", kinds.Count))).Append('\n');
        foreach (string row in kinds.SelectMany(kind => kind.Results).Select(result => result.Row).Distinct().Order(StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row} |");
            foreach (HostKind kind in kinds)
                page.Append(CultureInfo.InvariantCulture, $" {Cell(kind.Results.Where(result => result.Row == row))} |");
            page.Append('\n');
        }
        page.Append("| **all** |");
        foreach (HostKind kind in kinds)
            page.Append(CultureInfo.InvariantCulture, $" {Cell(kind.Results)} |");
        page.Append('\n');
    }

    private static string Cell(IEnumerable<TestResult> results)
    {
        int[] counts = [.. Enum.GetValues<Outcome>().Select(outcome => results.Where(result => result.Outcome == outcome).Sum(result => result.Count))];
        return counts.Sum() == 0 ? string.Empty : string.Join(" / ", counts);
    }

    // Engines run each test with Debian's runc too.
    private static void WriteBeside(StringBuilder page, IReadOnlyList<TestResult> results)
    {
        if (results.Count == 0)
            return;
        page.Append("\n## Beside runc\n\nThe same tests in the same job, passed / failed / skipped.\n\n| group | with ocirun | with runc |\n|---|---|---|\n");
        foreach (IGrouping<string, TestResult> row in results.GroupBy(result => result.Row).OrderBy(row => row.Key, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| {row.Key} | {Cell(row)} | {Cell(row.Select(result => result with { Outcome = result.Peer!.Value }))} |\n");
        List<TestResult> unequal = [.. results.Where(result => result.Peer != result.Outcome)];
        if (unequal.Count == 0)
            return;
        page.Append("\n| test | with ocirun | with runc | why |\n|---|---|---|---|\n");
        foreach (TestResult result in unequal)
            page.Append(CultureInfo.InvariantCulture, $"| {result.Row} {Code(result.Name)} | {Word(result.Outcome)} | {Word(result.Peer!.Value)} | {Plain(result.Outcome == Outcome.Passed ? result.PeerReason : result.Reason)} |\n");
    }

    private static string Word(Outcome outcome) => Enum.GetName(outcome)!.ToLowerInvariant();

    // A reason once, with the tests that it is for.
    private static void WriteReasons(StringBuilder page, IReadOnlyList<HostKind> kinds, Outcome outcome, string title)
    {
        if (!kinds.Any(kind => kind.Results.Any(result => result.Outcome == outcome && result.Count > 0)))
            return;
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| host | reason | tests |\n|---|---|---|\n");
        foreach (HostKind kind in kinds)
        {
            var reasons = kind.Results.Where(result => result.Outcome == outcome && result.Count > 0).GroupBy(result => Plain(result.Reason));
            foreach (IGrouping<string, TestResult> reason in reasons.OrderBy(group => group.Key, StringComparer.Ordinal))
                page.Append(CultureInfo.InvariantCulture, $"| {kind.Name} | {reason.Key} | {Tests(reason)} |\n");
        }
    }

    // A test that is skipped on one kind must pass on another; the page says which do not.
    private static void WriteNowhere(StringBuilder page, IReadOnlyList<HostKind> kinds)
    {
        page.Append("\n## Skipped everywhere\n\n");
        var nowhere = kinds.SelectMany(kind => kind.Results).Where(result => result.Count > 0).GroupBy(result => (result.Row, result.Name))
            .Where(test => test.All(result => result.Outcome == Outcome.Skipped)).OrderBy(test => test.Key.Row, StringComparer.Ordinal).ThenBy(test => test.Key.Name, StringComparer.Ordinal).ToList();
        if (nowhere.Count == 0)
        {
            page.Append("None: every test ran on one kind of host at least.\n");
            return;
        }
        page.Append("| test | reason |\n|---|---|\n");
        foreach (var test in nowhere)
            page.Append(CultureInfo.InvariantCulture, $"| {test.Key.Row} {Code(test.Key.Name)} | {string.Join("; ", test.Select(result => Plain(result.Reason)).Distinct().Order(StringComparer.Ordinal))} |\n");
    }

    private static string Tests(IEnumerable<TestResult> results) =>
        string.Join(", ", results.Select(result => (result.Name.Length == 0 ? result.Row : Code(result.Name), result.Count))
            .GroupBy(test => test.Item1).OrderBy(test => test.Key, StringComparer.Ordinal)
            .Select(test => test.Sum(one => one.Count) is > 1 and int count ? $"{test.Key} ({count})" : test.Key));

    private static string Code(string name) => name.Length == 0 ? string.Empty : $"`{name}`";

    // The first line, in a cell.
    private static string Plain(string reason)
    {
        string line = reason.Split("\\n")[0].Replace("|", "\\|", StringComparison.Ordinal).Trim();
        return line.Length > 160 ? line[..160] + "…" : line;
    }
}
