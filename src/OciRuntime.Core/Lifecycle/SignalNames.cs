using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Names and numbers of signals (signal(7), asm-generic/signal.h: the same on x86 and arm64).</summary>
internal static class SignalNames
{
    /// <summary>The last realtime signal.</summary>
    public const int Maximum = 64;

    // glibc reserves 32 and 33, so its SIGRTMIN is 34, which is what users and kill(1) mean.
    private const int RealtimeMinimum = 34;

    private static readonly string[] Standard =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>All names except realtime signals, with SIG, ordered by number.</summary>
    public static IEnumerable<string> All => Standard.Skip(1).Select(name => "SIG" + name);

    /// <summary>The name with SIG, or the number in digits if it has no name.</summary>
    /// <param name="signal">Signal number.</param>
    public static string Of(int signal) => signal switch
    {
        > 0 when signal < Standard.Length => "SIG" + Standard[signal],
        RealtimeMinimum => "SIGRTMIN",
        > RealtimeMinimum and <= Maximum => "SIGRTMIN+" + (signal - RealtimeMinimum).ToString(CultureInfo.InvariantCulture),
        _ => signal.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads <c>15</c>, <c>TERM</c>, <c>SIGTERM</c>, <c>RTMIN+3</c> or <c>SIGRTMAX-1</c>, in any case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="signal">The signal's number, 1 to 64.</param>
    public static bool TryParse(string? text, out int signal)
    {
        ReadOnlySpan<char> name = text.AsSpan().Trim();
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out signal))
            return signal is > 0 and <= Maximum;
        if (name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase))
            name = name[3..];
        for (signal = 1; signal < Standard.Length; signal++)
        {
            if (name.Equals(Standard[signal], StringComparison.OrdinalIgnoreCase))
                return true;
        }
        signal = name switch
        {
            _ when name.Equals("IOT", StringComparison.OrdinalIgnoreCase) => 6,
            _ when name.Equals("CLD", StringComparison.OrdinalIgnoreCase) => 17,
            _ when name.Equals("POLL", StringComparison.OrdinalIgnoreCase) => 29,
            _ => Realtime(name),
        };
        return signal != 0;
    }

    /// <summary>Like <see cref="TryParse"/>, but throws.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The signal's number.</returns>
    /// <exception cref="OciException">InvalidArgument: no such signal; the message names the nearest.</exception>
    public static int Parse(string text) => TryParse(text, out int signal) ? signal : throw SpecText.Refused(
        text, "signal: a number from 1 to 64 or a name such as TERM or SIGTERM", NearestName.Hint(WithPrefix(text.Trim()), All));

    private static string WithPrefix(string name) => name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? name.ToUpperInvariant() : "SIG" + name.ToUpperInvariant();

    private static int Realtime(ReadOnlySpan<char> name)
    {
        (int first, char sign) = name.StartsWith("RTMIN", StringComparison.OrdinalIgnoreCase) ? (RealtimeMinimum, '+')
            : name.StartsWith("RTMAX", StringComparison.OrdinalIgnoreCase) ? (Maximum, '-')
            : (0, '\0');
        if (first == 0)
            return 0;
        ReadOnlySpan<char> rest = name["RTMIN".Length..];
        if (rest.IsEmpty)
            return first;
        if (rest[0] != sign || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out int offset))
            return 0;
        int signal = sign == '+' ? first + offset : first - offset;
        return offset <= Maximum - RealtimeMinimum && signal is >= RealtimeMinimum and <= Maximum ? signal : 0;
    }
}
