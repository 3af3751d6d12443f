namespace OciRuntime.Core.Hardening.Attacks;

/// <summary>How an attack ended. A script reports it in its last line: "held", "lost" or "none", and the evidence.</summary>
/// <param name="Held">Null when it could not be tried.</param>
/// <param name="Evidence">What was seen.</param>
internal readonly record struct AttackOutcome(bool? Held, string Evidence)
{
    /// <summary>Shell functions with which scripts report it. An error is reported without the shell's prefix.</summary>
    public const string Words = """
        held() { echo "held $*"; exit; }
        lost() { echo "lost $*"; exit; }
        none() { echo "none $*"; exit; }
        failed() { line=$(echo "$2" | head -n 1); held "$1: ${line##*: }"; }
        need() { command -v "$1" > /dev/null || none "this machine has no $1"; }
        """;

    public static AttackOutcome Untried(string why) => new(null, why);

    /// <summary>Reads the last line of a script.</summary>
    public static AttackOutcome Of(string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] words = lines.LastOrDefault(string.Empty).Split(' ', 2);
        string evidence = words.ElementAtOrDefault(1) ?? string.Empty;
        return words[0] switch
        {
            "held" => new(true, evidence),
            "lost" => new(false, evidence),
            "none" => Untried(evidence),
            _ => Untried(lines.Length == 0 ? "the attack's program printed nothing" : string.Join(' ', lines)),
        };
    }
}
