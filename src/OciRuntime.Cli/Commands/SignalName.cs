using System.Globalization;

namespace OciRuntime.Cli.Commands;

/// <summary>Signals by number or name, with or without SIG (signal(7)).</summary>
internal static class SignalName
{
    private static ReadOnlySpan<string> Names => new[]
    {
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT",
        "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    };

    /// <summary>The number, or null when there is no such signal.</summary>
    internal static int? Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number is > 0 and <= 64 ? number : null;
        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal))
            name = name[3..];
        for (int i = 0; i < Names.Length; i++)
        {
            if (Names[i] == name)
                return i + 1;
        }

        return name switch { "POLL" => 29, "IOT" => 6, "CLD" => 17, _ => null };
    }
}
