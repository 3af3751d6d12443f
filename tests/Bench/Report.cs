using System.Globalization;
using System.Text;

namespace OciRuntime.Bench;

/// <summary>The samples, and their table: medians, tenth percentiles, and ratios of medians.</summary>
internal sealed class Report
{
    public const string Floor = "floor";
    public const string Crun = "crun";
    public const string Runc = "runc";
    public const string Before = "before";
    public const string Memory = "memory";
    public const string Syscalls = "syscalls";

    private readonly Dictionary<string, Dictionary<string, List<double>>> _rows = [];
    private readonly List<string> _missing = [];
    private bool _before;

    public void Take(string row, string contestant, double value)
    {
        if (!_rows.TryGetValue(row, out Dictionary<string, List<double>>? samples))
            _rows[row] = samples = [];
        if (!samples.TryGetValue(contestant, out List<double>? values))
            samples[contestant] = values = [];
        values.Add(value);
        _before |= contestant.EndsWith(Before, StringComparison.Ordinal);
    }

    public void Missing(string what, string why) => _missing.Add($"missing: {what}: {why}");

    public string Text(int rounds)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{rounds} interleaved rounds; milliseconds; ratios of medians\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"",-12}  {"",-24}{"median",9}{"p10",9}{"x floor",9}{"x crun",9}{"x runc",9}{(_before ? $"{"x before",10}" : "")}\n");
        foreach ((string row, Dictionary<string, List<double>> samples) in _rows)
        {
            string title = row switch { Memory => "created, KB", Syscalls => "run, calls", _ => row };
            foreach ((string contestant, List<double> values) in samples.OrderBy(sample => Place(sample.Key)))
            {
                text.Append(CultureInfo.InvariantCulture, $"{title,-12}  {contestant,-24}{Percentile(values, 50),9:F2}{Percentile(values, 10),9:F2}");
                text.Append(Ratio(samples, values, Floor)).Append(Ratio(samples, values, Crun)).Append(Ratio(samples, values, Runc));
                if (_before)
                    text.Append(' ').Append(Ratio(samples, values, contestant + ", " + Before));
                text.Append('\n');
                title = "";
            }
        }
        if (_missing.Count > 0)
            text.Append('\n');
        foreach (string line in _missing)
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private static int Place(string contestant) => contestant switch { Floor => 0, "ocirun" => 1, Crun => 8, Runc => 9, _ => 2 };

    private static string Ratio(Dictionary<string, List<double>> samples, List<double> values, string peer) =>
        samples.TryGetValue(peer, out List<double>? others)
            ? string.Create(CultureInfo.InvariantCulture, $"{Percentile(values, 50) / Percentile(others, 50),9:F2}")
            : $"{"-",9}";

    private static double Percentile(List<double> values, int percent)
    {
        List<double> sorted = [.. values.Order()];
        return sorted[(sorted.Count - 1) * percent / 100];
    }
}
