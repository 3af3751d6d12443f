using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.PowerShell.Tests.Hosting;

namespace OciRuntime.PowerShell.Tests.Pester;

/// <summary>The files of tests/Pester: what is in them, and their results in the hosted engine.</summary>
internal static class PesterFiles
{
    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyDictionary<string, string?>>> Results = new();

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Repository.PesterDirectory, "*.Tests.ps1").Order(StringComparer.Ordinal);

    public static ScriptBlockAst Parse(string file, out ParseError[] errors) => Parser.ParseFile(file, out _, out errors);

    public static IEnumerable<CommandAst> Tests(string file) => Parse(file, out _)
        .FindAll(ast => ast is CommandAst command && command.GetCommandName() == "It", searchNestedScriptBlocks: true).Cast<CommandAst>();

    public static string NameOf(CommandAst test) => ((StringConstantExpressionAst)test.CommandElements[1]).Value;

    /// <summary>Null when the test passed, else why not. A file runs once, with all its tests.</summary>
    public static string? Result(string cmdlet, string test) => ResultsOf(cmdlet).TryGetValue(test, out string? error)
        ? error
        : $"the test did not run; the file said: {string.Join('\n', ResultsOf(cmdlet).Values)}";

    /// <summary>What the file's AfterAll found, or null.</summary>
    public static string? Leftover(string cmdlet) => ResultsOf(cmdlet).GetValueOrDefault("AfterAll");

    private static IReadOnlyDictionary<string, string?> ResultsOf(string cmdlet) => Results.GetOrAdd(
        cmdlet, name => new Lazy<IReadOnlyDictionary<string, string?>>(() => Run(Path.Combine(Repository.PesterDirectory, name + ".Tests.ps1")))).Value;

    private static Dictionary<string, string?> Run(string file)
    {
        using var shell = new PowerShellHost();
        ScriptResult result = shell.Run(". $engine; Invoke-PesterFile $file", ("engine", Path.Combine(AppContext.BaseDirectory, "Pester", "Engine.ps1")), ("file", file));
        var results = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (PSObject test in result.Output)
            results[(string)test.Properties["Name"].Value] = (string?)test.Properties["Error"].Value;
        if (results.Count == 0)
            results["file"] = string.Join('\n', result.Errors);
        return results;
    }
}
