using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Repository;

/// <summary>The changes of tests/Mutations apply to the code as it is, and the tests that each names exist.</summary>
[Needs(Checkout = true)]
public sealed class MutationListTests
{
    private static string[] Patches => Directory.GetFiles(Machine.InCheckout("tests/Mutations"), "*.patch");

    [Fact]
    public void EveryChangeApplies()
    {
        Assert.NotEmpty(Patches);
        Assert.Empty(Patches.Where(patch => !Hunks(patch).All(hunk => Applies(hunk.File, hunk.Old))).Select(Path.GetFileName));
    }

    [Fact]
    public void EveryTestThatSeesOneIsThere()
    {
        HashSet<string> names = TestNames.InCheckout();
        string native = string.Concat(Directory.GetFiles(Machine.InCheckout("tests/native"), "*.c").Select(File.ReadAllText));
        Assert.All(Patches.SelectMany(Checks), check => Assert.True(Exists(check), check.ToString()));

        bool Exists((string Suite, string Filter) check) => check.Suite switch
        {
            "core" or "cli" => check.Filter.Split('|').All(part => names.Any(name => $"Security.{name}".Contains(part, StringComparison.Ordinal))),
            "native" => native.Contains(check.Filter, StringComparison.Ordinal),
            "pester" => File.Exists(Machine.InCheckout($"tests/Pester/{check.Filter.Split(' ')[0]}.Tests.ps1")),
            "guest" => names.Contains(check.Filter.Split(' ')[1].Replace(".", ".sh: ", StringComparison.Ordinal)),
            _ => false,
        };
    }

    // The lines "# SUITE FILTER" of its head.
    private static IEnumerable<(string Suite, string Filter)> Checks(string patch)
    {
        string[] lines = [.. File.ReadLines(patch).TakeWhile(static line => line.StartsWith("# ", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        return lines.Select(static line => line[2..].Split(' ', 2)).Select(static words => (words[0], words.Length > 1 ? words[1] : string.Empty));
    }

    // Unified format, diff(1): of each hunk the lines that must be there.
    private static IEnumerable<(string File, string Old)> Hunks(string patch)
    {
        string file = string.Empty;
        List<string>? old = null;
        foreach (string line in File.ReadLines(patch).Append("@@"))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal) || line.StartsWith("--- ", StringComparison.Ordinal))
            {
                if (old is { Count: > 0 })
                    yield return (file, string.Join('\n', old));
                old = line[0] == '@' ? [] : null;
            }
            if (line.StartsWith("--- a/", StringComparison.Ordinal))
                file = line["--- a/".Length..].Split('\t')[0];
            else if (old is not null && line is [' ' or '-', ..] or "")
                old?.Add(line.Length == 0 ? line : line[1..]);
        }
    }

    private static bool Applies(string file, string old) =>
        File.Exists(Machine.InCheckout(file)) && $"\n{File.ReadAllText(Machine.InCheckout(file))}\n".Contains($"\n{old}\n", StringComparison.Ordinal);
}
