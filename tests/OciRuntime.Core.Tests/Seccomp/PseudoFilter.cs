using System.Globalization;
using System.Text.RegularExpressions;
using OciRuntime.Core.Seccomp;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>
/// The pseudo filter code of libseccomp (seccomp_export_pfc(3)): its rules as it understood them. Its BPF is another thing where rules for one call
/// overlap: 2.5 goes on at the next comparison with another word in the accumulator than the one it means.
/// </summary>
internal sealed partial class PseudoFilter
{
    private readonly List<Statement> _statements;

    private PseudoFilter(List<Statement> statements) => _statements = statements;

    // An action, or a comparison with what follows when it holds and when it does not.
    private sealed record Statement(uint? Action, Func<SeccompData, bool>? Holds, List<Statement> Then, List<Statement> Else);

    internal static PseudoFilter Parse(string text)
    {
        string[] lines = [.. text.Split('\n').Where(line => line.Trim() is { Length: > 0 } code && code[0] != '#')];
        int at = 0;
        return new(Block(lines, ref at, 0));
    }

    internal uint Run(SeccompData data) => Run(_statements, data) ?? throw new InvalidOperationException("no action");

    private static uint? Run(List<Statement> statements, SeccompData data)
    {
        foreach (Statement statement in statements)
        {
            if ((statement.Action ?? Run(statement.Holds!(data) ? statement.Then : statement.Else, data)) is { } action)
                return action;
        }
        return null;
    }

    private static List<Statement> Block(string[] lines, ref int at, int indent)
    {
        var statements = new List<Statement>();
        while (at < lines.Length && Indent(lines[at]) == indent && !lines[at].EndsWith("else", StringComparison.Ordinal))
        {
            string line = lines[at++].Trim();
            if (line.StartsWith("action ", StringComparison.Ordinal))
            {
                statements.Add(new(Action(line), null, [], []));
                continue;
            }
            Func<SeccompData, bool> holds = Comparison(line);
            List<Statement> then = Block(lines, ref at, indent + 2), otherwise = [];
            if (at < lines.Length && Indent(lines[at]) == indent && lines[at].EndsWith("else", StringComparison.Ordinal))
            {
                at++;
                otherwise = Block(lines, ref at, indent + 2);
            }
            statements.Add(new(null, holds, then, otherwise));
        }
        return statements;
    }

    private static int Indent(string line) => line.TakeWhile(character => character == ' ').Count();

    private static uint Action(string line)
    {
        Match match = ActionLine().Match(line);
        uint data = match.Groups[2].Success ? uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
        return match.Groups[1].Value switch
        {
            "ALLOW" => SeccompAction.Allow,
            "LOG" => SeccompAction.Log,
            "TRAP" => SeccompAction.Trap,
            "ERRNO" => SeccompAction.Errno | data,
            "TRACE" => SeccompAction.Trace | data,
            "KILL" => SeccompAction.KillThread,
            "KILL_PROCESS" => SeccompAction.KillProcess,
            _ => throw new FormatException(line),
        };
    }

    private static Func<SeccompData, bool> Comparison(string line)
    {
        Match match = ComparisonLine().Match(line);
        if (!match.Success)
            throw new FormatException(line);
        string what = match.Groups[1].Value;
        uint mask = match.Groups[2].Success ? uint.Parse(match.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : uint.MaxValue;
        uint datum = uint.Parse(match.Groups[4].Value, CultureInfo.InvariantCulture);
        uint Word(SeccompData data) => (what switch
        {
            "arch" => data.Arch,
            "syscall" => data.Number,
            _ when what.EndsWith(".hi32", StringComparison.Ordinal) => data.Word(SeccompData.HighOffset((uint)(what[1] - '0'))),
            _ => data.Word(SeccompData.LowOffset((uint)(what[1] - '0'))),
        }) & mask;
        return match.Groups[3].Value switch
        {
            "==" => data => Word(data) == datum,
            ">" => data => Word(data) > datum,
            ">=" => data => Word(data) >= datum,
            _ => throw new FormatException(line),
        };
    }

    [GeneratedRegex(@"^action (\w+)(?:\((\d+)\))?;$")]
    private static partial Regex ActionLine();

    [GeneratedRegex(@"^if \(\$(arch|syscall|a\d(?:\.hi32|\.lo32)?)(?: & 0x([0-9a-f]{8}))? (==|>=|>) (\d+)\)$")]
    private static partial Regex ComparisonLine();
}
