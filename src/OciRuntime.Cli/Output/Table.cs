using System.Text;

namespace OciRuntime.Cli.Output;

/// <summary>Columns of at least 12 characters, three spaces apart, the last one unpadded: the layout of runc's tabwriter.</summary>
internal static class Table
{
    private const int MinimumWidth = 12;
    private const int Padding = 3;

    internal static string Format(List<string[]> rows)
    {
        int[] widths = new int[rows[0].Length];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length - 1; i++)
                widths[i] = Math.Max(widths[i], Math.Max(MinimumWidth, row[i].Length + Padding));
        }

        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length; i++)
                text.Append(i == row.Length - 1 ? row[i] : row[i].PadRight(widths[i]));
            text.Append('\n');
        }

        return text.ToString();
    }
}
