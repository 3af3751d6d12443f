namespace OciRuntime.Vm.Runner;

/// <summary>The results: a line a test.</summary>
internal sealed class ResultWriter(string path) : IDisposable
{
    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true, NewLine = "\n" };

    public int Failed { get; private set; }

    /// <summary>The test that runs now, so that a hang has a name.</summary>
    public void Starting(string test) => _file.WriteLine($"running\t{test}");

    public void Write(string suite, string type, string test, string outcome, decimal seconds, string reason)
    {
        if (outcome == "failed")
            Failed++;
        string[] names = type.Split('.');
        string group = names.Length > 2 ? string.Join('.', names[..^1])[Math.Min(suite.Length + 1, type.Length - names[^1].Length - 1)..] : "other";
        _file.WriteLine(string.Join('\t', suite, group.Length == 0 ? "other" : group, test, outcome, (long)(seconds * 1000), Escape(reason)));
    }

    public void Dispose() => _file.Dispose();

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("\r", string.Empty).Replace("\n", "\\n").Replace("\t", " ");
}
