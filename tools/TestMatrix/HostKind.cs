namespace OciRuntime.TestMatrix;

/// <summary>The results of one kind of host.</summary>
internal sealed record HostKind(string Name, string Description, IReadOnlyList<TestResult> Results)
{
    /// <summary>The machine that builds comes first.</summary>
    public int Rank => Name == "host" ? 0 : 1;

    /// <summary>A directory with *.trx of xunit, *.tsv of everything else, and "kind", a line that says what the host is.</summary>
    public static HostKind Read(string directory)
    {
        string kind = Path.Combine(directory, "kind");
        IEnumerable<TestResult> results = Directory.GetFiles(directory, "*.trx").SelectMany(Trx.Read)
            .Concat(Directory.GetFiles(directory, "*.tsv").SelectMany(Lines.Read));
        return new(Path.GetFileName(directory), File.Exists(kind) ? File.ReadAllText(kind).Trim() : string.Empty, [.. results]);
    }
}
