namespace OciRuntime.TestMatrix;

/// <summary>Results of shell suites: suite, group, test, outcome, milliseconds, reason, and how it ended with runc and why; or "count", suite, outcome, number, reason.</summary>
internal static class Lines
{
    public static IEnumerable<TestResult> Read(string file)
    {
        foreach (string line in File.ReadLines(file))
        {
            string[] fields = line.Split('\t');
            if (fields.Length >= 4 && fields[0] == "count")
                yield return new(fields[1], string.Empty, string.Empty, Parse(fields[2]), fields.ElementAtOrDefault(4) ?? string.Empty, int.Parse(fields[3]));
            else if (fields.Length >= 5)
                yield return new(Names.Suite(fields[0]), fields[1] == "other" ? string.Empty : fields[1], Names.Test(fields[0], fields[2]), Parse(fields[3]), fields.ElementAtOrDefault(5) ?? string.Empty)
                {
                    Peer = fields.ElementAtOrDefault(6) is { Length: > 0 } peer ? Parse(peer) : null,
                    PeerReason = fields.ElementAtOrDefault(7) ?? string.Empty,
                };
        }
    }

    private static Outcome Parse(string text) => Enum.Parse<Outcome>(text, ignoreCase: true);
}
