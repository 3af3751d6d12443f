namespace OciRuntime.Shell;

/// <summary>The command line. Names may be shortened and are case-insensitive, as pwsh's are.</summary>
internal sealed class ShellOptions
{
    public const string Usage = """
        oci-pwsh [-File] <script> [arguments...]
        oci-pwsh -Command <text or -> [more text...]
        oci-pwsh
            A small PowerShell host with the OciRuntime module ready, for machines without pwsh.

        -Command, -c       run this text; - reads it from standard input
        -File, -f          run this script with the arguments that follow; - reads it from standard input
        -WorkingDirectory  start there
        -NoExit            a prompt afterwards
        -NonInteractive    fail instead of asking
        -NoProfile, -NoLogo, -ExecutionPolicy <policy>, -OutputFormat <format>
                           accepted and without effect: there are no profiles, no logo and no policies
        -Version, -v       print the version
        -Help, -h, -?      print this
        Without -Command and -File: a prompt, or the script on standard input when that is no terminal.

        """;

    private static readonly string[] Names =
        ["Command", "File", "WorkingDirectory", "NoExit", "NonInteractive", "NoProfile", "NoLogo", "ExecutionPolicy", "OutputFormat", "Version", "Help"];

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["c"] = "Command",
        ["f"] = "File",
        ["wd"] = "WorkingDirectory",
        ["wo"] = "WorkingDirectory",
        ["noni"] = "NonInteractive",
        ["nop"] = "NoProfile",
        ["nol"] = "NoLogo",
        ["noe"] = "NoExit",
        ["ex"] = "ExecutionPolicy",
        ["ep"] = "ExecutionPolicy",
        ["o"] = "OutputFormat",
        ["of"] = "OutputFormat",
        ["v"] = "Version",
        ["h"] = "Help",
        ["?"] = "Help",
        ["-help"] = "Help",
        ["-version"] = "Version",
    };

    /// <summary>The text of -Command, or null; "-" is standard input.</summary>
    public string? Command { get; private set; }

    /// <summary>The script of -File, or null; "-" is standard input.</summary>
    public string? File { get; private set; }

    /// <summary>What follows the script.</summary>
    public IReadOnlyList<string> FileArguments { get; private set; } = [];

    public string? WorkingDirectory { get; private set; }

    public bool NoExit { get; private set; }

    public bool NonInteractive { get; private set; }

    public bool Version { get; private set; }

    public bool Help { get; private set; }

    public static bool TryParse(string[] args, out ShellOptions options, out string problem)
    {
        options = new ShellOptions();
        problem = string.Empty;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i].Length < 2 || args[i][0] != '-')
            {
                options.SetFile(args, i);
                return true;
            }
            string? name = NameOf(args[i][1..]);
            switch (name)
            {
                case "Command" when i + 1 < args.Length:
                    options.Command = string.Join(' ', args[(i + 1)..]);
                    return true;
                case "File" when i + 1 < args.Length:
                    options.SetFile(args, i + 1);
                    return true;
                case "WorkingDirectory" when i + 1 < args.Length:
                    options.WorkingDirectory = args[++i];
                    break;
                case "ExecutionPolicy" or "OutputFormat" when i + 1 < args.Length:
                    i++;
                    break;
                case "NoExit":
                    options.NoExit = true;
                    break;
                case "NonInteractive":
                    options.NonInteractive = true;
                    break;
                case "NoProfile" or "NoLogo":
                    break;
                case "Version":
                    options.Version = true;
                    return true;
                case "Help":
                    options.Help = true;
                    return true;
                case null:
                    problem = $"unknown parameter {args[i]}";
                    return false;
                default:
                    problem = $"-{name} needs a value";
                    return false;
            }
        }
        return true;
    }

    private void SetFile(string[] args, int index)
    {
        File = args[index];
        FileArguments = args[(index + 1)..];
    }

    private static string? NameOf(string given)
    {
        if (Aliases.TryGetValue(given, out string? name))
            return name;
        string[] fitting = [.. Names.Where(candidate => candidate.StartsWith(given, StringComparison.OrdinalIgnoreCase))];
        return fitting.Length == 1 ? fitting[0] : fitting.FirstOrDefault(candidate => candidate.Equals(given, StringComparison.OrdinalIgnoreCase));
    }
}
