using System.Collections;
using System.Management.Automation;

namespace OciRuntime.PowerShell.Completion;

/// <summary>The state root that a command line would use: its -Root, or the session's default, relative to the session's location.</summary>
internal static class SessionRoot
{
    // At the prompt a completion runs in PSReadLine, and a module has its own $PSDefaultParameterValues.
    private const string Script = ",$global:PSDefaultParameterValues; $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath";

    /// <summary>Null for the default root.</summary>
    public static string? Of(string command, IDictionary? bound)
    {
        string? given = LanguagePrimitives.ConvertTo<string>(bound?["Root"]);
        if (given is ['/', ..])
            return given;
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        if (shell.AddScript(Script).Invoke() is not [var defaults, var location])
            return given;
        string? root = string.IsNullOrEmpty(given) ? DefaultOf(command, defaults?.BaseObject as IDictionary) : given;
        return root is null ? null : Path.Combine(location.ToString(), root);
    }

    // about_Parameters_Default_Values: 'CMDLET:PARAMETER', the cmdlet with wildcards. A computed default is ignored.
    private static string? DefaultOf(string command, IDictionary? defaults)
    {
        foreach (DictionaryEntry entry in defaults ?? new Hashtable())
        {
            if (entry.Value is string root && entry.Key.ToString()!.Split(':') is [var pattern, var parameter]
                && parameter.Equals("Root", StringComparison.OrdinalIgnoreCase)
                && WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(command))
                return root;
        }
        return null;
    }
}
