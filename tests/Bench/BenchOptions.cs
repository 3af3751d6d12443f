using System.Globalization;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Bench;

/// <summary>What is measured, and how often.</summary>
internal sealed record BenchOptions
{
    public int Rounds { get; private init; } = 30;

    public int Listed { get; private init; } = 50;

    public string Ocirun { get; private init; } = Machine.InStage("bin/ocirun");

    /// <summary>The out directory of another build, whose command and module are measured beside this one's.</summary>
    public string? Before { get; private init; }

    public bool OnlyRun { get; private init; }

    public static BenchOptions? Parse(string[] args)
    {
        var options = new BenchOptions();
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : string.Empty;
            switch (args[i])
            {
                case "--rounds" when Number(value) is > 0 and var rounds:
                    options = options with { Rounds = rounds };
                    i++;
                    break;
                case "--list" when Number(value) is >= 0 and var listed:
                    options = options with { Listed = listed };
                    i++;
                    break;
                case "--ocirun" when value.Length > 0:
                    options = options with { Ocirun = Path.GetFullPath(value) };
                    i++;
                    break;
                case "--before" when value.Length > 0:
                    options = options with { Before = Path.GetFullPath(value) };
                    i++;
                    break;
                case "--only-run":
                    options = options with { OnlyRun = true };
                    break;
                default:
                    Console.Error.WriteLine("""
                        usage: bench [--rounds N] [--list N] [--ocirun PATH] [--before OUT] [--only-run]
                          --rounds N   how often everything is measured, default 30
                          --list N     containers that `list` lists, default 50; 0 leaves it out
                          --before OUT the out directory of another build, measured beside this one's
                          --only-run   only `run`
                        """);
                    return null;
            }
        }
        return options;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
